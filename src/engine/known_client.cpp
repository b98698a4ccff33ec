#include "engine/known_client.hpp"

#include "base/sha256.hpp"
#include "engine/daemon.hpp"
#include "sys/files.hpp"
#include "sys/stamps.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using Json = nlohmann::json;

// Where docker's client looks for plug-ins besides its own folder (docker/cli: cli-plugins/manager).
constexpr const char* k_plugin_folders[] = {"/usr/local/lib/docker/cli-plugins",
                                            "/usr/local/libexec/docker/cli-plugins",
                                            "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"};

std::string stamp_line(const std::string& path)
{
  const auto stamp = sys::stamp_of(path);
  return stamp ? fmt::format("{} {} {} {}\n", path, stamp->changed_ns, stamp->bytes, stamp->number)
               : fmt::format("{} is not there\n", path);
}

std::string settings_folder()
{
  return sys::environment_variable("DOCKER_CONFIG")
      .value_or(sys::environment_variable("HOME").value_or("") + "/.docker");
}

Json text_of(const ProbeFacts& facts)
{
  return {{"client", facts.client},
          {"client_version", facts.client_version},
          {"server_version", facts.server_version},
          {"arch", facts.arch},
          {"socket", facts.socket},
          {"passed_over", facts.passed_over}};
}

}  // namespace

std::string client_key(const std::vector<std::string>& clients, Need need)
{
  std::string text = need == Need::build ? "build\n" : "run\n";
  for (const std::string& client : clients) {
    text += stamp_line(client);
  }
  for (const auto& [name, value] : sys::environment_variables("DOCKER_")) {
    text += fmt::format("{}={}\n", name, value);
  }
  text += stamp_line(settings_folder() + "/config.json");
  text += stamp_line(settings_folder() + "/cli-plugins");
  for (const char* folder : k_plugin_folders) {
    text += stamp_line(folder);
  }
  return sha256_hex(text);
}

std::optional<ProbeFacts> known_client(ClientRecords& records, const std::string& key)
{
  const auto kept = records.get(key);
  const Json known = kept ? Json::parse(*kept, nullptr, false) : Json();
  try {
    ProbeFacts facts{known.at("client"), known.at("client_version"), known.at("server_version"),
                     known.at("arch"),   known.at("socket"),         known.at("passed_over")};
    const auto told = Daemon(sys::http(), facts.socket).get("/version", k_probe_limit);
    const Json server = told ? Json::parse(*told, nullptr, false) : Json();
    const bool is_same = server.is_object() && server.value("Version", Json()) == facts.server_version;
    return is_same ? std::optional(std::move(facts)) : std::nullopt;
  }
  catch (const Json::exception&) {
    return std::nullopt;   // nothing was kept, or something else
  }
}

void keep_client(ClientRecords& records, const std::string& key, const ProbeFacts& facts)
{
  if (!facts.socket.empty()) {
    records.keep(key, text_of(facts).dump(-1, ' ', false, Json::error_handler_t::replace));
  }
}

}   // namespace envlift::engine
