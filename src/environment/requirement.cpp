// PEP 508 requirements, taken apart as `packaging` does it (its _parser.py states the grammar).
#include "environment/requirement.hpp"

#include "base/text.hpp"
#include "environment/marker.hpp"
#include "environment/scanner.hpp"
#include "environment/specifier.hpp"

#include <algorithm>
#include <array>

namespace envlift::environment {

namespace {

// pip: utils/filetypes.py
constexpr std::array<std::string_view, 12> k_archive_endings = {".whl", ".zip",     ".tar.gz", ".tgz",
                                                                ".tar", ".tar.bz2", ".tbz",    ".tar.xz",
                                                                ".txz", ".tlz",     ".tar.lz", ".tar.lzma"};

bool is_identifier_char(char c)
{
  return text::is_alnum(c) || c == '.' || c == '_' || c == '-';
}

class Parser : Scanner {
public:
  explicit Parser(std::string_view text) : Scanner(text) {}

  RequirementOrProblem whole()
  {
    Requirement result = requirement();
    if (problem_) {
      return {std::nullopt, std::move(*problem_)};
    }
    return {std::move(result), {}};
  }

private:
  Requirement requirement()
  {
    spaces();
    Requirement result;
    result.name = identifier();
    if (result.name.empty()) {
      fail("a package's name is due here", at_);
    }
    spaces();
    result.extras = extras();
    spaces();
    if (take('@')) {
      url_and_marker(result);
    }
    else {
      specifier_and_marker(result);
    }
    return result;
  }

  // Letters, digits and `-_.`, ending where a word ends. Empty when there is none.
  std::string identifier()
  {
    if (at_end() || !text::is_alnum(text_[at_])) {
      return "";
    }
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_identifier_char(text_[end])) {
      ++end;
    }
    while (end > at_ && is_word(text_[end - 1]) == (end < text_.size() && is_word(text_[end]))) {
      --end;
    }
    std::string result(text_.substr(at_, end - at_));
    at_ = end;
    return result;
  }

  std::vector<std::string> extras()
  {
    std::vector<std::string> result;
    const std::size_t opened = at_;
    if (!take('[')) {
      return result;
    }
    spaces();
    for (std::string name = identifier(); !name.empty(); name = identifier()) {
      result.push_back(std::move(name));
      spaces();
      if (!take(',')) {
        break;
      }
      spaces();
      if (looking_at(']')) {
        fail("an extra's name is due after the comma", at_);
      }
    }
    spaces();
    if (!take(']')) {
      at_end() ? fail("this bracket is not closed", opened)
               : fail("a comma or `]` is due after an extra's name", at_);
    }
    std::ranges::sort(result);
    const auto repeated = std::ranges::unique(result);
    result.erase(repeated.begin(), repeated.end());
    return result;
  }

  void url_and_marker(Requirement& result)
  {
    spaces();
    const std::size_t end = std::min(text_.find_first_of(" \t", at_), text_.size());
    result.url = text_.substr(at_, end - at_);
    if (result.url.empty()) {
      fail("a URL is due after `@`", at_);
    }
    // `packaging` takes them; a requirement that is written into a file would become two lines.
    const auto control = std::ranges::find_if(
        result.url, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (control != result.url.end()) {
      fail("a line break or another control character cannot stand in a URL",
           at_ + static_cast<std::size_t>(control - result.url.begin()));
    }
    at_ = end;
    spaces();
    marker("after a URL, only ` ; MARKER` may follow", result);
  }

  void specifier_and_marker(Requirement& result)
  {
    const std::size_t opened = at_;
    const bool in_parentheses = take('(');
    spaces();
    const std::size_t begin = at_;
    const std::string clauses = specifiers();
    spaces();
    if (in_parentheses && !take(')')) {
      at_end() ? fail("this parenthesis is not closed", opened)
               : fail("a comma or `)` is due after a version", at_);
    }
    spaces();
    marker(clauses.empty() ? "a version, `; MARKER` or the end is due after the name"
                           : "a comma, `; MARKER` or the end is due after the version",
           result);
    auto canonical = canonical_specifiers(clauses);
    if (!canonical) {
      fail("this is not a version specifier", begin);
      return;
    }
    result.specifier = std::move(*canonical);
  }

  // `SPECIFIER (, SPECIFIER)* ,?`
  std::string specifiers()
  {
    std::string result;
    for (std::size_t length = specifier_length(text_.substr(at_)); length > 0;
         length = specifier_length(text_.substr(at_))) {
      result += text_.substr(at_, length);
      at_ += length;
      refuse_tail();
      spaces();
      if (!take(',')) {
        return result;
      }
      result += ',';
      spaces();
    }
    if (text_.substr(at_).starts_with("~=")) {
      fail("behind `~=` a version has two numbers or more, and no `.*`", at_);
    }
    return result;
  }

  // The two endings that are legal elsewhere.
  void refuse_tail()
  {
    if (text_.substr(at_).starts_with(".*")) {
      fail("`.*` can only stand behind a plain release, and only with == and !=", at_);
    }
    if (looking_at('+')) {
      fail("a local version label can only stand with == and !=", at_);
    }
  }

  // `; MARKER` or the end.
  void marker(const char* due, Requirement& result)
  {
    if (at_end()) {
      return;
    }
    if (!take(';')) {
      fail(due, at_);
      return;
    }
    auto parsed = parse_marker(text_, at_);
    if (!parsed.marker) {
      fail(std::move(parsed.problem.message), parsed.problem.offset);
      return;
    }
    result.marker = parsed.marker->str();
    at_ = text_.size();
  }

  bool take(char c)
  {
    const bool found = looking_at(c);
    at_ += found ? 1 : 0;
    return found;
  }
};

}  // namespace

std::string normalize_name(std::string_view name)
{
  std::string result;
  for (const char c : text::to_lower(name)) {
    const bool is_separator = c == '-' || c == '_' || c == '.';
    if (!is_separator) {
      result += c;
    }
    else if (!result.ends_with('-')) {
      result += '-';
    }
  }
  return result;
}

bool is_archive(std::string_view path)
{
  const std::string lower = text::to_lower(path);
  return std::ranges::any_of(k_archive_endings,
                             [&](std::string_view ending) { return lower.ends_with(ending); });
}

std::string Requirement::str() const
{
  std::string result = name;
  if (!extras.empty()) {
    result += "[" + text::join(extras, ",") + "]";
  }
  result += specifier;
  if (!url.empty()) {
    result += " @ " + url;
  }
  if (!marker.empty()) {
    result += url.empty() ? "; " : " ; ";
    result += marker;
  }
  return result;
}

RequirementOrProblem parse_requirement(std::string_view text)
{
  return Parser(text).whole();
}

}  // namespace envlift::environment
