// Checks of a given value, and its way into Settings.
#include "base/text.hpp"
#include "settings/given.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace envlift::settings {

namespace {

constexpr std::size_t k_longest_value_bytes = 4096;   // PATH_MAX: nothing that is set is longer

struct Checked {
  std::string text;
  std::optional<Complaint> complaint;
};

// What holds for every text: one line that a terminal and a Dockerfile show as it is.
std::optional<Complaint> check_text(std::string_view value)
{
  if (text::printable(value) != value || value.find('\t') != std::string_view::npos) {
    return Complaint{"holds a control character", "write it as one line of plain text"};
  }
  if (value.size() > k_longest_value_bytes) {
    return Complaint{fmt::format("is longer than {} bytes", k_longest_value_bytes), "shorten it"};
  }
  return std::nullopt;
}

// The names that other tools give to the same architecture.
std::string_view translated(std::string_view value)
{
  if (value == "amd64" || value == "x64" || value == "x86-64") {
    return "x86_64";
  }
  return value == "aarch64" ? "arm64" : "";
}

std::optional<Complaint> check_choice(const Row& row, std::string_view value)
{
  const auto choices = text::split(row.choices, '|');
  if (std::ranges::find(choices, value) != choices.end()) {
    return std::nullopt;
  }
  const std::vector<std::string> names(choices.begin(), choices.end());
  std::string hint = "write " + text::join(names, " or ");
  if (const std::string_view same = translated(value); std::ranges::find(choices, same) != choices.end()) {
    hint = fmt::format("write `{}`: Lambda calls it so", same);
  }
  else if (const auto near = text::nearest(value, names)) {
    hint = fmt::format("did you mean `{}`?", *near);
  }
  return Complaint{"is none of " + text::join(names, ", "), std::move(hint)};
}

std::optional<int> to_integer(std::string_view value)
{
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && end == value.data() + value.size() ? std::optional(number) : std::nullopt;
}

std::optional<Complaint> check_integer(const Row& row, std::string_view value)
{
  const auto number = to_integer(value);
  const auto [least, most] = row.range;
  if (number && *number >= least && *number <= most) {
    return std::nullopt;
  }
  return Complaint{number ? fmt::format("is not between {} and {}", least, most) : "is not a whole number",
                   fmt::format("write a number from {} to {}, without a unit", least, most)};
}

// As the variables of the global flags, and YAML's words.
bool is_true(std::string_view value)
{
  return value == "true" || value == "1";
}

std::optional<Complaint> check_toggle(std::string_view value)
{
  if (is_true(value) || value == "false" || value == "0") {
    return std::nullopt;
  }
  return Complaint{"is neither true nor false", "write `true` or `false`"};
}

// `~` and, for values of a file, the file's folder put before a relative path.
Checked absolute_path(const std::string& value, const std::string& folder, std::string_view home)
{
  if (value == "~" || value.starts_with("~/")) {
    if (home.empty()) {
      return {value, Complaint{"starts with `~`, and HOME is not set", "write the whole path"}};
    }
    return {std::string(home) + value.substr(1), std::nullopt};
  }
  if (value.starts_with('/') || folder.empty()) {
    return {value, std::nullopt};
  }
  return {folder + "/" + (value.starts_with("./") ? value.substr(2) : value), std::nullopt};
}

Checked check_form(const Given& given, const std::string& value, std::string_view home)
{
  const Row& row = *given.row;
  switch (row.kind) {
    case Kind::integer: return {value, check_integer(row, value)};
    case Kind::toggle: return {value, check_toggle(value)};
    case Kind::choice: return {value, check_choice(row, value)};
    case Kind::program:
      if (value.find('/') == std::string::npos) {
        return {value, row.check(value)};
      }
      return absolute_path(value, given.folder, home);
    case Kind::path: {
      Checked path = absolute_path(value, given.folder, home);
      if (!path.complaint) {
        path.complaint = row.check(path.text);
      }
      return path;
    }
    case Kind::text:
    case Kind::list: return {value, row.check == nullptr ? std::nullopt : row.check(value)};
  }
  return {};
}

// An empty text takes a setting back to "not set" where that is its default.
bool takes_back(const Row& row, std::string_view value)
{
  const auto* member = std::get_if<std::string Settings::*>(&row.slot);
  return value.empty() && member != nullptr && (Settings{}.**member).empty();
}

Checked check(const Given& given, const GivenText& value, std::string_view home)
{
  if (auto complaint = check_text(value.text)) {
    return {value.text, std::move(complaint)};
  }
  if (takes_back(*given.row, value.text)) {
    return {};
  }
  return check_form(given, value.text, home);
}

void put(const Slot& slot, std::vector<std::string> texts, Settings& settings)
{
  if (const auto* list = std::get_if<std::vector<std::string> Settings::*>(&slot)) {
    settings.** list = std::move(texts);
  }
  else if (const auto* number = std::get_if<int Settings::*>(&slot)) {
    settings.** number = to_integer(texts.back()).value_or(0);   // check_integer() has seen it
  }
  else if (const auto* toggle = std::get_if<bool Settings::*>(&slot)) {
    settings.** toggle = is_true(texts.back());
  }
  else {
    settings.*std::get<std::string Settings::*>(slot) = std::move(texts.back());
  }
}

}  // namespace

bool store(const Given& given, std::string_view home, Settings& settings, diag::Diagnostics& diagnostics)
{
  std::vector<std::string> texts;
  bool good = true;
  for (const GivenText& value : given.texts) {
    Checked checked = check(given, value, home);
    if (checked.complaint) {
      const Complaint& complaint = *checked.complaint;
      diagnostics.add(complaint.code,
                      fmt::format("`{}` {}: `{}`", given.row->key, complaint.message,
                                  text::redact(text::printable(value.text))),
                      complaint.hint, value.place);
      good = false;
    }
    texts.push_back(std::move(checked.text));
  }
  if (good) {
    put(given.row->slot, std::move(texts), settings);
    settings.origin.insert_or_assign(std::string(given.row->key), given.place);
  }
  return good;
}

}  // namespace envlift::settings
