#include "report/inspect.hpp"

#include "base/text.hpp"

#include <algorithm>

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
  object["message"] = text::printable(text::redact(diagnostic.message));
  if (!diagnostic.hint.empty()) {
    object["hint"] = text::printable(text::redact(diagnostic.hint));
  }
  put_place(object, diagnostic.span);
  if (diagnostic.span.line != 0) {
    object["column"] = std::max<std::size_t>(diagnostic.span.column, 1);
  }
  return object;
}

template <typename Items, typename Make>
Json list(const Items& items, Make make)
{
  Json array = Json::array();
  for (const auto& item : items) {
    array.push_back(make(item));
  }
  return array;
}

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

std::string inspect_json(const environment::Environment& environment, const diag::Diagnostics& diagnostics)
{
  Json object;
  object["schema"] = 1;
  object["sources"] = list(environment.sources, [](const environment::SourceFile& source) {
    return Json{{"path", shown(source.path)}, {"format", source.format}};
  });
  object["name"] = nullable(environment.name);
  object["python"] = nullable(environment.python);
  object["channels"] = list(environment.channels, shown);
  object["variables"] = Json::object();
  for (const auto& [name, value] : environment.variables) {
    object["variables"][name] = shown(value);
  }
  object["conda"] = list(environment.conda, conda_package);
  object["pip"] = list(environment.pip, pip_package);
  object["pip_options"] = list(environment.pip_options, pip_option);
  object["constraints"] = list(environment.constraints, [](const environment::Constraint& constraint) {
    Json entry;
    entry["requirement"] = shown(constraint.requirement);
    put_place(entry, constraint.span);
    return entry;
  });
  object["dropped"] = list(environment.dropped, [](const environment::Dropped& dropped) {
    Json entry;
    entry["name"] = shown(dropped.name);
    entry["reason"] = shown(dropped.reason);
    put_place(entry, dropped.span);
    return entry;
  });
  object["findings"] = list(diagnostics.all(), finding);
  // Replaced rather than thrown: a name of a file need not be UTF-8.
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace envlift::report
