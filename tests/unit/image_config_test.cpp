// Images' configurations.
#include "image/config.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace envlift;
using image::parse_config;
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Texts = std::vector<std::string>;

namespace {

const std::string k_digest = "sha256:" + std::string(64, 'a');

std::string config(const std::string& execution, const std::string& more = "")
{
  return R"({"architecture":"arm64","os":"linux","config":)" + execution +
         R"(,"rootfs":{"type":"layers","diff_ids":[")" + k_digest + R"("]})" + more + "}";
}

}  // namespace

TEST_CASE("an image's configuration")
{
  const std::string text = config(
      R"({"Env":["PATH=/bin","EMPTY=","LONE","A=b=c"],"Entrypoint":["/entry.sh","x"],"Cmd":["app.handler"],)"
      R"("WorkingDir":"/var/task","User":"1000","Labels":{"b":"2","a":"1"},"Healthcheck":{"Test":["CMD","x"]}})",
      R"(,"history":[{"created_by":"ADD","comment":"by hand"},{"created_by":"ENV","empty_layer":true},{}])");
  const auto read = parse_config(text);
  REQUIRE(read);
  CHECK(read->architecture == "arm64");
  CHECK(read->os == "linux");
  CHECK(read->env == Pairs{{"PATH", "/bin"}, {"EMPTY", ""}, {"LONE", ""}, {"A", "b=c"}});
  CHECK(read->entrypoint == Texts{"/entry.sh", "x"});
  CHECK(read->cmd == Texts{"app.handler"});
  CHECK(read->working_dir == "/var/task");
  CHECK(read->user == "1000");
  CHECK(read->healthcheck == Texts{"CMD", "x"});
  CHECK(read->labels == Pairs{{"a", "1"}, {"b", "2"}});
  REQUIRE(read->history.size() == 3);
  CHECK(read->history[0].created_by == "ADD");
  CHECK(read->history[0].comment == "by hand");
  CHECK(read->history[1].empty_layer);
  CHECK(read->diff_ids == Texts{k_digest});
  CHECK(read->text == text);
}

TEST_CASE("a configuration's absent members, and engines' null")
{
  const auto read = parse_config(config(
      R"({"Env":null,"Entrypoint":null,"Cmd":"lone","Labels":null,"User":null})", R"(,"history":null)"));
  REQUIRE(read);
  CHECK(read->env.empty());
  CHECK(read->entrypoint.empty());
  CHECK(read->cmd == Texts{"lone"});
  CHECK(parse_config(config("null")));
}

TEST_CASE("what is no configuration of an image")
{
  const std::string text = GENERATE_COPY(
      std::string(), std::string("[]"), std::string("{"), std::string("{}"), std::string("\xff"),
      std::string(R"({"architecture":"amd64","os":"linux"})"),
      std::string(R"({"architecture":"amd64","os":"linux","rootfs":{"diff_ids":["sha256:../../etc"]}})"),
      std::string(R"({"architecture":"amd64","os":"linux","rootfs":{"diff_ids":{}}})"),
      std::string(R"({"architecture":"amd64","rootfs":{"diff_ids":[]}})"), config(R"({"Env":{"A":"b"}})"),
      config(R"({"Env":[1]})"), config(R"({"Labels":{"a":1}})"), config(R"({"WorkingDir":[]})"), config("[]"),
      config("{}", R"(,"history":[1])"), config("{}", R"(,"history":[{"empty_layer":"yes"}])"),
      config(std::string(100'000, '[') + std::string(100'000, ']')),
      config(R"({"Env":[)" + std::string(1'000'000, ',') + "]}"),
      config("\"" + std::string(17U << 20U, 'x') + "\""));
  const auto read = parse_config(text);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == "EL1102");
  CHECK(read.error().exit == ExitCode::input_error);
}

TEST_CASE("a label may be long and full of commas")
{
  const std::string value(2'000'000, ',');
  const auto read = parse_config(config(R"({"Labels":{"sbom":")" + value + "\\\"[[[\"}}"));
  REQUIRE(read);
  CHECK(read->labels.at(0).second == value + "\"[[[");
}
