// poetry: packages/locker.py, Locker._get_content_hash and Locker.is_fresh.
#include "input/poetry_hash.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/toml_file.hpp"

#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// The keys whose absence is hashed as `null` where nothing else is.
constexpr std::array<std::string_view, 4> k_legacy_keys = {"dependencies", "source", "extras",
                                                           "dev-dependencies"};
constexpr std::array<std::string_view, 3> k_project_keys = {"requires-python", "dependencies",
                                                            "optional-dependencies"};

// --- Python's json.dumps(…, sort_keys=True) --------------------------------------------------------

// The code point that begins at `at`, and `at` behind it. The text is UTF-8.
char32_t take_code_point(std::string_view text, std::size_t& at)
{
  const auto first = static_cast<unsigned char>(text[at++]);
  const int more = first < 0xC0 ? 0 : (first < 0xE0 ? 1 : (first < 0xF0 ? 2 : 3));
  char32_t code = more == 0 ? first : first & (0x3FU >> static_cast<unsigned>(more));
  for (int i = 0; i < more && at < text.size(); ++i) {
    code = (code << 6U) | (static_cast<unsigned char>(text[at++]) & 0x3FU);
  }
  return code;
}

std::string json_text(std::string_view text)
{
  static const std::map<char32_t, std::string_view> short_forms = {
    {U'"', "\\\""}, {U'\\', "\\\\"}, {U'\n', "\\n"}, {U'\r', "\\r"},
    {U'\t', "\\t"}, {U'\b', "\\b"},  {U'\f', "\\f"}};
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = take_code_point(text, at);
    if (const auto found = short_forms.find(code); found != short_forms.end()) {
      out += found->second;
    }
    else if (code >= 0x20 && code < 0x7F) {
      out += static_cast<char>(code);
    }
    else if (code < 0x10000) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    }
    else {
      const auto rest = static_cast<unsigned>(code) - 0x10000U;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800U + (rest >> 10U), 0xDC00U + (rest & 0x3FFU));
    }
  }
  return out + "\"";
}

std::string json_number(double number)
{
  if (std::isnan(number)) {
    return "NaN";
  }
  if (std::isinf(number)) {
    return number < 0 ? "-Infinity" : "Infinity";
  }
  std::string out = fmt::format("{}", number);
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

std::optional<std::string> json(const toml::node& node);

std::optional<std::string> json_of_table(const toml::table& table)
{
  std::string out;
  for (const auto& [key, value] : table) {   // sorted by key
    const auto text = json(value);
    if (!text) {
      return std::nullopt;
    }
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", json_text(key.str()), *text);
  }
  return "{" + out + "}";
}

// Nothing for what JSON has not: dates and times.
std::optional<std::string> json(const toml::node& node)
{
  if (const toml::table* table = node.as_table()) {
    return json_of_table(*table);
  }
  if (const toml::array* array = node.as_array()) {
    std::string out;
    for (const toml::node& item : *array) {
      const auto text = json(item);
      if (!text) {
        return std::nullopt;
      }
      out += (out.empty() ? "" : ", ") + *text;
    }
    return "[" + out + "]";
  }
  if (const auto* text = node.as_string()) {
    return json_text(text->get());
  }
  if (const auto* flag = node.as_boolean()) {
    return flag->get() ? "true" : "false";
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* number = node.as_floating_point()) {
    return json_number(number->get());
  }
  return std::nullopt;
}

// --- What is hashed --------------------------------------------------------------------------------

using Members = std::map<std::string, std::string, std::less<>>;   // values as JSON

std::string json_of(const Members& members)
{
  std::string out;
  for (const auto& [key, value] : members) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", json_text(key), value);
  }
  return "{" + out + "}";
}

// Whether every member of the table that has one of the keys could be added.
template <typename Keys>
bool add_members(const toml::table* table, const Keys& keys, Members& members)
{
  for (const std::string_view key : keys) {
    const toml::node* node = table == nullptr ? nullptr : table->get(key);
    const auto text = node == nullptr ? std::optional<std::string>("") : json(*node);
    if (!text) {
      return false;
    }
    if (node != nullptr) {
      members.emplace(key, *text);
    }
  }
  return true;
}

// Before 2.3.0 the hash left dependency groups out; the lock's first line says which poetry it was.
bool is_before_groups(std::string_view text)
{
  constexpr std::string_view word = "Poetry ";
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t at = line.find(word);
  if (at == std::string_view::npos) {
    return false;
  }
  const std::string_view rest = line.substr(at + word.size());
  const auto version = environment::Version::parse(rest.substr(0, rest.find(' ')));
  return version && version->compare(*environment::Version::parse("2.3.0")) < 0;
}

}  // namespace

std::optional<std::string> poetry_content_hash(const toml::table& project, bool has_dependency_groups)
{
  const toml::table* groups = has_dependency_groups ? table_at(project, "dependency-groups") : nullptr;
  Members of_project;
  Members of_poetry;
  const toml::table* poetry = table_at(project, "tool.poetry");
  if (!add_members(table_at(project, "project"), k_project_keys, of_project) ||
      !add_members(poetry, k_legacy_keys, of_poetry) ||
      !add_members(poetry, std::array{"group"}, of_poetry)) {
    return std::nullopt;
  }
  const bool has_groups = groups != nullptr && !groups->empty();
  if (of_project.empty() && !has_groups) {
    for (const std::string_view key : k_legacy_keys) {
      of_poetry.emplace(key, "null");
    }
    return sha256_hex(json_of(of_poetry));
  }
  Members whole = {{"tool", json_of({{"poetry", json_of(of_poetry)}})}};
  if (!of_project.empty()) {
    whole.emplace("project", json_of(of_project));
  }
  if (has_groups) {
    const auto text = json(*groups);
    if (!text) {
      return std::nullopt;
    }
    whole.emplace("dependency-groups", *text);
  }
  return sha256_hex(json_of(whole));
}

void warn_of_old_lock(const toml::table& lock, std::string_view text, const toml::table& project,
                      const TomlReader& toml, diag::Diagnostics& diagnostics)
{
  const toml::table* metadata = table_at(lock, "metadata");
  const toml::node* node = metadata == nullptr ? nullptr : metadata->get("content-hash");
  const std::string locked = node == nullptr ? "" : node->value_or(std::string());
  const auto now = poetry_content_hash(project);
  if (locked.empty() || !now || *now == locked ||
      (is_before_groups(text) && poetry_content_hash(project, false) == locked)) {
    return;
  }
  diagnostics.add("EL0355",
                  "poetry.lock is older than pyproject.toml: its `content-hash` is that of another one",
                  "run `poetry lock`", toml.place(*node));
}

}  // namespace envlift::input
