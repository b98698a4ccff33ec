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

std::vector<std::string> paths(const fakes::ImageFacts& image, const std::string& code)
{
  std::vector<std::string> paths;
  for (const auto& finding : image.findings_of(code)) {
    paths.push_back(finding.path);
  }
  return paths;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("files and folders that Lambda's user cannot read are found", "[audit]")
{
  auto image = good_image();
  image.file("var/task/private.py", "x = 1\n").mode = 0600;
  image.file("opt/data/one.txt", "1");
  image.file("opt/data/two.txt", "2");
  image.folder("opt/data", 0700);
  image.folder("opt/listed", 0711);
  image.file("opt/listed/x.txt", "x");
  CHECK(paths(image, "EL1142") == Paths{"/opt/data", "/opt/listed", "/var/task/private.py"});
  CHECK(holds(image.findings_of("EL1142")[0].message, "2 files in it"));
}

TEST_CASE("what is root's for good reasons is not asked for", "[audit]")
{
  auto image = good_image();
  image.file("etc/shadow", "root:*").mode = 0000;
  image.file("var/lib/rpm/lock").mode = 0600;
  image.file("var/cache/x").mode = 0600;
  image.file("usr/libexec/helper").mode = 0700;
  image.elf("opt/bin/tool");
  image.at("opt/bin/tool").mode = 0711;
  CHECK(paths(image, "EL1142").empty());
  image.elf("usr/lib64/libmine.so.1");
  image.at("usr/lib64/libmine.so.1").mode = 0700;
  CHECK(paths(image, "EL1142") == Paths{"/usr/lib64/libmine.so.1"});
}

TEST_CASE("a layer that closes a folder of the base's is found", "[audit]")
{
  auto image = good_image();
  image.layer().folder("var/runtime", 0700);
  CHECK(paths(image, "EL1142") == Paths{"/var/runtime"});
  auto base = base_image();
  base.folder("var/runtime", 0700);
  CHECK(paths(base, "EL1142").empty());
}

TEST_CASE("files in root's home are a warning", "[audit]")
{
  auto image = good_image();
  image.file("root/.bashrc", "x");
  image.file("root/.cache/pip/a", "abc");
  image.file("root/.cache/pip/b", "abc");
  CHECK(paths(image, "EL1143") == Paths{"/root/.cache"});
  CHECK(holds(image.findings_of("EL1143")[0].message, "2 files (6 B)"));
}

TEST_CASE("links that lead nowhere are a warning, but for those that are meant to", "[audit]")
{
  auto image = good_image();
  image.link("opt/env/lib/libgone.so", "libgone.so.1");
  image.link("opt/env/out", "/tmp/out");
  image.link("opt/env/self", "/proc/self/fd/1");
  image.link("opt/env/share/man/man1/x.1", "y.1");
  image.link("opt/env/lib/libz.so", "libssl.so.3");
  CHECK(paths(image, "EL1144") == Paths{"/opt/env/lib/libgone.so"});
  auto base = base_image();
  base.link("usr/lib/gone", "nowhere");
  CHECK(paths(base, "EL1144").empty());
}

TEST_CASE("secrets in files are found, also in those that a later layer removes", "[audit]")
{
  auto image = good_image();
  image.file("var/task/.env", "x").secrets = {{"AWS access key", 3}};
  image.file("opt/token", "x").secrets = {{"GitHub token", 1}};
  image.layer().top().whiteouts = {"opt/token"};
  const auto found = image.findings_of("EL1145");
  REQUIRE(found.size() == 2);
  CHECK(found[0].path == "/opt/token");
  CHECK(holds(found[0].message, "in layer 4"));
  CHECK(holds(found[1].message, "AWS access key in line 3"));
  auto base = base_image();
  base.file("etc/key.pem", "x").secrets = {{"private key", 1}};
  CHECK(base.findings_of("EL1145").empty());
}

TEST_CASE("secrets in variables, labels and history are found, and never shown", "[audit]")
{
  const std::string token = "ghp_" + std::string("0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R");
  const auto check = [&](auto change) {
    auto image = good_image();
    change(image.config());
    const auto found = image.findings_of("EL1146");
    for (const auto& finding : found) {
      CHECK_FALSE(holds(finding.message + finding.hint, "ghp_"));
      CHECK_FALSE(holds(finding.message + finding.hint, "hunter"));
    }
    return found.size();
  };
  CHECK(check([&](auto& config) { config.env.emplace_back("X", token); }) == 1);
  CHECK(check([&](auto& config) { config.env.emplace_back("DB_PASSWORD", "hunter22"); }) == 1);
  CHECK(check([&](auto& config) { config.labels.emplace_back("x", token); }) == 1);
  CHECK(check([&](auto& config) {
          config.history = {{"RUN pip install -i https://me:hunter22@host/simple x"}};
        }) == 1);
  CHECK(check([&](auto& config) { config.history = {{"|1 PIP_TOKEN=hunter22 /bin/sh -c pip install x"}}; }) ==
        1);
  CHECK(check([&](auto& config) { config.entrypoint.push_back("--token=" + token); }) == 1);
  CHECK(check([&](auto& config) {
          config.env = {{"GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D"},
                        {"PYTHON_SHA256", "d8f6f8a6c8d9f2b2ab01a2a8bb5b1b1fdd0a3d4d4e4c0b2b6f4b1f3a1b2c3d4e"},
                        {"HF_TOKEN_PATH", "/tmp/token"},
                        {"TOKENIZERS_PARALLELISM", "false"},
                        {"SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"}};
          config.history = {{"RUN --mount=type=secret,id=token pip install x"}};
        }) == 0);
}

TEST_CASE("files of folders that are no system's have to be readable", "[audit]")
{
  auto image = good_image();
  image.layer();
  for (const char* path : {"srv/x.py", "data/model.bin", "home/app/x.bin"}) {
    image.file(path, "x").mode = 0600;
  }
  image.file("home/app/.bash_history", "x").mode = 0600;
  image.file("etc/shadow", "x").mode = 0600;
  CHECK(image.findings_of("EL1142").size() == 3);
}

TEST_CASE("a link into a folder that Lambda's user cannot enter is found", "[audit]")
{
  auto image = good_image();
  image.layer();
  image.folder("root", 0700);
  image.file("root/code/m.py", "x = 1\n");
  image.at("root").mode = 0700;
  image.link("var/task/m.py", "/root/code/m.py");
  const auto found = image.findings_of("EL1142");
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/var/task/m.py");
  image.at("root").mode = 0755;
  CHECK(image.findings_of("EL1142").empty());
}

TEST_CASE("a finding on several files names them all", "[audit]")
{
  auto image = good_image();
  image.layer();
  image.link("var/task/a", "gone");
  image.link("var/task/b", "gone");
  const auto found = image.findings_of("EL1144");
  REQUIRE(found.size() == 1);
  CHECK(found[0].paths == std::vector<std::string>{"/var/task/a", "/var/task/b"});
}
