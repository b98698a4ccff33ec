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
