// Secrets in what everybody who has the image can read: its files, even those that a higher layer removes, its
// history, labels and variables. No value is ever repeated.
#include "audit/leaks.hpp"

#include "audit/base_layers.hpp"
#include "audit/names.hpp"
#include "audit/secret_values.hpp"
#include "audit/secrets.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

constexpr std::string_view k_mount =
    "mount it with `RUN --mount=type=secret`, and make the secret anew: it is known now";
constexpr std::string_view k_at_run_time =
    "take it out of the image: the function's configuration or Secrets Manager holds it; and make it anew";

// Names of what is about a secret without being one: where it lies, what it is called.
bool tells_where(std::string_view name, std::string_view value)
{
  static constexpr std::array<std::string_view, 9> k_ends = {"_PATH", "_FILE", "_DIR",  "_URL",        "_ARN",
                                                             "_NAME", "_ID",   "_HOST", "_PARALLELISM"};
  return value.starts_with('/') ||
         std::ranges::any_of(k_ends, [&](std::string_view end) { return name.ends_with(end); });
}

// The kind of secret that `NAME=VALUE` holds; "" for none.
std::string kind_of_variable(std::string_view name, std::string_view value)
{
  if (auto found = find_secrets("", value); !found.empty()) {
    return found.front().kind;
  }
  if (tells_where(name, value)) {
    return "";
  }
  // As a line of an environment file, whose names tell.
  const std::string line = fmt::format("{}={}\n", name, value);
  const auto found = find_secrets(".env", line);
  return found.empty() ? "" : "by its name, a secret";
}

// Whether `curl -u NAME:PASSWORD` or a program like it stands in a command line.
bool has_login(std::string_view command)
{
  std::string_view before;
  for (const std::string_view word : text::split(command, ' ')) {
    const std::size_t colon = word.find(':');
    const bool is_option = text::is_one_of(before, {"-u", "--user", "--proxy-user"});
    before = word;
    if (is_option && colon != std::string_view::npos && command.find("curl") != std::string_view::npos &&
        !is_placeholder(
            text::trim(word.substr(colon + 1, word.find_first_of("'\"", colon + 1) - colon - 1)))) {
      return true;
    }
  }
  return false;
}

bool is_variable_name(std::string_view name)
{
  return !name.empty() && std::ranges::all_of(name, [](char c) { return text::is_alnum(c) || c == '_'; });
}

// `NAME=VALUE` within a step's command line: build arguments, exports, ENV.
std::string kind_of_command(std::string_view command)
{
  if (auto found = find_secrets("", command); !found.empty()) {
    return found.front().kind;
  }
  if (has_login(command)) {
    return "login on a command line";
  }
  for (const std::string_view word : text::split(command, ' ')) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    if (equals == std::string_view::npos || !is_variable_name(name)) {
      continue;
    }
    if (std::string kind = kind_of_variable(name, word.substr(equals + 1)); !kind.empty()) {
      return kind;
    }
  }
  return "";
}

// A step of the history: the build arguments that docker writes in front of each command after their ARG, and the rest.
struct Step {
  std::vector<std::pair<std::string, std::string>> arguments;
  std::string_view command;
};

