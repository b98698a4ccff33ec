#include "environment/size.hpp"

#include "fakes/memory_files.hpp"
#include "input/input.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

using namespace envlift;

namespace {

environment::ArchiveSizes sizes(const std::string& name, const std::string& text)
{
  const auto read = input::read_environment(
      name, fakes::MemoryFiles(std::map<std::string, std::string>{{name, text}}), {.python_minor = "3.11"});
  CHECK_FALSE(read.diagnostics.has_errors());
  return environment::archive_sizes(read.environment);
}

const std::string k_hash(64, 'a');

}  // namespace

TEST_CASE("what a pixi.lock says of its archives is summed", "[environment]")
{
  const std::string forge = "https://conda.anaconda.org/conda-forge/linux-64/";
  const auto entry = [&](const std::string& file, const std::string& more) {
    return "- conda: " + forge + file + "\n  sha256: " + k_hash + "\n" + more;
  };
  const auto found =
      sizes("pixi.lock", "version: 6\nenvironments:\n  default:\n    channels:\n    - url: "
                         "https://conda.anaconda.org/conda-forge/\n"
                         "    packages:\n      linux-64:\n      - conda: " +
                             forge + "python-3.11.9-h955ad1f_0.conda\n      - conda: " + forge +
                             "xz-5.2.6-h166bdaf_0.conda\npackages:\n" +
                             entry("python-3.11.9-h955ad1f_0.conda", "  size: 30884494\n") +
                             entry("xz-5.2.6-h166bdaf_0.conda", ""));
  CHECK(found.bytes == 30884494);
  CHECK(found.known == 1);
  CHECK(found.unknown == 1);
}

TEST_CASE("of a package's files in a uv.lock the smallest wheel that fits counts", "[environment]")
{
  const auto wheel = [](const std::string& tag, int size) {
    return "{ url = \"https://files.pythonhosted.org/p/demo-1.0-" + tag +
           ".whl\", hash = \"sha256:" + k_hash + "\", size = " + std::to_string(size) + " }";
  };
  const auto found =
      sizes("uv.lock",
            "version = 1\nrequires-python = \">=3.9\"\n\n[[package]]\nname = \"demo\"\nversion = "
            "\"1.0\"\nsource = { registry = "
            "\"https://pypi.org/simple\" }\nsdist = { url = "
            "\"https://files.pythonhosted.org/p/demo-1.0.tar.gz\", hash = \"sha256:" +
                k_hash + "\", size = 10 }\nwheels = [" + wheel("cp311-cp311-manylinux_2_17_x86_64", 900) +
                ", " + wheel("cp311-cp311-musllinux_1_1_x86_64", 100) + ", " +
                wheel("cp311-cp311-win_amd64", 50) + ", " + wheel("cp39-cp39-manylinux_2_17_x86_64", 40) +
                "]\n\n[[package]]\nname = \"app\"\nversion = \"0\"\nsource = { virtual = \".\" "
                "}\ndependencies = [{ name = \"demo\" }]\n");
  CHECK(found.bytes == 900);
  CHECK(found.known == 1);
}

TEST_CASE("without a lock no size is known", "[environment]")
{
  CHECK(sizes("requirements.txt", "requests==2.32.3\n").known == 0);
}
