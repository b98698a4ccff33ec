#include "suite/read_case.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "suite/events.hpp"
#include "suite/fields.hpp"
#include "suite/json_text.hpp"
#include "suite/read_expectation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

using input::FileSource;
using input::YamlKind;
using input::YamlNode;

constexpr int k_most_repeats = 10'000;

// What Lambda itself sets and lets no function's configuration set (its guide, "Defined runtime environment variables"),
// but for the region and the keys, which depend on where a function is.
bool is_reserved_variable(std::string_view name)
{
  constexpr std::array k_names = {"_HANDLER",
                                  "_X_AMZN_TRACE_ID",
                                  "AWS_EXECUTION_ENV",
                                  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                  "AWS_LAMBDA_FUNCTION_NAME",
                                  "AWS_LAMBDA_FUNCTION_TIMEOUT",
                                  "AWS_LAMBDA_FUNCTION_VERSION",
                                  "AWS_LAMBDA_INITIALIZATION_TYPE",
                                  "AWS_LAMBDA_LOG_GROUP_NAME",
                                  "AWS_LAMBDA_LOG_STREAM_NAME",
                                  "AWS_LAMBDA_MAX_CONCURRENCY",
                                  "AWS_LAMBDA_RUNTIME_API",
                                  "LAMBDA_RUNTIME_DIR",
                                  "LAMBDA_TASK_ROOT"};
  return std::ranges::find(k_names, name) != k_names.end();
}

class CaseReader {
public:
  CaseReader(const YamlNode& node, const FileSource* files, diag::Diagnostics& diagnostics)
      : fields_(node, "a case",
                {"name", "event", "event_file", "ready_made", "set", "handler", "environment", "context",
                 "expect", "max_duration", "max_init", "repeat", "cold"},
                diagnostics),
        files_(files),
        diagnostics_(diagnostics)
  {
    one_.place = node.span;
  }

  Case read()
  {
    read_name();
    read_event();
    read_handler();
    read_environment();
    read_context();
    if (const YamlNode* expect = fields_.find("expect");
        expect != nullptr && expect->kind != YamlKind::null) {
      one_.expected = read_expectation(*expect, diagnostics_);
    }
    one_.max_duration_ms = fields_.milliseconds("max_duration");
    one_.max_init_ms = fields_.milliseconds("max_init");
    one_.cold = fields_.boolean("cold").value_or(false);
    read_repeat();
    return std::move(one_);
  }

private:
  void read_name()
  {
    const auto name = fields_.text("name");
    if (name && !text::trim(*name).empty()) {
      one_.name = *name;
      one_.place = fields_.find("name")->span;
    }
    else if (const YamlNode* node = fields_.find("name"); node == nullptr || node->kind != YamlKind::map) {
      diagnostics_.add("EL0624", "a case has no name", "write `name: …`, what the case shows", one_.place);
    }
  }

  void read_event()
  {
    constexpr std::array keys = {"event", "event_file", "ready_made"};
    const auto given = std::ranges::count_if(keys, [&](const char* key) { return fields_.has(key); });
    if (given > 1) {
      diagnostics_.add("EL0624", "a case has more than one event",
                       "keep one of `event`, `event_file` and `ready_made`", one_.place);
      return;
    }
    if (fields_.has("set") && !fields_.has("ready_made")) {
      diagnostics_.add("EL0624", "`set` is for the fields of a ready-made event, and there is none",
                       "add `ready_made: NAME`, or write the values into the event", fields_.place_of("set"));
    }
    if (const YamlNode* event = fields_.find("event")) {
      one_.event = json_of(*event);
    }
    else if (const auto file = fields_.text("event_file")) {
      read_event_file(*file);
    }
    else if (const auto name = fields_.text("ready_made")) {
      read_ready_made(*name);
    }
    if (!fields_.has("event_file")) {   // which was looked at when it was read
      check_event_size(one_.event, one_.place, diagnostics_);
    }
  }

  void read_event_file(const std::string& name)
  {
    const YamlNode& node = *fields_.find("event_file");
    const auto path = path::project_path(path::folder_of(node.span.file ? *node.span.file : ""), name);
    if (files_ == nullptr || !path) {
      fields_.wrong_form("event_file", "is no file beside this suite",
                         files_ == nullptr
                             ? "write the event itself, as `event: …`"
                             : "name a file relative to the suite's folder, within the project");
      return;
    }
    const FileSource::Answer answer = files_->read(*path, k_suite_limit_bytes);
    if (answer.problem != FileSource::Problem::none) {
      unreadable(*path, answer.problem, node.span);
      return;
    }
    if (const auto read = suite::read_event(*path, answer.bytes, diagnostics_)) {
      one_.event = read->event;
    }
  }

