#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::base_image;
using fakes::good_image;
using fakes::k_env_site;

namespace {

bool holds(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("each part of the swap that is not as it must be is found", "[audit]")
{
  const auto broken = [](auto break_it) {
    auto image = good_image();
    break_it(image);
    const auto found = image.findings_of("EL1121");
    REQUIRE_FALSE(found.empty());
    return found[0].path;
  };
  CHECK(broken([](auto& image) { image.link("var/lang/bin/python3", "base-python3.11"); }) ==
        "/var/lang/bin/python3");
  CHECK(broken([](auto& image) { image.top().whiteouts = {"var/lang/bin/python"}; }) ==
        "/var/lang/bin/python");
  CHECK(broken([](auto& image) { image.top().whiteouts = {"opt/envlift/bootstrap.py"}; }) ==
        "/opt/envlift/bootstrap.py");
  CHECK(broken([](auto& image) { image.top().whiteouts = {"opt/env/bin/python3.11"}; }) ==
        "/opt/env/bin/python3.11");
  CHECK(broken([](auto& image) { image.file("opt/env/bin/python3.11", "#!/bin/sh\n"); }) ==
        "/opt/env/bin/python3.11");
  CHECK(broken([](auto& image) { image.file("var/lang/bin/python3.11", fakes::k_launcher).mode = 0700; }) ==
        "/var/lang/bin/python3.11");
  CHECK(broken([](auto& image) { image.top().whiteouts = {"var/runtime/bootstrap"}; }) ==
        "/var/runtime/bootstrap");
  CHECK(broken([](auto& image) { image.file("var/runtime/bootstrap").mode = 0644; }) ==
        "/var/runtime/bootstrap");
  CHECK(broken([](auto& image) {
          image.program("opt/env/bin/python3.12");
          image.link("opt/env/bin/python3.11", "python3.12");
        }) == "/var/lang/bin/python3.11");
}

TEST_CASE("a base's script that starts another Python than the environment's is found", "[audit]")
{
  const auto with = [](const std::string& bootstrap) {
    auto image = good_image();
    image.file("var/runtime/bootstrap", "#!/bin/bash\n# not /var/lang/bin/base-python3.11\n" + bootstrap);
    const auto found = image.findings_of("EL1121");
    return found.empty() ? "" : found.at(0).path + ": " + found.at(0).message;
  };
  CHECK(with("exec /var/lang/bin/python3.11 /var/runtime/bootstrap.py\n").empty());
  CHECK(with("exec \"$WRAPPER\" '/var/lang/bin/python3' /var/runtime/bootstrap.py\n").empty());
  CHECK(with("exec /opt/env/bin/python /var/runtime/bootstrap.py\n").empty());
  CHECK(with("exec $PYTHON/bin/python /var/lang/lib/python3.11/x\n").empty());
  CHECK(holds(with("exec /var/lang/bin/base-python3.11 /var/runtime/bootstrap.py\n"),
              "/var/runtime/bootstrap: it starts /var/lang/bin/base-python3.11"));
  CHECK(holds(with("set -- '/usr/bin/python3.9' x\n"), "/usr/bin/python3.9"));
}

TEST_CASE("an entry script that starts another program than the base's is followed", "[audit]")
{
  auto image = good_image();
  image.file("lambda-entrypoint.sh",
             "#!/bin/sh\nRUNTIME_ENTRYPOINT=/var/runtime/bootstrap2\nexec $RUNTIME_ENTRYPOINT\n");
  REQUIRE(image.findings_of("EL1121").size() == 1);
  CHECK(image.findings_of("EL1121").at(0).path == "/var/runtime/bootstrap2");
  image.file("var/runtime/bootstrap2", "#!/bin/sh\n");
  CHECK(image.findings_of("EL1121").empty());
}

TEST_CASE("the file of variables that the launcher loads has to be there", "[audit]")
{
  auto image = good_image();
  const std::string load = "if [ -r '/opt/env/activate.env' ]; then\n  . '/opt/env/activate.env'\nfi\n";
  image.file("var/lang/bin/python3.11", std::string(fakes::k_launcher).insert(10, load));
  REQUIRE(image.findings_of("EL1121").size() == 1);
  CHECK(image.findings_of("EL1121").at(0).path == "/opt/env/activate.env");
  image.file("opt/env/activate.env", "# nothing\n");
  CHECK(image.findings_of("EL1121").empty());
}

TEST_CASE("an environment that was left out of the swap is found", "[audit]")
{
  auto image = base_image();
  image.layer();
  image.distribution("usr/envs/x/lib/python3.11/site-packages", "awslambdaric");
  image.program("usr/envs/x/bin/python");
  const auto found = image.findings_of("EL1121");
  REQUIRE(found.size() == 1);
  CHECK(holds(found[0].message, "/usr/envs/x"));
}

TEST_CASE("the runtime client and its native part are asked for", "[audit]")
{
  auto image = good_image();
  image.top().whiteouts = {k_env_site + "/runtime_client.cpython-311-x86_64-linux-gnu.so"};
  REQUIRE(image.findings_of("EL1122").size() == 1);
  image.elf(k_env_site + "/runtime_client.cpython-310-x86_64-linux-gnu.so");
  CHECK(image.findings_of("EL1122").size() == 1);
  image.top().whiteouts = {k_env_site + "/awslambdaric"};
  CHECK(holds(image.findings_of("EL1122").at(0).message, "no runtime client"));
}

TEST_CASE("a virtual environment of the base's own Python may use the base's client", "[audit]")
{
  auto image = base_image();
  image.layer();
  image.link("opt/env/bin/python3.11", "/var/lang/bin/base-python3.11");
  image.distribution(k_env_site, "six");
  image.program("var/lang/bin/base-python3.11", {"libpython3.11.so.1.0", "libc.so.6"});
  for (const char* name : {"python3.11", "python3", "python"}) {
    image.file(std::string("var/lang/bin/") + name, fakes::k_launcher);
  }
  image.file("opt/envlift/bootstrap.py", "import sys\n");
  image.file("var/task/app.py", "def handler(event, context):\n    return 1\n");
  CHECK(image.findings_of("EL1121").empty());
  CHECK(image.findings_of("EL1122").empty());
}

TEST_CASE("packages for another Python are found, those that fit are not", "[audit]")
{
  auto image = good_image();
  image.distribution(k_env_site, "stable", "1.0", "cp38-abi3-manylinux2014_x86_64");
  image.distribution(k_env_site, "old", "1.0", "py2.py3-none-any");
  image.distribution(k_env_site, "bound", "1.0", "cp310-cp310-manylinux2014_x86_64");
  image.distribution(k_env_site, "mac", "1.0", "cp311-cp311-macosx_11_0_arm64");
  image.file(
      "opt/env/conda-meta/built-1.0-py310h1_0.json",
      R"({"name": "built", "version": "1.0", "build": "py310h1_0", "files": ["lib/python3.10/built.py"]})");
  image.elf(k_env_site + "/ext/_x.cpython-310-x86_64-linux-gnu.so");
  image.elf(k_env_site + "/two/_y.cpython-310-x86_64-linux-gnu.so");
  image.elf(k_env_site + "/two/_y.cpython-311-x86_64-linux-gnu.so");
  std::vector<std::string> paths;
  for (const auto& finding : image.findings_of("EL1123")) {
    paths.push_back(finding.path);
  }
  CHECK(paths == std::vector<std::string>{"/opt/env/conda-meta/built-1.0-py310h1_0.json",
                                          "/" + k_env_site + "/bound-1.0.dist-info",
                                          "/" + k_env_site + "/ext/_x.cpython-310-x86_64-linux-gnu.so",
                                          "/" + k_env_site + "/mac-1.0.dist-info"});
}

TEST_CASE("bytecode that is not used is found", "[audit]")
{
  const std::string source = k_env_site + "/numpy/__init__.py";
  const std::string pyc = k_env_site + "/numpy/__pycache__/__init__.cpython-311.pyc";
  const auto reason = [&](audit::PycFacts facts) {
    auto image = good_image();
    image.file(source, "x = 1\n").mtime = 1000;
    image.file(pyc).pyc = facts;
    const auto found = image.findings_of("EL1124");
    return found.empty() ? "" : found[0].package + ": " + found[0].message;
  };
  CHECK(reason({3495, true, false, 0, 0}).empty());
  CHECK(reason({3495, false, false, 1000, 6}).empty());
  CHECK(holds(reason({3495, false, false, 999, 6}),
              "numpy: Python does not use the bytecode: its source's time"));
  CHECK(holds(reason({3495, false, false, 1000, 7}), "its source's time or size"));
  CHECK(holds(reason({3439, true, false, 0, 0}), "not of Python 3.11"));
}

TEST_CASE("modules without bytecode are found, those that do not compile are not", "[audit]")
{
  auto image = good_image();
  image.file(k_env_site + "/six/__init__.py", "x = 1\n");
  image.file(k_env_site + "/six/tests/test_x.py", "x = 1\n");
  image.file(k_env_site + "/six/a-template.py", "{{ x }}\n");
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    image.module(k_env_site + "/sample/" + name + ".py");
  }
  image.file(k_env_site + "/sample/python2.py", "print 1\n");
  const auto found = image.findings_of("EL1125");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/" + k_env_site + "/six/__init__.py");
  CHECK(holds(found[0].message, "1 module without bytecode"));
}

TEST_CASE("distributions that are there twice", "[audit]")
{
  auto image = good_image();
  image.distribution(k_env_site, "numpy", "1.20.0");
  image.distribution(k_env_site, "urllib3", "2.2.0");
  image.distribution(k_env_site, "boto3", "1.40.0");
  image.file("opt/env/conda-meta/idna-3.0-pyh_0.json",
             R"({"name": "idna", "version": "3.0", "build": "pyh_0", "files":
                 ["lib/python3.11/site-packages/idna/__init__.py",
                  "lib/python3.11/site-packages/idna-3.0.dist-info/METADATA"]})");
  image.distribution(k_env_site, "idna", "3.7");
  const auto twice = image.findings_of("EL1126");
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].package == "numpy");
  CHECK(twice[0].severity == diag::Severity::warning);
  const auto overwritten = image.findings_of("EL1127");
  REQUIRE(overwritten.size() == 1);
  CHECK(holds(overwritten[0].message, "pip's idna 3.7 wrote over files of conda's idna 3.0"));
  const auto both = image.findings_of("EL1128");
  REQUIRE(both.size() == 1);
  CHECK(both[0].package == "urllib3");
  CHECK(both[0].severity == diag::Severity::note);
  CHECK(image.findings_of("EL1129").size() == 1);
}

