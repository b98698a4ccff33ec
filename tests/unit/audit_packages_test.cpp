#include "audit/packages.hpp"

#include "audit/package_records.hpp"
#include "fakes/layer_facts.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace envlift::audit {
namespace {

using fakes::image_of;
using fakes::LayerBuilder;

const std::string site = "opt/conda/lib/python3.11/site-packages";

const Package& package(const Packages& packages, const std::string& name)
{
  const auto found = std::ranges::find(packages.all(), name, &Package::name);
  REQUIRE(found != packages.all().end());
  return *found;
}

TEST_CASE("A wheel's metadata makes a package", "[audit][packages]")
{
  const std::string info = site + "/My_Pkg-1.2.dist-info/";
  const ImageFacts facts = image_of(
      {LayerBuilder()
           .file(info + "METADATA", "Metadata-Version: 2.1\nName: My_Pkg\nVersion: 1.2\n\nText\n")
           .file(info + "WHEEL", "Tag: cp311-cp311-manylinux_2_17_x86_64\nTag: cp311-cp311-linux_x86_64\n")
           .file(info + "RECORD", "my_pkg/__init__.py,sha256=x,3\n../../../bin/my,,\nmy_pkg/gone.py,,\n")
           .file(site + "/my_pkg/__init__.py", "abc")
           .file(site + "/my_pkg/__pycache__/__init__.cpython-311.pyc", std::string(16, 'x'))
           .file("opt/conda/bin/my", "12345")});
  const Tree tree(facts);
  const Packages packages(tree);
  REQUIRE(packages.all().size() == 1);
  const Package& mine = packages.all()[0];
  CHECK(mine.kind == Package::Kind::pip);
  CHECK(mine.name == "my-pkg");
  CHECK(mine.version == "1.2");
  CHECK(mine.place + "/" == info);
  CHECK(mine.site == site);
  CHECK(mine.tags ==
        std::vector<std::string>{"cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-linux_x86_64"});
  CHECK(mine.bytes == 3 + 5 + 16);
  CHECK(packages.owner_of("opt/conda/bin/my") == "my-pkg");
  CHECK(packages.owner_of("/opt/conda/bin/my") == "my-pkg");
  CHECK(packages.owner_of(site + "/my_pkg/__pycache__/__init__.cpython-311.pyc") == "my-pkg");
  CHECK(packages.owner_of("opt/conda/bin/other").empty());
}

TEST_CASE("A conda package and its dist-info are one package", "[audit][packages]")
{
  const std::string record = R"({"name": "Numpy", "version": "1.26.4", "build": "py311h64a7726_0", "files": [
    "lib/python3.11/site-packages/numpy/__init__.py", "lib/python3.11/site-packages/numpy-1.26.4.dist-info/METADATA"]})";
  const std::string metadata = "Name: numpy\nVersion: 1.26.4\n";
  const ImageFacts facts = image_of({
    LayerBuilder()
        .file("opt/conda/conda-meta/numpy-1.26.4-py311h64a7726_0.json", record)
        .file(site + "/numpy/__init__.py", "1234")
        .file(site + "/numpy-1.26.4.dist-info/METADATA", metadata),
    LayerBuilder()
        .file(site + "/numpy-2.0.dist-info/METADATA", "Name: numpy\nVersion: 2.0\n")
        .file(site + "/numpy-2.0.dist-info/RECORD", "numpy/__init__.py,,\n"),
  });
  const Tree tree(facts);
  const Packages packages(tree);
  REQUIRE(packages.all().size() == 2);
  CHECK(packages.all()[0].kind == Package::Kind::conda);
  CHECK(packages.all()[0].name == "numpy");
  CHECK(packages.all()[0].site == "opt/conda");
  CHECK(packages.all()[0].tags == std::vector<std::string>{"py311"});
  CHECK(packages.all()[1].kind == Package::Kind::pip);
  CHECK(packages.all()[1].version == "2.0");
  CHECK(packages.all()[1].files == std::vector<std::string>{site + "/numpy/__init__.py"});
}

TEST_CASE("Builds for any Python have no tag", "[audit][packages]")
{
  for (const std::string build : {"pyhd8ed1ab_0", "0", "h1234_1", "py_0", ""}) {
    const ImageFacts facts =
        image_of({LayerBuilder().file("e/conda-meta/a.json", R"({"name": "a", "build": ")" + build + "\"}")});
    const Tree tree(facts);
    CHECK(package(Packages(tree), "a").tags.empty());
  }
  const ImageFacts facts =
      image_of({LayerBuilder().file("e/conda-meta/a.json", R"({"name": "a", "build": "cuda118_py39h1_0"})")});
  const Tree tree(facts);
  CHECK(Packages(tree).all()[0].tags == std::vector<std::string>{"py39"});
}

TEST_CASE("Distributions without a list of files own their modules", "[audit][packages]")
{
  const ImageFacts facts =
      image_of({LayerBuilder()
                    .file(site + "/six-1.16.0-py3.11.egg-info", "Metadata-Version: 1.2\nName: six\n")
                    .file(site + "/six.py", "12")
                    .file(site + "/PyYAML-6.0.egg-info/PKG-INFO", "Name: PyYAML\nVersion: 6.0\n")
                    .file(site + "/PyYAML-6.0.egg-info/top_level.txt", "_yaml\nyaml\n")
                    .file(site + "/yaml/__init__.py", "123")
                    .file(site + "/old-3.egg-info/PKG-INFO", "Name: old\nVersion: 3\n")
                    .file(site + "/old-3.egg-info/installed-files.txt", "../older.py\nPKG-INFO\n")
                    .file(site + "/older.py", "1")
                    .file(site + "/~umpy-1.dist-info/METADATA", "Name: numpy\n")});
  const Tree tree(facts);
  const Packages packages(tree);
  CHECK(packages.all().size() == 3);
  CHECK(package(packages, "six").version == "1.16.0");
  CHECK(packages.owner_of(site + "/six.py") == "six");
  CHECK(packages.owner_of(site + "/yaml/__init__.py") == "pyyaml");
  CHECK(packages.owner_of(site + "/older.py") == "old");
}

TEST_CASE("dpkg's packages are the system's, by the paths of today", "[audit][packages]")
{
  const ImageFacts facts = image_of(
      {LayerBuilder()
           .symlink("lib", "usr/lib")
           .folder("usr")
           .folder("usr/lib")
           .file("usr/lib/libc.so.6", "123")
           .file("var/lib/dpkg/status", "Package: libc6\nStatus: install ok installed\n"
                                        "Architecture: amd64\nDescription: x\n y\nVersion: 2.36-9\n\n"
                                        "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n")
           .file("var/lib/dpkg/info/libc6:amd64.list", "/.\n/lib\n/lib/libc.so.6\n/usr/lib\n")});
  const Tree tree(facts);
  const Packages packages(tree);
  REQUIRE(packages.all().size() == 1);
  CHECK(packages.all()[0].kind == Package::Kind::system);
  CHECK(packages.all()[0].name == "libc6");
  CHECK(packages.all()[0].version == "2.36-9");
  CHECK(packages.all()[0].bytes == 3);
  CHECK(packages.owner_of("usr/lib/libc.so.6") == "libc6");
}

TEST_CASE("Bytecode has a source", "[audit][packages]")
{
  CHECK(source_of("a/__pycache__/b.cpython-311.opt-1.pyc") == "a/b.py");
  CHECK(source_of("__pycache__/b.cpython-311.pyc") == "b.py");
  CHECK(source_of("a/b.pyc") == "a/b.py");
  CHECK(source_of("a/b.py").empty());
}

}   // namespace
}   // namespace envlift::audit
