// Finds a docker client that works: a binary, a daemon behind it, and BuildKit really usable.
#include "base/text.hpp"
#include "engine/docker.hpp"
#include "engine/engine_words.hpp"
#include "engine/known_client.hpp"
#include "engine/probe.hpp"
#include "sys/files.hpp"

#include <cstdlib>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::engine {

namespace {

using Json = nlohmann::json;

// From 23 on the client needs the buildx plug-in for BuildKit; before, it has its own way.
constexpr int k_buildx_needed_from = 23;

constexpr const char* k_recording = "ENVLIFT_RECORD";   // of what the client answers

std::vector<std::string> candidates(const std::string& wanted)
{
  if (!wanted.empty() && wanted.find('/') != std::string::npos) {
    return {wanted};
  }
  std::vector<std::string> unique;
  std::set<std::string> seen;
  for (const std::string& path : sys::programs_named(wanted.empty() ? "docker" : wanted)) {
    if (seen.insert(sys::real_path(path)).second) {
      unique.push_back(path);
    }
  }
  return unique;
}

std::string string_at(const Json& object, const char* outer, const char* inner)
{
  const bool there = object.is_object() && object.contains(outer) && object[outer].is_object();
  return there ? object[outer].value(inner, "") : "";
}

}  // namespace

Result<Probe> probe(sys::Processes& processes, const std::string& client, Need need)
{
  ENVLIFT_TRY_ASSIGN(const sys::ProcessResult version,
                     run_client(processes, client, {"version", "--format", "{{json .}}"}, k_probe_limit));
  const Json answer = Json::parse(version.out, nullptr, false);
  const std::string docker_host = sys::environment_variable("DOCKER_HOST").value_or("");
  const bool recording = sys::environment_variable(k_recording).has_value();
  Probe probe;
  probe.facts.client = client;
  probe.facts.client_version = string_at(answer, "Client", "Version");
  if (!version.succeeded()) {
    probe.unreachable = unreachable(client, version.err, docker_host);
    return probe;
  }
  probe.facts.server_version = string_at(answer, "Server", "Version");
  if (probe.facts.server_version.empty()) {
    // podman under the name of docker has no server to speak of, and another builder.
    probe.shortcoming = "it names no docker daemon";
    return probe;
  }
  probe.facts.socket = recording ? "" : socket_of(string_at(answer, "Client", "Context"), docker_host);
  probe.facts.arch = string_at(answer, "Server", "Arch") == "arm64" ? "arm64" : "x86_64";
  const bool old_client = std::atoi(probe.facts.client_version.c_str()) < k_buildx_needed_from;
  if (old_client || need == Need::run) {
    return probe;
  }
  ENVLIFT_TRY_ASSIGN(const sys::ProcessResult buildx,
                     run_client(processes, client, {"buildx", "version"}, k_probe_limit));
  if (!buildx.succeeded()) {
    probe.shortcoming = "it cannot do BuildKit without the buildx plug-in";
  }
  return probe;
}

namespace {

Error nobody_can(Need need, const std::string& reasons)
{
  if (need == Need::run) {
    return {"EL0801",
            "no client here speaks to a docker daemon: " + reasons,
            "install docker (Debian: `sudo apt-get install docker.io`), or name its client with --engine",
            ExitCode::engine_unusable,
            {}};
  }
  return {"EL0804",
          "no docker client here can build with BuildKit: " + reasons,
          "install docker's buildx plug-in (docker-buildx-plugin)",
          ExitCode::engine_unusable,
          {}};
}

struct Found {
  ProbeFacts facts;
  bool is_lasting = true;   // no client before it has a daemon that only did not answer
};

// The first client that can do what is needed.
Result<Found> find_client(sys::Processes& processes, const std::vector<std::string>& clients,
                          const std::string& wanted, Need need)
{
  std::vector<std::string> passed_over;
  std::optional<Error> first_problem;
  for (const std::string& client : clients) {
    auto found = probe(processes, client, need);
    if (!found && found.error().exit == ExitCode::interrupted) {
      return fail(found.error());
    }
    if (!found || found->unreachable) {
      // The next client may speak to another daemon, or not hang; what the first one says is reported.
      first_problem = first_problem ? first_problem : found ? found->unreachable : found.error();
      continue;
    }
    if (!found->shortcoming.empty()) {
      passed_over.push_back(
          fmt::format("{} {}: {}", client, found->facts.client_version, found->shortcoming));
      continue;
    }
    found->facts.passed_over = std::move(passed_over);
    return Found{std::move(found->facts), !first_problem};
  }
  if (first_problem) {
    return fail(*first_problem);
  }
  if (!passed_over.empty()) {
    return fail(nobody_can(need, text::join(passed_over, "; ")));
  }
  return fail({"EL0801",
               wanted.empty() ? "there is no docker on PATH" : fmt::format("there is no {} on PATH", wanted),
               "install docker (Debian: `sudo apt-get install docker.io`)",
               ExitCode::engine_unusable,
               {}});
}

std::unique_ptr<Engine> engine_of(sys::Processes& processes, ProbeFacts facts)
{
  Daemon daemon(sys::http(), facts.socket);
  return std::make_unique<DockerEngine>(processes, std::move(facts), std::move(daemon));
}

}  // namespace

Result<std::unique_ptr<Engine>> connect(sys::Processes& processes, const std::string& wanted, Need need,
                                        ClientRecords* records)
{
  const std::vector<std::string> clients = candidates(wanted);
  const bool recording = sys::environment_variable(k_recording).has_value();
  const std::string key = records != nullptr && !recording ? client_key(clients, need) : "";
  if (!key.empty()) {
    if (auto known = known_client(*records, key)) {
      return engine_of(processes, std::move(*known));
    }
  }
  ENVLIFT_TRY_ASSIGN(Found found, find_client(processes, clients, wanted, need));
  if (!key.empty() && found.is_lasting) {
    keep_client(*records, key, found.facts);
  }
  return engine_of(processes, std::move(found.facts));
}

}  // namespace envlift::engine