TEST_CASE("a package that was left out of the environment is not imported in place of the base's", "[audit]")
{
  const auto told = [](bool is_there) {
    auto image = good_image();
    image.file("opt/env/conda-meta/urllib3-2.2.3-pyh_0.json",
               R"({"name": "urllib3", "version": "2.2.3", "build": "pyh_0", "files":
                   ["lib/python3.11/site-packages/urllib3/__init__.py"]})");
    if (is_there) {
      image.file(k_env_site + "/urllib3/__init__.py", "x = 1\n");
    }
    return image.findings_of("EL1128").size();
  };
  CHECK(told(true) == 1);
  CHECK(told(false) == 0);
}

TEST_CASE("the base's bootstrap imports the base's packages first", "[audit]")
{
  // Conda's Python linked into the place of the base's: the base's own bootstrap runs.
  const auto swapped = [] {
    auto image = base_image();
    image.layer();
    image.program("opt/env/bin/python3.11", {"libc.so.6"});
    image.link("var/lang/bin/python3.11", "/opt/env/bin/python3.11");
    image.distribution(k_env_site, "urllib3", "2.2.0");
    return image;
  };
  const auto found = swapped().findings_of("EL1130");
  REQUIRE(found.size() == 1);
  CHECK(found[0].package == "urllib3");
  CHECK(found[0].message == "urllib3 1.26.20 of the base is imported, and not the environment's 2.2.0");
  CHECK(swapped().findings_of("EL1128").empty());

  auto configured = swapped();
  configured.config().env.emplace_back("PYTHONPATH", "/opt/mine");   // then the base's folders are not put first
  CHECK(configured.findings_of("EL1130").empty());
  CHECK(configured.findings_of("EL1128").size() == 1);
  configured.config().env.back().second = "/opt/mine:/var/lang/lib/python3.11/site-packages";
  CHECK(configured.findings_of("EL1130").size() == 1);

  auto of_conda = swapped();
  of_conda.top().files.erase(k_env_site + "/urllib3-2.2.0.dist-info/METADATA");
  of_conda.file("opt/env/conda-meta/urllib3-2.2.0-pyh_0.json", R"({"name": "urllib3", "version": "2.2.0", "build": "pyh_0",
    "files": ["lib/python3.11/site-packages/urllib3/__init__.py"]})");
  CHECK(of_conda.findings_of("EL1130").size() == 1);

  auto same = base_image();
  same.layer();
  same.program("opt/env/bin/python3.11", {"libc.so.6"});
  same.link("var/lang/bin/python3.11", "/opt/env/bin/python3.11");
  same.distribution(k_env_site, "urllib3", "1.26.20");
  CHECK(same.findings_of("EL1130").empty());
  auto code = base_image();
  code.layer();
  code.distribution("var/task", "urllib3", "2.2.0");   // the code's own come first
  CHECK(code.findings_of("EL1130").empty());
}

