#include "input/requirements_unread.hpp"

#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/requirements_direct.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace envlift::input {

namespace {

struct NameAndRest {
  std::string_view name;
  std::string_view rest;
};

NameAndRest split_name(std::string_view text)
{
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return text::is_alnum(c) || c == '-' || c == '_' || c == '.'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  return {text.substr(0, length), text::trim(text.substr(length))};
}

// `jedi==0.17.0` for `jedi=0.17.0=py38_0`.
std::optional<std::string> pip_form_of_conda_pin(std::string_view text)
{
  const auto [name, rest] = split_name(text);
  if (name.empty() || rest.size() < 2 || rest[0] != '=' ||
      std::string_view("=<>!~").find(rest[1]) != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view version = text::trim(rest.substr(1));
  return fmt::format("{}=={}", name, version.substr(0, version.find_first_of("= ;")));
}

// The text with the fault mended, when it is one of the usual ones.
std::optional<std::string> mended(std::string_view text)
{
  const auto [name, rest] = split_name(text);
  if (name.empty() || rest.empty()) {
    return std::nullopt;
  }
  if (rest.starts_with("=>") || rest.starts_with("=<")) {
    return fmt::format("{}{}={}", name, rest[1], text::trim(rest.substr(2)));
  }
  if (text::is_digit(rest.front()) && environment::Version::parse(rest)) {
    return fmt::format("{}=={}", name, rest);
  }
  if (rest.starts_with("::")) {
    return std::string(text::trim(rest.substr(2)));
  }
  return std::nullopt;
}

std::string hint_for(std::string_view text, std::size_t offset)
{
  if (text.starts_with("pip install ") || text.starts_with("pip3 install ")) {
    return "write only what stands behind `install`";
  }
  if (text.find("${") != std::string_view::npos) {
    return "write the variable's value: pip would take it from its environment, where the build does not set "
           "it";
  }
  if (const auto hint = hint_of_marker(text)) {
    return *hint;
  }
  if (const auto better = mended(text)) {
    return fmt::format("write `{}`", shown(*better));
  }
  if (const std::string_view tail = text.substr(std::min(offset, text.size())); tail.starts_with("~=")) {
    const std::string_view number = text::trim(tail.substr(2));
    const std::string_view digits = number.substr(0, number.find_first_not_of("0123456789"));
    const std::string_view shortest = digits.empty() ? "1" : digits;
    return fmt::format("write `~={}.0` for any {}.N, or `>={}` for any later version", shortest, shortest, shortest);
  }
  if (offset < text.size() && static_cast<unsigned char>(text[offset]) >= 0x80) {
    return fmt::format("remove {}: requirements are written in ASCII", character_at(text, offset));
  }
  return "write it as `NAME`, `NAME==VERSION` or `NAME @ URL`";
}

}  // namespace

namespace {

// Whether the word is one that stands between two values.
bool is_operator(std::string_view word)
{
  return word == "in" || word == "not" || word == "and" || word == "or";
}

// The words of a marker: a quoted text, space, operators' characters one by one, and everything else.
std::string_view next_word(std::string_view marker)
{
  const char first = marker.front();
  if (first == '"' || first == '\'') {
    const std::size_t close = marker.find(first, 1);
    return marker.substr(0, close == std::string_view::npos ? close : close + 1);
  }
  const std::size_t end = marker.find_first_of(" \t()<>=!~");
  return marker.substr(0, end == 0 ? 1 : end);
}

// The marker with quotes around every bare text behind an operator.
std::string quoted_marker(std::string_view marker)
{
  std::string out;
  bool is_value = false;
  while (!marker.empty()) {
    const std::string_view word = next_word(marker);
    const char first = word.front();
    marker.remove_prefix(word.size());
    if (text::is_space(first)) {
      out += word;
      continue;
    }
    const bool is_sign = std::string_view("<>=!~").find(first) != std::string_view::npos;
    const bool is_bare =
        !is_sign && !is_operator(word) && std::string_view("()\"'").find(first) == std::string_view::npos;
    out += is_bare && is_value ? fmt::format("'{}'", word) : std::string(word);
    is_value = is_sign || word == "in";
  }
  return out;
}

}  // namespace

std::optional<std::string> hint_of_marker(std::string_view text)
{
  const std::size_t mark = std::min(text.find(';'), text.size());
  const std::string better = fmt::format("{}{}", text.substr(0, mark), quoted_marker(text.substr(mark)));
  if (better == text || !environment::parse_requirement(better).requirement) {
    return std::nullopt;
  }
  return fmt::format("a value in a marker needs quotes: write `{}`", shown(better));
}

void report_unread(const Item& item, const environment::ParseProblem& problem, diag::Diagnostics& diagnostics)
{
  if (const auto pip_form = pip_form_of_conda_pin(item.text)) {
    const std::size_t pin = pip_form->find("==");
    const bool is_python = text::to_lower(pip_form->substr(0, pin)) == "python";
    diagnostics.add(
        "EL0220", fmt::format("`{}` is written as conda writes it; pip does not read it", shown(item.text)),
        is_python ? fmt::format("remove it, and choose Python with `--python {}`, `requires-python` of a "
                                "pyproject.toml or a conda file: PyPI has no `python`",
                                shown(pip_form->substr(pin + 2)))
                  : fmt::format("write `{}`", shown(*pip_form)),
        item.place());
    return;
  }
  diagnostics.add("EL0301", fmt::format("`{}` is not a requirement: {}", shown(item.text), problem.message),
                  hint_for(item.text, problem.offset), item.line.place(item.offset + problem.offset, 0));
}

}  // namespace envlift::input