// "|2 TOKEN=x NAME=y z /bin/sh -c make" -> its arguments, of which a value can have spaces. The command is the first
// path behind the last of them.
Step step_with_arguments(std::string_view text, std::size_t count)
{
  Step step;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    const std::size_t equals = word.find('=');
    if (step.arguments.size() < count && equals != std::string_view::npos &&
        is_variable_name(word.substr(0, equals))) {
      step.arguments.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    else if (step.arguments.empty() || (step.arguments.size() == count && word.starts_with('/'))) {
      break;
    }
    else {
      step.arguments.back().second.append(" ").append(word);
    }
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  step.command = text;
  return step;
}

Step step_of(std::string_view text)
{
  for (const std::string_view before : {"/bin/sh -c #(nop) ", "RUN "}) {
    text = text::trim(text.starts_with(before) ? text.substr(before.size()) : text);
  }
  if (text.starts_with("ARG ")) {
    return step_with_arguments(text.substr(4), 1);
  }
  const std::size_t end = text.find(' ');
  const std::string_view digits = text.substr(0, end).substr(std::min<std::size_t>(text.size(), 1));
  const bool has_arguments = text.starts_with('|') && end != std::string_view::npos && !digits.empty() &&
                             digits.size() <= 3 && std::ranges::all_of(digits, text::is_digit);
  return has_arguments ? step_with_arguments(text.substr(end + 1), std::stoul(std::string(digits)))
                       : Step{{}, text};
}

class Secrets {
public:
  Secrets(const Audited& image, Findings& findings)
      : image_(image),
        findings_(findings),
        base_(image),
        config_(image.facts.image.config)
  {}

  void check()
  {
    check_files();
    check_variables();
    check_labels();
    check_history();
    check_words();
  }

private:
  void check_files()
  {
    std::set<std::pair<std::string, std::string>> told;
    for (std::size_t i = base_.count(); i < image_.facts.image.layers.size(); ++i) {
      for (const auto& [path, file] : layer_facts(image_.facts, i).files) {
        for (const SecretFact& secret : file.secrets) {
          if (told.insert({path, secret.kind}).second) {
            report_file(path, file, secret, i);
          }
        }
      }
    }
  }

  void report_file(const std::string& path, const File& file, const SecretFact& secret, std::size_t layer)
  {
    const TreeFile* now = image_.tree.find(path);
    const bool is_gone = now == nullptr || (now->file != &file && now->layer != layer);
    const std::string where = secret.line == 0 ? "" : fmt::format(" in line {}", secret.line);
    findings_.add("EL1145", path,
                  is_gone
                      ? fmt::format("{}{}, in layer {}: a later layer hides the file and does not remove it",
                                    secret.kind, where, layer + 1)
                      : fmt::format("{}{}", secret.kind, where),
                  is_gone ? std::string(k_mount) : std::string(k_at_run_time));
  }

  void check_variables()
  {
    for (const auto& [name, value] : config_.env) {
      if (const std::string kind = kind_of_variable(name, value); !kind.empty()) {
        findings_.add("EL1146", "",
                      fmt::format("the variable {} of the image holds a secret: {}", name, kind),
                      std::string(k_at_run_time));
      }
    }
  }

  void check_labels()
  {
    for (const auto& [name, value] : config_.labels) {
      if (const std::string kind = kind_of_variable(name, value); !kind.empty()) {
        findings_.add("EL1146", "", fmt::format("the label {} holds a secret: {}", name, kind),
                      "take the label out of the Dockerfile, and make the secret anew");
      }
    }
  }

  void check_history()
  {
    const bool knows_layers =
        std::ranges::any_of(config_.history, [](const auto& step) { return !step.empty_layer; });
    std::size_t layers = 0;
    for (std::size_t i = 0; i < config_.history.size(); ++i) {
      layers += config_.history[i].empty_layer ? 0 : 1;
      const bool is_of_base = knows_layers && layers < base_.count();
      if (is_of_base) {
        continue;
      }
      const Step step = step_of(config_.history[i].created_by);
      check_arguments(step, i + 1);
      for (const std::string_view text : {step.command, std::string_view(config_.history[i].comment)}) {
        if (const std::string kind = kind_of_command(text); !kind.empty()) {
          findings_.add("EL1146", "",
                        fmt::format("step {} of the image's history holds a secret: {}", i + 1, kind),
                        std::string(k_mount));
        }
      }
    }
  }

  // Each later step has them again.
  void check_arguments(const Step& step, std::size_t number)
  {
    for (const auto& [name, value] : step.arguments) {
      const std::string kind = kind_of_variable(name, value);
      if (!kind.empty() && arguments_.insert({name, value}).second) {
        findings_.add(
            "EL1146", "",
            fmt::format("the build argument {} holds a secret: {}; the image's history has it from step "
                        "{} on",
                        name, kind, number),
            std::string(k_mount));
      }
    }
  }

  void check_words()
  {
    if (const std::string kind = kind_of_command(text::join(config_.healthcheck, " ")); !kind.empty()) {
      findings_.add("EL1146", "", fmt::format("the image's health check holds a secret: {}", kind),
                    "take HEALTHCHECK out, which Lambda does not run, and make the secret anew");
    }
    for (const auto& words : {config_.entrypoint, config_.cmd}) {
      for (const std::string& word : words) {
        if (const auto found = find_secrets("", word); !found.empty()) {
          findings_.add("EL1146", "",
                        fmt::format("the image's command holds a secret: {}", found.front().kind),
                        std::string(k_at_run_time));
        }
      }
    }
  }

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  const image::Config& config_;
  std::set<std::pair<std::string, std::string>> arguments_;   // that were told
};

}   // namespace

bool holds_secret(std::string_view command)
{
  return !kind_of_command(command).empty();
}

void check_secrets(const Audited& image, Findings& findings)
{
  Secrets(image, findings).check();
}

}   // namespace envlift::audit
