#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

TEST_CASE("a login on a command line of the history is found", "[audit][secrets]")
{
  const auto findings = [](const std::string& command) {
    auto image = fakes::good_image();
    image.config().history.push_back({command, true});
    return image.findings_of("EL1146").size();
  };
  CHECK(findings("RUN curl -u me:s3cr3tpa55 https://host/x") == 1);
  CHECK(findings("RUN curl --user 'me:s3cr3tpa55' https://host/x") == 1);
  CHECK(findings("RUN curl -u me:$PASSWORD https://host/x") == 0);
  CHECK(findings("RUN curl -u me https://host:8080/x") == 0);
  CHECK(findings("RUN useradd -u 1000:1000 app") == 0);
}

TEST_CASE("a build argument that docker repeats in each later step is told once, by its name",
          "[audit][secrets]")
{
  const auto messages = [](const std::vector<std::string>& commands) {
    auto image = fakes::good_image();
    for (const std::string& command : commands) {
      image.config().history.push_back({command, true});
    }
    std::vector<std::string> all;
    for (const auto& finding : image.findings_of("EL1146")) {
      all.push_back(finding.message);
      CHECK(finding.message.find("hunter22") == std::string::npos);
    }
    return all;
  };
  const auto told =
      messages({"ARG PIP_TOKEN=hunter22", "RUN |1 PIP_TOKEN=hunter22 /bin/sh -c make # buildkit",
                "|2 NAME=a b PIP_TOKEN=hunter22 /bin/sh -c make install"});
  REQUIRE(told.size() == 1);
  CHECK(told[0] ==
        "the build argument PIP_TOKEN holds a secret: by its name, a secret; the image's history has it "
        "from step 1 on");
  CHECK(messages({"/bin/sh -c #(nop)  ARG PIP_TOKEN=hunter22", "|1 PIP_TOKEN=hunter23 /bin/sh -c make"})
            .size() == 2);
  // The command behind the arguments is looked at by itself.
  CHECK(messages({"RUN |1 A=x /bin/sh -c curl -u me:hunter22 https://host/"}).size() == 1);
  CHECK(messages({"|1 no argument", "ARG", "ARG TOKEN", "|x A=1 /bin/sh", "|1"}).empty());
}

TEST_CASE("comments of the history and the health check are looked at", "[audit][secrets]")
{
  auto image = fakes::good_image();
  image.config().history.push_back({"COPY . .", false, "from https://me:hunter22@host/x.git"});
  CHECK(image.findings_of("EL1146").size() == 1);
  image.config().history.clear();
  image.config().healthcheck = {"CMD-SHELL", "curl -u me:hunter22 http://localhost/"};
  REQUIRE(image.findings_of("EL1146").size() == 1);
  CHECK(image.findings_of("EL1146").at(0).message.find("health check") != std::string::npos);
  image.config().healthcheck = {"CMD", "curl", "http://localhost/"};
  CHECK(image.findings_of("EL1146").empty());
}
