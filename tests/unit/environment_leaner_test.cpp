#include "environment/leaner.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using Hints = std::vector<std::string>;

namespace {

environment::PipPackage pip(const std::string& name, const std::string& specifier = "")
{
  environment::PipPackage package;
  package.name = name;
  package.specifier = specifier;
  package.requirement = name + specifier;
  return package;
}

environment::CondaPackage conda(const std::string& name, const std::string& spec,
                                const std::string& version = "")
{
  environment::CondaPackage package;
  package.name = name;
  package.spec = spec;
  package.version = version;
  return package;
}

environment::Environment environment_of(std::vector<environment::CondaPackage> conda,
                                        std::vector<environment::PipPackage> pip = {})
{
  environment::Environment environment;
  environment.uses_conda = !conda.empty();
  environment.channels = {"conda-forge"};
  environment.conda = std::move(conda);
  environment.pip = std::move(pip);
  return environment;
}

Hints hints(const environment::Environment& environment, const std::string& arch = "x86_64")
{
  diag::Diagnostics diagnostics;
  environment::check_leaner(environment, "the file", arch, diagnostics);
  Hints found;
  for (const diag::Diagnostic& one : diagnostics.all()) {
    CHECK(one.code == "EL0495");
    CHECK(one.span.file == "the file");
    found.push_back(one.hint);
  }
  return found;
}

}  // namespace

TEST_CASE("a leaner variant is named with the line to write", "[environment]")
{
  CHECK(hints(environment_of({conda("matplotlib", "matplotlib")})) ==
        Hints{"write `matplotlib-base` in place of `matplotlib`"});
  CHECK(hints(environment_of({conda("pyarrow", "conda-forge::pyarrow=17.0", "17.0.*")})) ==
        Hints{"write `conda-forge::pyarrow-core=17.0` in place of `conda-forge::pyarrow=17.0`"});
  CHECK(hints(environment_of({}, {pip("opencv-python", "==4.10.0.84")})) ==
        Hints{"write `opencv-python-headless==4.10.0.84` in place of `opencv-python==4.10.0.84`"});
  CHECK(hints(environment_of({conda("numpy", "numpy")}, {pip("psycopg2-binary", "==2.9.9")})) ==
        Hints{"write `psycopg2==2.9.9` among conda's dependencies in place of `psycopg2-binary==2.9.9`"});
}

TEST_CASE("what is lean already, or has no leaner variant, is not spoken of", "[environment]")
{
  CHECK(
      hints(environment_of({conda("matplotlib-base", "matplotlib-base"), conda("numpy", "numpy")})).empty());
  CHECK(hints(environment_of({conda("pyarrow", "pyarrow=14.0.2", "==14.0.2")}))
            .empty());   // there is none before 16
  CHECK(hints(environment_of({}, {pip("psycopg2-binary"), pip("matplotlib"), pip("pyarrow")})).empty());
  CHECK(hints(environment_of({}, {pip("tensorflow")}), "arm64").empty());
  CHECK(hints(environment_of({}, {pip("tensorflow")})).size() == 1);
}

TEST_CASE("a build string or a lock is of the one package alone", "[environment]")
{
  auto built = environment_of({conda("pyarrow", "pyarrow=17.0=py311h_0", "==17.0")});
  built.conda.front().build = "py311h_0";
  CHECK(hints(built) == Hints{"write `pyarrow-core` in place of `pyarrow=17.0=py311h_0`"});
  auto locked = environment_of({}, {pip("tensorflow", "==2.17.0")});
  locked.pip_locked = true;
  CHECK(hints(locked) == Hints{"in the file that the lock is made of, write `tensorflow-cpu` in place of "
                               "`tensorflow`; then lock again"});
}

TEST_CASE("torch without CUDA is in an index of its own", "[environment]")
{
  const std::string index = "https://download.pytorch.org/whl/cpu";
  auto environment = environment_of({}, {pip("torch", "==2.4.1")});
  CHECK(hints(environment) == Hints{"add `--extra-index-url " + index + "` and write `torch==2.4.1+cpu`"});
  CHECK(hints(environment, "arm64").empty());
  environment.pip_options = {{"--extra-index-url", index, {}}};
  CHECK(hints(environment).empty());
  CHECK(hints(environment_of({}, {pip("torch", "==2.4.1+cpu")})).empty());
  CHECK(hints(environment_of({}, {pip("torch", "==1.13.1+cu116")})) ==
        Hints{"instead of an index for CUDA, add `--extra-index-url " + index +
              "` and write `torch==1.13.1+cpu`"});
}

TEST_CASE("MKL is exchanged as its channel wants it", "[environment]")
{
  auto environment = environment_of({conda("mkl", "mkl")});
  CHECK(hints(environment) == Hints{"write `libblas=*=*openblas` in place of `mkl`"});
  environment.channels = {"defaults"};
  CHECK(hints(environment) == Hints{"write `nomkl` in place of `mkl`"});
  environment.conda.push_back(conda("nomkl", "nomkl"));
  CHECK(hints(environment).empty());
}
