#include "registry/docker_config.hpp"

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "sys/files.hpp"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::registry {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t k_limit_bytes = std::size_t{4} << 20U;
constexpr std::string_view k_docker_hub = "docker.io";
constexpr const char* k_docker_hub_key = "https://index.docker.io/v1/";

Json configuration()
{
  const auto folder = sys::environment_variable("DOCKER_CONFIG");
  const auto home = sys::environment_variable("HOME");
  const auto text =
      sys::read_file((folder ? *folder : home.value_or("") + "/.docker") + "/config.json", k_limit_bytes);
  Json json = text ? Json::parse(*text, nullptr, false) : Json();
  return json.is_object() ? json : Json::object();
}

const Json& member(const Json& object, const std::string& key)
{
  static const Json nothing;
  return object.is_object() && object.contains(key) ? object[key] : nothing;
}

// docker writes hosts, and wrote URLs.
std::string without_scheme(std::string_view key)
{
  const std::size_t scheme = key.find("://");
  key = scheme == std::string_view::npos ? key : key.substr(scheme + 3);
  return std::string(key.substr(0, key.find('/')));
}

Failure helper_failed(const std::string& program, const std::string& cause)
{
  return fail({"EL1416",
               fmt::format("the credential helper {} gave no login: {}", program, text::shown(cause)),
               fmt::format("run `{} get` by itself, or log in with `docker login`", program),
               ExitCode::push_failed,
               {}});
}

// The protocol of docker-credential-helpers: the host on stdin, JSON on stdout.
Result<Login> login_of_helper(sys::Processes& processes, const std::string& name, const std::string& host)
{
  const std::string program = "docker-credential-" + name;
  sys::Command command;
  command.argv = {program, "get"};
  command.input = host == k_docker_hub ? k_docker_hub_key : host;
  command.timeout = 60s;
  const sys::ProcessResult result = processes.run(command);
  if (!result.succeeded()) {
    const bool is_unknown = result.out.find("credentials not found") != std::string::npos;
    return is_unknown ? Result<Login>(Login{})
                      : helper_failed(program, result.err.empty() ? "it failed" : result.err);
  }
  const Json json = Json::parse(result.out, nullptr, false);
  if (text_member(json, "Username").empty()) {
    return helper_failed(program, "its answer is of another form");
  }
  return Login{text_member(json, "Username"), Secret(text_member(json, "Secret"))};
}

Login login_of_file(const Json& auths, const std::string& host)
{
  if (!auths.is_object()) {
    return {};
  }
  for (const auto& [key, entry] : auths.items()) {
    const bool is_meant =
        key == host || without_scheme(key) == host || (host == k_docker_hub && key == k_docker_hub_key);
    if (!is_meant) {
      continue;
    }
    if (std::string token = text_member(entry, "identitytoken"); !token.empty()) {
      return {"<token>", Secret(std::move(token))};
    }
    const auto pair = base64_decoded(text_member(entry, "auth"));
    // At the first colon: a password may have more.
    if (const std::size_t colon = pair ? pair->find(':') : std::string::npos; colon != std::string::npos) {
      return {pair->substr(0, colon), Secret(pair->substr(colon + 1))};
    }
  }
  return {};
}

}  // namespace

Result<Login> docker_login(sys::Processes& processes, const std::string& host)
{
  const Json json = configuration();
  if (const std::string helper = text_member(member(json, "credHelpers"), host); !helper.empty()) {
    return login_of_helper(processes, helper, host);
  }
  Login login = login_of_file(member(json, "auths"), host);
  const std::string store = text_member(json, "credsStore");
  return login.user.empty() && !store.empty() ? login_of_helper(processes, store, host) : login;
}

}  // namespace envlift::registry
