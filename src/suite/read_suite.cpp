// A file of cases, and a file that is one event.
#include "suite/suite.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "suite/document.hpp"
#include "suite/fields.hpp"
#include "suite/json_text.hpp"
#include "suite/read_case.hpp"

#include <map>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

using input::YamlKind;
using input::YamlNode;

std::vector<Case> read_cases(const YamlNode& list, const input::FileSource* files,
                             diag::Diagnostics& diagnostics)
{
  std::vector<Case> cases;
  std::map<std::string, std::size_t> line_of;
  for (const YamlNode& item : list.items) {
    if (item.kind != YamlKind::map) {
      wrong_kind("a case", "a map", item, "write `- name: …` and its keys below it", diagnostics);
      continue;
    }
    cases.push_back(read_case(item, files, diagnostics));
    const Case& last = cases.back();
    const auto [first, is_new] = line_of.emplace(last.name, last.place.line);
    if (!is_new && !last.name.empty()) {
      diagnostics
          .add("EL0624", fmt::format("two cases are named `{}`", text::shown(last.name)),
               "give each a name of its own", last.place)
          .notes.push_back(fmt::format("the first is in line {}", first->second));
    }
  }
  return cases;
}

std::vector<Case> read_tree(const std::string& name, const YamlNode& root, const input::FileSource* files,
                            diag::Diagnostics& diagnostics)
{
  if (root.kind != YamlKind::map && root.kind != YamlKind::null) {
    wrong_kind("a suite", "a map", root, "write `cases:` and the cases below it", diagnostics);
    return {};
  }
  const Fields fields(root, "a suite", {"cases", "$schema"}, diagnostics);
  const YamlNode* cases = fields.list("cases");
  const bool is_empty = cases == nullptr || cases->items.empty();
  const YamlNode* written = fields.find("cases");
  if (is_empty && (written == nullptr || written->kind == YamlKind::null || cases != nullptr)) {
    const diag::Span place = root.kind == YamlKind::null ? diag::Span{.file = name} : diag::Span(root.span);
    diagnostics.add("EL0625", "the suite has no case", "write `cases:` and the cases below it", place);
  }
  return cases == nullptr ? std::vector<Case>{} : read_cases(*cases, files, diagnostics);
}

std::vector<Case> read(const std::string& name, std::string_view text, const input::FileSource* files,
                       diag::Diagnostics& diagnostics)
{
  const auto root = read_document(name, text, diagnostics);
  return root ? read_tree(name, *root, files, diagnostics) : std::vector<Case>{};
}

// Also where `cases` is misspelt: a list of maps behind a name that is near to it.
bool is_suite(const YamlNode& root)
{
  for (const input::YamlEntry& entry : root.entries) {
    if (entry.key == "cases" ||
        (entry.value.kind == YamlKind::sequence && text::nearest(entry.key, {"cases"}))) {
      return true;
    }
  }
  return false;
}

Case case_of_event(const std::string& name, std::string event)
{
  const std::string_view file = path::file_name(name);
  const std::size_t dot = file.rfind('.');
  Case one;
  one.name = dot == 0 ? file : file.substr(0, dot);
  one.event = std::move(event);
  one.place.file = name;
  return one;
}

}   // namespace

std::vector<Case> read_suite(const std::string& name, std::string_view text, const input::FileSource& files,
                             diag::Diagnostics& diagnostics)
{
  return read(name, text, &files, diagnostics);
}

std::vector<Case> read_suite(const std::string& name, std::string_view text, diag::Diagnostics& diagnostics)
{
  return read(name, text, nullptr, diagnostics);
}

std::optional<Case> read_event(const std::string& name, std::string_view text, diag::Diagnostics& diagnostics)
{
  std::optional<Case> one;
  if (is_json(text)) {
    one = case_of_event(name, std::string(text));   // byte for byte, as Lambda would get it
  }
  else if (const auto root = read_document(name, text, diagnostics)) {
    one = case_of_event(name, json_of(*root));
  }
  if (one) {
    check_event_size(one->event, one->place, diagnostics);
  }
  return one;
}

void check_deadlines(const std::vector<Case>& cases, int timeout_s, diag::Diagnostics& diagnostics)
{
  constexpr int k_ms_per_s = 1000;
  for (const Case& one : cases) {
    if (one.context.deadline_ms.value_or(0) > timeout_s * k_ms_per_s) {
      diagnostics.add("EL0624",
                      fmt::format("the case `{}` has a deadline of {} ms, and the function's timeout is {} s",
                                  text::shown(one.name), *one.context.deadline_ms, timeout_s),
                      "raise the setting timeout (--timeout), or lower the deadline", one.place);
    }
  }
}

std::vector<Case> read_events_file(const std::string& name, std::string_view text,
                                   const input::FileSource& files, diag::Diagnostics& diagnostics)
{
  const auto root = read_document(name, text, diagnostics);
  if (!root) {
    return {};
  }
  if (is_suite(*root)) {
    return read_tree(name, *root, &files, diagnostics);
  }
  std::vector<Case> cases = {case_of_event(name, is_json(text) ? std::string(text) : json_of(*root))};
  check_event_size(cases.front().event, cases.front().place, diagnostics);
  return cases;
}

}   // namespace envlift::suite
