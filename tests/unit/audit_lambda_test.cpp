#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::good_image;

namespace {

bool holds(const std::string& text, const std::string& part)
{
  return text.find(part) != std::string::npos;
}

std::string only_message(const fakes::ImageFacts& image, const std::string& code)
{
  const auto found = image.findings_of(code);
  return found.size() == 1 ? found[0].message : std::to_string(found.size()) + " findings";
}

}  // namespace

TEST_CASE("an entry point that Lambda cannot start is found", "[audit]")
{
  const auto with = [](const std::string& entry, auto change) {
    auto image = good_image();
    image.config().entrypoint = {entry};
    change(image);
    return only_message(image, "EL1131");
  };
  const auto as_is = [](auto&) {};
  CHECK(holds(with("lambda-entrypoint.sh", as_is), "not an absolute path"));
  CHECK(holds(with("/nowhere.sh", as_is), "is not there"));
  CHECK(holds(with("/var/task", as_is), "is not a file"));
  CHECK(holds(with("/run.sh", [](auto& image) { image.link("run.sh", "/lambda-entrypoint.sh"); }),
              "symbolic link"));
  CHECK(holds(with("/run.sh", [](auto& image) { image.link("run.sh", "gone.sh"); }), "leads nowhere"));
  CHECK(holds(with("/run.sh", [](auto& image) { image.file("run.sh", "#!/bin/bash\n").mode = 0644; }),
              "cannot be run by every user"));
  CHECK(holds(with("/run.sh", [](auto& image) { image.file("run.sh", "#!/bin/fish\n"); }),
              "/bin/fish is not in"));
  CHECK(holds(with("/run.sh", [](auto& image) { image.file("run.sh", "#!/bin/bash\r\nx\r\n"); }), "Windows"));
  CHECK(holds(with("/run.sh", [](auto& image) { image.file("run.sh", "echo\n").mode = 0755; }),
              "neither a program"));
  CHECK(with("/opt/env/bin/python3.11", as_is) == "0 findings");
  CHECK(holds(with("/opt/env/bin/python", as_is), "symbolic link"));
}

TEST_CASE("an entry point below a linked folder is a warning", "[audit]")
{
  auto image = good_image();
  image.link("start", "/opt/env");
  image.config().entrypoint = {"/start/bin/python3.11"};
  CHECK(image.findings_of("EL1131").empty());
  CHECK(image.findings_of("EL1132").size() == 1);
  image.config().entrypoint = {"/start/bin/python3.11", "-m", "awslambdaric"};
  CHECK(image.findings_of("EL1132").at(0).hint ==
        "write `ENTRYPOINT [\"/opt/env/bin/python3.11\", \"-m\", \"awslambdaric\"]`");
  image.config().entrypoint = {"/start/bin/python3.11", "--key",
                               std::string("ghp_0a1B2c3D4e5F6g7H8i9J") + "0kLmNoPqRsTuVwXy"};
  CHECK(image.findings_of("EL1132").at(0).hint == "write `ENTRYPOINT [\"/opt/env/bin/python3.11\"]`");
  image.config().entrypoint = {"/start/bin/python3.11", "-c", "x y"};
  CHECK(holds(image.findings_of("EL1132").at(0).hint, "no shell"));
}

TEST_CASE("the handler's module and function are looked for", "[audit]")
{
  auto image = good_image();
  CHECK(image.findings("app.handlr").at(0).code == "EL0503");
  CHECK(image.findings("app.handlr").at(0).path == "/var/task/app.py");
  CHECK(image.findings("ap.handler").at(0).code == "EL0502");
  CHECK(image.findings("handler").at(0).code == "EL0501");
  CHECK(image.findings("numpy.handler").empty());
  image.config().cmd = {"app.gone"};
  CHECK(image.findings().at(0).code == "EL0503");
  CHECK(image.findings("app.handler").empty());
}

TEST_CASE("a handler's module that Python does not take is found", "[audit]")
{
  auto image = good_image();
  image.file("var/task/app.py", "def handler(event, context:\n    return 1\n");
  CHECK(image.findings_of("EL0514").size() == 1);
}

TEST_CASE("CMD is the handler only where the entry point takes one", "[audit]")
{
  auto image = good_image();
  image.config().cmd = {"/bin/sh", "-c", "app.handler"};
  CHECK(image.findings_of("EL1133").size() == 1);
  image.config().cmd = {};
  CHECK(image.findings_of("EL1134").size() == 1);
  image.config().entrypoint = {"/opt/env/bin/python3.11"};
  image.config().cmd = {"-m", "awslambdaric", "app.nothing"};
  CHECK(image.findings_of("EL0503").size() == 1);
  image.config().cmd = {"server.py"};
  CHECK(image.findings().empty());
}

TEST_CASE("size and number of layers have their limits", "[audit]")
{
  auto image = good_image();
  image.file("opt/env/share/data.bin").size = 11ULL << 30U;
  CHECK(image.findings_of("EL1135").size() == 1);

  auto many = good_image();
  for (int i = 0; i < 60; ++i) {
    many.layer();
  }
  CHECK(many.findings_of("EL1138").size() == 1);
  for (int i = 0; i < 70; ++i) {
    many.layer();
  }
  CHECK(many.findings_of("EL1136").size() == 1);
  CHECK(many.findings_of("EL1138").empty());
}

TEST_CASE("the largest packages are a note", "[audit]")
{
  auto image = good_image();
  image.distribution(fakes::k_env_site, "huge");
  image.file(fakes::k_env_site + "/huge/__init__.py").size = 90'000'000;
  CHECK(holds(only_message(image, "EL1137"), "the largest are huge 90.0 MB"));
}

