#include "registry/failures.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::registry {

namespace {

using Json = nlohmann::json;

constexpr std::size_t k_longest_message = 300;

// "401 (UNAUTHORIZED: authentication required)".
std::string answer_text(const sys::HttpResponse& response)
{
  const std::string said = error_text(response);
  return said.empty() ? std::to_string(response.status) : fmt::format("{} ({})", response.status, said);
}

}  // namespace

std::string error_text(const sys::HttpResponse& response)
{
  const Json json = Json::parse(response.body, nullptr, false);
  if (!json.is_object() || !json.contains("errors") || !json["errors"].is_array() || json["errors"].empty()) {
    return "";
  }
  const Json& first = json["errors"][0];
  const std::string code = text_member(first, "code");
  const std::string message = text_member(first, "message");
  return text::shown(
      (message.empty() ? code : fmt::format("{}: {}", code, message)).substr(0, k_longest_message));
}

bool has_error_code(const sys::HttpResponse& response, std::string_view code)
{
  return error_text(response).starts_with(code);
}

bool may_pass(int status)
{
  return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

Error interrupted()
{
  return {"EL0811", "interrupted", "", ExitCode::interrupted, {}};
}

Error not_reached(const Place& place, const sys::HttpFailure& failure)
{
  using enum sys::HttpProblem;
  if (failure.problem == interrupted) {
    return registry::interrupted();
  }
  const bool is_final = failure.problem == untrusted || failure.problem == other;
  return {"EL1401",
          fmt::format("the registry {} was not reached: {}", place.host, failure.message),
          failure.problem == untrusted
              ? "name the CA certificates that signed the registry's with --ca-bundle FILE"
              : "check the host, the network and its proxy, and push again",
          is_final ? ExitCode::push_failed : ExitCode::transient,
          {}};
}

Error speaks_no_tls(const Place& place)
{
  return {"EL1401",
          fmt::format("the registry {} speaks http, without TLS", place.host),
          "add `--plain-http`, if everything between this machine and the registry can be trusted",
          ExitCode::push_failed,
          {}};
}

Error not_accepted(const Place& place, const std::string& cause)
{
  return {
    "EL1403",
    fmt::format("the registry {} does not accept who you are: {}", place.host, cause),
    fmt::format("log in with `docker login {}`; where docker has no login, ECR's is taken, which needs AWS "
                "credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)",
                place.host),
    ExitCode::push_failed,
    {}};
}

Error token_refused(const Place& place, const sys::HttpResponse& response)
{
  if (may_pass(response.status)) {
    return refused(place, "a token", response);
  }
  return not_accepted(place, fmt::format("its token service answered {}", answer_text(response)));
}

Error tag_is_taken(const Place& place, const std::string& tag)
{
  return {"EL1407",
          fmt::format("the tag {} of {} is another image's, and the repository lets no tag be moved", tag,
                      place.name()),
          "push under another --tag; without one the tag is made of the image's content",
          ExitCode::push_failed,
          {}};
}

Error blobs_are_gone(const Place& place)
{
  return {"EL1410",
          fmt::format("{} no longer has layers that it had a moment ago", place.name()),
          "push again: they are sent anew",
          ExitCode::transient,
          {}};
}

Error other_bytes(const Place& place, const std::string& what)
{
  return {"EL1408",
          fmt::format("{} reached {} with other bytes than were sent, time and again", what, place.host),
          "look for what stands between this machine and the registry (a proxy), and push again",
          ExitCode::transient,
          {}};
}

Error damaged_here(const std::string& digest)
{
  return {"EL1409",
          fmt::format("the bytes of {} on this machine are not those of its digest", digest),
          "push again: the layer is packed anew",
          ExitCode::transient,
          {}};
}

Error refused(const Place& place, const std::string& what, const sys::HttpResponse& response)
{
  const std::string answer = answer_text(response);
  if (may_pass(response.status)) {
    return {"EL1402",
            fmt::format("the registry {} answered {} to {}, time and again", place.host, answer, what),
            "push again in a while: what is there already is not sent again",
            ExitCode::transient,
            {}};
  }
  if (response.status == 401) {
    return not_accepted(place, fmt::format("it answered {} to {}", answer, what));
  }
  if (response.status == 403 || has_error_code(response, "DENIED")) {
    return {"EL1404",
            fmt::format("the registry does not let you push to {}: it answered {} to {}", place.name(),
                        answer, what),
            "ask its owner for the right to push",
            ExitCode::push_failed,
            {}};
  }
  if (has_error_code(response, "NAME_UNKNOWN")) {
    return {
      "EL1405",
      fmt::format("there is no repository {} in {}: it answered {}", place.repository, place.host, answer),
      "correct --repository, or create it (in ECR: --create-repository)",
      ExitCode::push_failed,
      {}};
  }
  if (response.status >= 200 && response.status < 300) {
    return {
      "EL1406",
      fmt::format("{} answered {} to {}, and not as a registry does", place.host, answer, what),
      "check --registry, and what stands between this machine and the registry (a proxy, a sign-in page)",
      ExitCode::push_failed,
      {}};
  }
  return {"EL1406",
          fmt::format("the registry {} refused {}: it answered {}", place.host, what, answer),
          "see what it says; `-v` shows the requests",
          ExitCode::push_failed,
          {}};
}

}  // namespace envlift::registry
