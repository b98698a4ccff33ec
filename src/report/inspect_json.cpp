#include "report/inspect.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

// Every text of the user's passes here: no credentials leave in a report.
Json shown(const std::string& value)
{
  return text::redact(value);
}

// Absent keys are left out, so that a reader can tell "none" from "empty".
void put(Json& object, const char* key, const std::string& value)
{
  if (!value.empty()) {
    object[key] = shown(value);
  }
}

void put_place(Json& object, const diag::Span& span)
{
  put(object, "file", span.file);
  if (span.line != 0) {
    object["line"] = span.line;
  }
}

Json conda_package(const environment::CondaPackage& package)
{
  Json object;
  object["name"] = shown(package.name);
  object["spec"] = shown(package.spec);
  put(object, "version", package.version);
  put(object, "build", package.build);
  put(object, "channel", package.channel);
  put(object, "subdir", package.subdir);
  put(object, "url", package.url);
  put(object, "md5", package.md5);
  put(object, "sha256", package.sha256);
  if (package.span.line != 0) {
    object["line"] = package.span.line;
  }
  return object;
}

Json pip_package(const environment::PipPackage& package)
{
  Json object = Json::object();
  put(object, "name", package.name);
  put(object, "requirement", package.requirement);
  put(object, "url", package.url);
  put(object, "marker", package.marker);
  if (!package.hashes.empty()) {
    object["hashes"] = package.hashes;
  }
  if (package.editable) {
    object["editable"] = true;
  }
  put(object, "path", package.path);
  put_place(object, package.span);
  return object;
}

Json finding(const diag::Diagnostic& diagnostic)
{
  Json object;
  object["code"] = diagnostic.code;
  object["severity"] = std::string(diag::to_string(diagnostic.severity));
  object["message"] = text::shown(diagnostic.message);
  if (!diagnostic.hint.empty()) {
    object["hint"] = text::shown(diagnostic.hint);
  }
  put_place(object, diagnostic.span);
  if (diagnostic.span.line != 0) {
    object["column"] = std::max<std::size_t>(diagnostic.span.column, 1);
  }
  return object;
}

// Replaced rather than thrown: a name of a file need not be UTF-8.
std::string dump(const Json& value)
{
  return value.dump(2, ' ', false, Json::error_handler_t::replace);
}

// The text of one object, handed on in parts: that of all packages of a lock would take as much memory as their rows.
class ObjectText {
public:
  explicit ObjectText(const TakeText& take) : take_(take) {}

  void put(std::string_view key, const Json& value)
  {
    begin(key);
    append(dump(value), 2);
  }

  template <typename Items, typename Make>
  void put_list(std::string_view key, const Items& items, Make make)
  {
    begin(key);
    part_ += '[';
    bool is_first = true;
    for (const auto& item : items) {
      part_ += std::exchange(is_first, false) ? "\n    " : ",\n    ";
      append(dump(make(item)), 4);
    }
    part_ += is_first ? "]" : "\n  ]";
  }

  void finish()
  {
    part_ += "\n}\n";
    take_(part_);
  }

private:
  void begin(std::string_view key)
  {
    part_ += fmt::format("{}\n  \"{}\": ", std::exchange(is_first_, false) ? "{" : ",", key);
  }

  // JSON has no line end within a string, so every one is the layout's.
  void append(std::string_view json, std::size_t indent)
  {
    for (std::size_t at = 0; at < json.size();) {
      const std::size_t end = std::min(json.find('\n', at), json.size());
      part_ += json.substr(at, end - at);
      if (end < json.size()) {
        part_ += '\n';
        part_.append(indent, ' ');
      }
      at = end + 1;
    }
    if (part_.size() >= k_part_bytes) {
      take_(part_);
      part_.clear();
    }
  }

  static constexpr std::size_t k_part_bytes = std::size_t{1} << 14U;
  const TakeText& take_;
  std::string part_;
  bool is_first_ = true;
};

Json nullable(const std::string& value)
{
  return value.empty() ? Json(nullptr) : shown(value);
}

Json pip_option(const environment::PipOption& option)
{
  Json object;
  object["option"] = option.option;
  object["value"] = shown(option.value);
  put_place(object, option.span);
  return object;
}

}  // namespace

void inspect_json(const environment::Environment& environment, const diag::Diagnostics& diagnostics,
                  const TakeText& take)
{
  ObjectText object(take);
  object.put("schema", 1);
  object.put_list("sources", environment.sources, [](const environment::SourceFile& source) {
    return Json{{"path", shown(source.path)}, {"format", source.format}};
  });
  object.put("name", nullable(environment.name));
  object.put("python", nullable(environment.python));
  object.put_list("channels", environment.channels, shown);
  Json variables = Json::object();
  for (const auto& [name, value] : environment.variables) {
    variables[name] = shown(value);
  }
  object.put("variables", variables);
  object.put_list("conda", environment.conda, conda_package);
  object.put_list("pip", environment.pip, pip_package);
  object.put_list("pip_options", environment.pip_options, pip_option);
  object.put_list("constraints", environment.constraints, [](const environment::Constraint& constraint) {
    Json entry;
    entry["requirement"] = shown(constraint.requirement);
    put_place(entry, constraint.span);
    return entry;
  });
  object.put_list("dropped", environment.dropped, [](const environment::Dropped& dropped) {
    Json entry;
    entry["name"] = shown(dropped.name);
    entry["reason"] = shown(dropped.reason);
    put_place(entry, dropped.span);
    return entry;
  });
  object.put_list("findings", diagnostics.all(), finding);
  object.finish();
}

}  // namespace envlift::report