  void unreadable(const std::string& path, FileSource::Problem problem, const diag::Span& place)
  {
    using enum FileSource::Problem;
    const std::string shown = text::shown(path);
    if (problem == too_large) {
      diagnostics_.add("EL0103",
                       fmt::format("{} is larger than {}", shown, text::human_bytes(k_suite_limit_bytes)),
                       "Lambda takes events of up to 6 MB", place);
    }
    else if (problem == missing || problem == outside) {
      diagnostics_.add("EL0101", fmt::format("{}: no such file", shown),
                       "name a file relative to the suite's folder", place);
    }
    else {
      diagnostics_.add("EL0102", fmt::format("{} cannot be read", shown), "make it a file that you may read",
                       place);
    }
  }

  void read_ready_made(const std::string& name)
  {
    const ReadyEvent* event = find_ready_event(name);
    if (event == nullptr) {
      fields_.wrong_form("ready_made", "is no ready-made event", hint_for_event(name));
      return;
    }
    one_.event = event->text;
    const YamlNode* set = fields_.map("set");
    if (set == nullptr) {
      return;
    }
    for (const input::YamlEntry& entry : set->entries) {
      const auto changed = event_with(one_.event, {{entry.key, json_of(entry.value), true}});
      if (changed) {
        one_.event = *changed;
      }
      else {
        diagnostics_.add("EL0623", changed.error().message, changed.error().hint, entry.key_span());
      }
    }
  }

  void read_handler()
  {
    const auto handler = fields_.text("handler");
    if (handler && text::trim(*handler).empty()) {
      fields_.wrong_form("handler", "names no function",
                         "write MODULE.FUNCTION, or remove it for the image's own");
    }
    one_.handler = handler.value_or("");
  }

  void read_environment()
  {
    const YamlNode* map = fields_.map("environment");
    if (map == nullptr) {
      return;
    }
    for (const input::YamlEntry& entry : map->entries) {
      const bool is_name =
          !entry.key.empty() && !text::is_digit(entry.key.front()) &&
          std::ranges::all_of(entry.key, [](char c) { return text::is_alnum(c) || c == '_'; });
      if (!is_name) {
        diagnostics_.add("EL0623", fmt::format("`{}` is no name of a variable", text::shown(entry.key)),
                         "write it of letters, digits and `_`, as NAME: value", entry.key_span());
      }
      else if (is_reserved_variable(entry.key)) {
        diagnostics_.add("EL0623",
                         fmt::format("Lambda lets no function set the variable `{}`", entry.key),
                         "leave it out: the runtime sets it", entry.key_span());
      }
      else if (entry.value.kind == YamlKind::scalar || entry.value.kind == YamlKind::null) {
        one_.environment[entry.key] = entry.value.scalar;
      }
      else {
        wrong_kind(fmt::format("`{}`", entry.key), "a single value", entry.value,
                   "quote it to make it one text", diagnostics_);
      }
    }
    check_environment_size(map->span);
  }

  // As Lambda counts: names and values together.
  void check_environment_size(const diag::Span& place)
  {
    constexpr std::size_t k_limit_bytes = 4096;
    std::size_t bytes = 0;
    for (const auto& [name, value] : one_.environment) {
      bytes += name.size() + value.size();
    }
    if (bytes > k_limit_bytes) {
      diagnostics_.add("EL0623",
                       fmt::format("the variables have {} bytes, and Lambda takes {} at most", bytes, k_limit_bytes),
                       "put long values into Parameter Store or S3, and their names here", place);
    }
  }

  void read_context()
  {
    const YamlNode* map = fields_.map("context");
    if (map == nullptr) {
      return;
    }
    const Fields context(*map, "`context`", {"identity", "client", "deadline"}, diagnostics_);
    if (const YamlNode* identity = context.map("identity")) {
      const Fields checked(*identity, "`identity`", {"cognitoIdentityId", "cognitoIdentityPoolId"},
                           diagnostics_);
      one_.context.identity = json_of(*identity);
    }
    if (const YamlNode* client = context.map("client")) {
      one_.context.client = json_of(*client);
    }
    if (const auto deadline = context.milliseconds("deadline")) {
      one_.context.deadline_ms = static_cast<int>(std::min(std::ceil(*deadline), 900'000.0));
    }
  }

  void read_repeat()
  {
    const auto times = fields_.number("repeat");
    if (times && (*times < 1 || *times > k_most_repeats || std::floor(*times) != *times)) {
      fields_.wrong_form("repeat", "is no number of times",
                         fmt::format("write a whole number from 1 to {}", k_most_repeats));
    }
    else if (times) {
      one_.repeat = static_cast<int>(*times);
    }
  }

  Fields fields_;
  const FileSource* files_;
  diag::Diagnostics& diagnostics_;
  Case one_;
};

}   // namespace

void check_event_size(const std::string& event, const diag::Span& place, diag::Diagnostics& diagnostics)
{
  if (event.size() > k_event_limit_bytes) {
    diagnostics.add("EL0103",
                    fmt::format("the event has {}, and Lambda takes 6 MB at most", text::human_bytes(event.size())),
                    "put what is large into S3 and send its key", place);
  }
}

Case read_case(const YamlNode& node, const FileSource* files, diag::Diagnostics& diagnostics)
{
  return CaseReader(node, files, diagnostics).read();
}

}   // namespace envlift::suite