TEST_CASE("a manifest that Lambda refuses is found, and docker's archive has none", "[audit]")
{
  auto image = good_image();
  auto& stored = image.facts().image;
  CHECK(image.findings_of("EL1139").empty());
  stored.manifest_media_type = "application/vnd.oci.image.manifest.v1+json";
  for (auto& layer : stored.layers) {
    layer.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
    layer.compression = image::Compression::gzip;
  }
  CHECK(image.findings().empty());
  stored.other_manifests = {"unknown/unknown", "linux/arm64"};
  CHECK(image.findings_of("EL1139").size() == 2);
  stored.other_manifests = {};
  stored.is_in_index = true;
  CHECK(holds(only_message(image, "EL1139"), "index of one manifest"));
  stored.is_in_index = false;
  stored.manifest_media_type = "application/vnd.oci.image.index.v1+json";
  CHECK(holds(only_message(image, "EL1139"), "media type"));
  stored.manifest_media_type = "application/vnd.docker.distribution.manifest.v2+json";
  CHECK(holds(only_message(image, "EL1139"), "mixes"));
  stored.config.architecture = "s390x";
  CHECK(image.findings_of("EL1139").size() == 2);
}

TEST_CASE("a configuration of a type that is no image's, or of the other kind of manifest, is found",
          "[audit]")
{
  auto image = good_image();
  auto& stored = image.facts().image;
  stored.manifest_media_type = "application/vnd.oci.image.manifest.v1+json";
  for (auto& layer : stored.layers) {
    layer.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
    layer.compression = image::Compression::gzip;
  }
  stored.config_media_type = "application/vnd.oci.image.config.v1+json";
  CHECK(image.findings().empty());
  stored.config_media_type = "application/vnd.docker.container.image.v1+json";
  CHECK(holds(only_message(image, "EL1139"), "mixes"));
  stored.config_media_type = "application/vnd.cncf.helm.config.v1+json";
  CHECK(holds(only_message(image, "EL1139"), "configuration has the media type application/vnd.cncf.helm"));
}

TEST_CASE("a history of other layers than the image's is a warning", "[audit]")
{
  auto image = good_image();   // one layer of the base, three more
  const auto with = [&](std::size_t steps) {
    image.config().history.assign(steps, {"RUN make", false});
    image.config().history.push_back({"ENV A=1", true});
    return image.findings_of("EL1152").size();
  };
  image.config().history.clear();
  CHECK(image.findings_of("EL1152").empty());
  CHECK(with(4) == 0);
  CHECK(with(3) == 0);   // the base has none
  CHECK(with(2) == 1);
  CHECK(with(5) == 1);
}

TEST_CASE("a working folder that Lambda does not have is a warning", "[audit]")
{
  auto image = good_image();
  const auto with = [&](const std::string& folder) {
    image.config().working_dir = folder;
    const auto found = image.findings_of("EL1153");
    return found.empty() ? "" : found.at(0).message;
  };
  image.link("code", "/var/task");
  image.folder("tmp/work");
  CHECK(with("").empty());
  CHECK(with("/").empty());
  CHECK(with("/tmp").empty());
  CHECK(with("/code/").empty());
  CHECK(holds(with("/data"), "is not in the image"));
  CHECK(holds(with("/var/task/app.py"), "is not in the image"));
  CHECK(holds(with("/tmp/work"), "begins empty"));
}

TEST_CASE("layers that Lambda's loader refuses are found", "[audit]")
{
  auto image = good_image();
  auto& stored = image.facts().image;
  image.top().missing_parents = {"var", "var/task"};
  image.facts().layers.front().missing_parents = {"usr"};
  const auto parents = image.findings_of("EL1141");
  REQUIRE(parents.size() == 1);
  CHECK(parents[0].path == "/var");
  CHECK(image.findings_of("EL1140").empty());   // docker's archive: plain, and packed when it is pushed
  stored.manifest_media_type = "application/vnd.oci.image.manifest.v1+json";
  for (auto& layer : stored.layers) {
    layer.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
    layer.compression = image::Compression::gzip;
  }
  stored.layers[1].compression = image::Compression::zstd;
  stored.layers[2].compression = image::Compression::none;
  const auto found = image.findings_of("EL1140");
  REQUIRE(found.size() == 2);
  CHECK(holds(found[0].message, "is zstd"));
}

TEST_CASE(
    "`python -m awslambdaric` takes the handler from the working folder, whatever LAMBDA_TASK_ROOT says",
    "[audit]")
{
  auto image = good_image();
  image.file("function/main.py", "def handler(event, context):\n    return 1\n");
  image.config().entrypoint = {"/opt/env/bin/python3.11", "-m", "awslambdaric"};
  image.config().cmd = {"main.handler"};
  CHECK(only_message(image, "EL0502") != "0 findings");
  image.config().working_dir = "/function";
  CHECK(image.findings_of("EL0502").empty());
  CHECK(image.findings_of("EL1122").empty());
  image.config().cmd = {"main.other"};
  CHECK(image.findings_of("EL0503").size() == 1);
  image.config().working_dir = "";
  image.config().cmd = {"root.handler"};
  image.file("root.py", "def handler(event, context):\n    return 1\n");
  CHECK(image.findings_of("EL0502").empty());
}

TEST_CASE("the handler may lie in a folder of PYTHONPATH", "[audit]")
{
  auto image = good_image();
  image.file("srv/lib/main.py", "def handler(event, context):\n    return 1\n");
  image.config().cmd = {"main.handler"};
  CHECK(image.findings_of("EL0502").size() == 1);
  image.config().env.emplace_back("PYTHONPATH", "/srv/lib");
  CHECK(image.findings_of("EL0502").empty());
}
