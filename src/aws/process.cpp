// `credential_process`: a program of the user's that prints credentials.
#include "aws/credential_json.hpp"
#include "aws/sources.hpp"
#include "base/shell_words.hpp"
#include "base/text.hpp"

#include <chrono>
#include <variant>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::aws {

namespace {

constexpr std::chrono::seconds k_limit(120);   // some wait for a browser
constexpr std::size_t k_most_lines = 5;

// How it ended; "" for a good end.
std::string complaint_of(const sys::ProcessResult& result)
{
  if (const auto* exited = std::get_if<sys::Exited>(&result.outcome)) {
    return exited->code == 0 ? "" : fmt::format("it ended with exit code {}", exited->code);
  }
  if (std::holds_alternative<sys::NotFound>(result.outcome)) {
    return "there is no such program";
  }
  return std::holds_alternative<sys::TimedOut>(result.outcome)
             ? fmt::format("it ran for more than {} s", k_limit.count())
             : "it was ended by a signal";
}

// What it wrote for its user. Its other output is never shown.
std::vector<std::string> last_lines(const std::string& text)
{
  std::vector<std::string> lines;
  for (const std::string_view line : text::lines(text)) {
    lines.push_back(text::shown(line));
  }
  const std::size_t begin = lines.size() - std::min(lines.size(), k_most_lines);
  return {lines.begin() + static_cast<std::ptrdiff_t>(begin), lines.end()};
}

bool is_version_1(const std::string& json)
{
  const auto object = nlohmann::json::parse(json, nullptr, false);
  return object.is_object() && object.contains("Version") && object["Version"] == 1;
}

}  // namespace

Found from_process(const Session& session, const NamedProfile& profile)
{
  if (!profile.section.has("credential_process")) {
    return std::nullopt;
  }
  const auto words = shell_words(profile.section.text("credential_process"));
  if (!words || words->empty()) {
    return fail(bad_profile(profile.name, "has a credential_process that is no command line",
                            "close its quotes; it is run without a shell"));
  }
  sys::Command command;
  for (const ShellWord& word : *words) {
    command.argv.push_back(word.text);
  }
  command.timeout = k_limit;
  const sys::ProcessResult result = session.machine.processes->run(command);
  if (std::holds_alternative<sys::Interrupted>(result.outcome)) {
    return fail({"EL0811", "interrupted", "", ExitCode::interrupted, {}});
  }
  const std::string source =
      fmt::format("the credential_process of the profile `{}`", text::shown(profile.name));
  const std::string complaint = complaint_of(result);
  if (!complaint.empty()) {
    Error error = gave_none(source, complaint, "run the profile's command by hand, and mend what it says");
    error.tail = last_lines(result.err);
    return fail(std::move(error));
  }
  auto credentials = is_version_1(result.out) ? parse_credentials(result.out, "SessionToken") : std::nullopt;
  if (!credentials) {
    return fail(gave_none(source,
                          "it did not print an object of Version 1 with AccessKeyId and SecretAccessKey",
                          "let it print what `aws configure export-credentials --format process` does"));
  }
  credentials->source = source;
  return credentials;
}

}  // namespace envlift::aws
