#include "engine/doctor.hpp"

#include "base/text.hpp"
#include "engine/docker.hpp"
#include "sys/files.hpp"

#include <fmt/format.h>

namespace envlift::engine {

namespace {

using State = Check::State;

constexpr unsigned long long k_wanted_bytes =
    10'000'000'000ULL;   // a base, a large environment, build caches

Check failed(std::string name, const Error& error)
{
  return {std::move(name), State::failed, error.message, error.hint};
}

Check check_disk(sys::Processes& processes, const std::string& client)
{
  const auto info = run_client(processes, client, {"info", "--format", "{{.DockerRootDir}}"});
  const std::string folder = info && info->succeeded() ? std::string(text::trim(info->out)) : "/";
  const unsigned long long free = sys::free_bytes(sys::is_folder(folder) ? folder : "/");
  const std::string detail = fmt::format("{} free for images ({})", text::human_bytes(free), folder);
  if (free < k_wanted_bytes) {
    return {"disk", State::warning, detail,
            "`docker builder prune` frees what builds left; 10 GB are comfortable"};
  }
  return {"disk", State::ok, detail, ""};
}

Check check_url(sys::Http& http, std::string name, const std::string& url, const std::string& ca_bundle,
                std::string remedy)
{
  sys::HttpRequest request;
  request.method = "HEAD";
  request.url = url;
  request.ca_bundle = ca_bundle;
  request.timeout = std::chrono::seconds(10);
  const auto answer = http.send(request);
  if (!answer) {
    return {std::move(name), State::warning,
            fmt::format("{} is not reached: {}", url, answer.error().message), std::move(remedy)};
  }
  // A registry answers 401 to who has no token yet: it is there.
  if (answer->status >= 400 && answer->status != 401 && answer->status != 405) {
    return {std::move(name), State::warning, fmt::format("{} answers {}", url, answer->status),
            std::move(remedy)};
  }
  return {std::move(name), State::ok, fmt::format("{} answers", url), ""};
}

// "host:port" of the registry that a reference names.
std::string registry_of(const std::string& base)
{
  const std::size_t slash = base.find('/');
  const std::string host = slash == std::string::npos ? "" : base.substr(0, slash);
  const bool is_host = host.find_first_of(".:") != std::string::npos || host == "localhost";
  return is_host ? host : "registry-1.docker.io";
}

bool is_loopback(const std::string& host)
{
  return host == "localhost" || host.starts_with("localhost:") || host.starts_with("127.") ||
         host.starts_with("[::1]");
}

Check check_registry(sys::Http& http, const std::string& base, const std::string& ca_bundle)
{
  const std::string host = registry_of(base);
  const auto check = [&](const char* scheme) {
    return check_url(http, "base", fmt::format("{}://{}/v2/", scheme, host), ca_bundle,
                     "check the network, or name a base that is on this machine with --base");
  };
  Check answer = check("https");
  // docker's own rule: a loopback registry may speak http.
  if (answer.state != State::ok && is_loopback(host)) {
    return check("http");
  }
  return answer;
}

constexpr const char* k_published_base = "public.ecr.aws/lambda/python:{python}";

// A base image of this reference that is on this machine; "" when there is none.
std::string local_base(sys::Processes& processes, const std::string& client, const std::string& base)
{
  if (client.empty()) {
    return "";
  }
  const auto images = run_client(processes, client,
                                 {"images", "--format", "{{.Repository}}:{{.Tag}}", "--filter",
                                  "reference=" + text::replace_all(base, "{python}", "*")});
  const bool found = images && images->succeeded() && !text::trim(images->out).empty();
  return found ? std::string(text::lines(images->out).front()) : "";
}

Check check_base(sys::Http& http, const std::string& base, const std::string& ca_bundle,
                 const std::string& local)
{
  if (!local.empty()) {
    return {"base", State::ok, fmt::format("{} is on this machine", local), ""};
  }
  return check_registry(http, base, ca_bundle);
}

// Whether the base that is on this machine has the emulator. It is looked for and not started: it takes any argument
// as a program to run, and serves on.
Check check_emulator(sys::Processes& processes, const std::string& client, const std::string& image)
{
  if (client.empty() || image.empty()) {
    return {"emulator", State::unknown,
            client.empty() ? "not checked: no engine" : "not checked: the base image is not on this machine",
            ""};
  }
  constexpr const char* k_emulator = "/usr/local/bin/aws-lambda-rie";
  const auto test = run_client(processes, client,
                               {"run", "--rm", "--label", "envlift", "--entrypoint", "/bin/sh", image, "-c",
                                fmt::format("test -x {}", k_emulator)});
  if (!test) {
    return failed("emulator", test.error());
  }
  if (test->succeeded()) {
    return {"emulator", State::ok, fmt::format("{} has it", image), ""};
  }
  return {"emulator", State::failed, fmt::format("{} has no {}", image, k_emulator),
          "use one of AWS's Python base images, or add the emulator to yours"};
}

}  // namespace

std::vector<Check> diagnose(sys::Processes& processes, sys::Http& http, const DoctorRequest& request)
{
  std::vector<Check> checks;
  std::string client;
  if (auto engine = connect(processes, request.engine)) {
    const ProbeFacts& facts = (*engine)->facts();
    client = facts.client;
    checks.push_back(
        {"engine", State::ok,
         fmt::format("{} (client {}, server {})", facts.client, facts.client_version, facts.server_version),
         ""});
    checks.push_back(
        {"buildkit", State::ok,
         facts.passed_over.empty() ? "usable" : "usable; passed over " + text::join(facts.passed_over, "; "),
         ""});
    checks.push_back(check_disk(processes, client));
  }
  else {
    checks.push_back(failed(engine.error().code == "EL0804" ? "buildkit" : "engine", engine.error()));
  }
  const std::string base = request.base.empty() ? k_published_base : request.base;
  const std::string local = local_base(processes, client, base);
  checks.push_back(check_emulator(processes, client, local));
  checks.push_back(check_base(http, base, request.ca_bundle, local));
  const std::string installer =
      request.installer_url.empty() ? "https://repo.anaconda.com/miniconda/" : request.installer_url;
  checks.push_back(
      check_url(http, "installer", installer, request.ca_bundle,
                "check the network, or name another with --installer-url and --installer-sha256"));
  return checks;
}

}  // namespace envlift::engine