TEST_CASE("a Python that the entry point starts needs the runtime client", "[audit]")
{
  auto image = base_image();
  image.layer();
  image.program("usr/local/bin/python3.11");
  image.file("usr/local/lib/python3.11/os.py");
  image.file("function/app.py", "def handler(event, context):\n    return 1\n");
  image.config().entrypoint = {"/usr/local/bin/python3.11", "-m", "awslambdaric"};
  image.config().working_dir = "/function";
  CHECK(image.findings_of("EL1122").size() == 1);
  image.distribution("usr/local/lib/python3.11/site-packages", "awslambdaric");
  image.elf("usr/local/lib/python3.11/site-packages/runtime_client.cpython-311-x86_64-linux-gnu.so");
  CHECK(image.findings_of("EL1122").empty());
}

TEST_CASE("PYTHONHOME of another Python breaks the swap", "[audit]")
{
  auto image = good_image();
  image.config().env.emplace_back("PYTHONHOME", "/opt/env");
  CHECK(image.findings_of("EL1121").empty());
  image.config().env.back().second = "/var/lang";
  CHECK(image.findings_of("EL1121").size() == 1);
}

TEST_CASE("packages beside the code that the base has too are told", "[audit]")
{
  auto image = base_image();
  image.layer();
  image.file("var/task/app.py", "def handler(event, context):\n    return 1\n");
  image.distribution("var/task", "urllib3", "2.2.3");
  const auto found = image.findings_of("EL1128");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/var/task/urllib3-2.2.3.dist-info");
}
