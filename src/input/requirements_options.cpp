#include "input/requirements_options.hpp"

#include "base/shell_words.hpp"
#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "input/conda_sections.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::array<OptionRow, 21> k_options = {{
  {"--index-url", 'i', true, OptionScope::run},
  {"--pypi-url", 0, true, OptionScope::run, "--index-url"},
  {"--extra-index-url", 0, true, OptionScope::run},
  {"--no-index", 0, false, OptionScope::run},
  {"--constraint", 'c', true, OptionScope::include},
  {"--requirement", 'r', true, OptionScope::include},
  {"--editable", 'e', true, OptionScope::editable},
  {"--find-links", 'f', true, OptionScope::run},
  {"--no-binary", 0, true, OptionScope::run},
  {"--only-binary", 0, true, OptionScope::run},
  {"--prefer-binary", 0, false, OptionScope::run},
  {"--require-hashes", 0, false, OptionScope::run},
  {"--no-require-hashes", 0, false, OptionScope::run},
  {"--pre", 0, false, OptionScope::run},
  {"--all-releases", 0, true, OptionScope::run},
  {"--only-final", 0, true, OptionScope::run},
  {"--trusted-host", 0, true, OptionScope::run},
  {"--use-feature", 0, true, OptionScope::run},
  {"--hash", 0, true, OptionScope::requirement},
  {"--config-settings", 'C', true, OptionScope::requirement},
  {"--config-setting", 0, true, OptionScope::requirement, "--config-settings"},
}};

// Offset of the first word that begins with a dash; words end at single spaces, as pip has it.
std::size_t options_begin(std::string_view text)
{
  if (text.starts_with('-')) {
    return 0;
  }
  const std::size_t found = text.find(" -");
  return found == std::string_view::npos ? text.size() : found + 1;
}

std::string names_of(const std::vector<const OptionRow*>& rows)
{
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const OptionRow* row : rows) {
    names.emplace_back(row->name);
  }
  return text::join(names, ", ");
}

class OptionReader {
public:
  OptionReader(const LogicalLine& line, std::vector<ShellWord> words, diag::Diagnostics& diagnostics)
      : line_(line),
        words_(std::move(words)),
        diagnostics_(diagnostics)
  {}

  std::optional<std::vector<GivenOption>> read()
  {
    std::vector<GivenOption> options;
    while (next_ < words_.size()) {
      const ShellWord& word = words_[next_++];
      if (!word.text.starts_with('-') || word.text.size() < 2 || word.text == "--") {
        return refuse(word, "EL0302",
                      fmt::format("`{}` does not belong to the option before it", shown(word.text)),
                      "write every requirement and every option on a line of its own");
      }
      auto option = word.text.starts_with("--") ? long_option(word) : short_option(word);
      if (!option) {
        return std::nullopt;
      }
      options.push_back(std::move(*option));
    }
    return options;
  }

private:
  // `--name=value`, `--name value`, and any beginning of a name that only one option has.
  std::optional<GivenOption> long_option(const ShellWord& word)
  {
    const std::size_t equals = word.text.find('=');
    const std::string name = word.text.substr(0, equals);
    std::vector<const OptionRow*> rows;
    for (const OptionRow& row : k_options) {
      if (row.name == name) {
        rows = {&row};
        break;
      }
      if (row.name.starts_with(name) && row.means.empty()) {
        rows.push_back(&row);
      }
    }
    if (rows.size() > 1) {
      return refuse(word, "EL0302", fmt::format("`{}` can be more than one option", shown(name)),
                    "write one of " + names_of(rows));
    }
    if (rows.empty()) {
      return refuse_unknown(word, name);
    }
    if (equals == std::string::npos) {
      return with_value(*rows.front(), word);
    }
    if (!rows.front()->takes_value) {
      return refuse(word, "EL0303", fmt::format("{} takes no value", name), fmt::format("write `{}`", name));
    }
    return make(*rows.front(), word.text.substr(equals + 1), word.offset + equals + 1);
  }

  // `-r value`, `-rvalue`.
  std::optional<GivenOption> short_option(const ShellWord& word)
  {
    const auto row = std::ranges::find(k_options, word.text[1], &OptionRow::letter);
    if (row == k_options.end()) {
      return refuse_unknown(word, word.text.substr(0, 2));
    }
    return word.text.size() == 2 ? with_value(*row, word) : make(*row, word.text.substr(2), word.offset + 2);
  }

  std::optional<GivenOption> with_value(const OptionRow& row, const ShellWord& word)
  {
    if (!row.takes_value) {
      return make(row, "", word.offset);
    }
    if (next_ == words_.size()) {
      return refuse(word, "EL0303", fmt::format("{} needs a value", word.text),
                    fmt::format("write `{} VALUE`", word.text));
    }
    const ShellWord& value = words_[next_++];
    return make(row, value.text, value.offset);
  }

  static GivenOption make(const OptionRow& row, std::string value, std::size_t offset)
  {
    const std::size_t length = row.takes_value ? value.size() : row.name.size();
    return {row.means.empty() ? row.name : row.means, row.scope, std::move(value), offset, length};
  }

  std::nullopt_t refuse_unknown(const ShellWord& word, const std::string& name)
  {
    std::vector<std::string> names;
    names.reserve(k_options.size());
    for (const OptionRow& row : k_options) {
      names.emplace_back(row.name);
    }
    const auto near = name.size() > 2 ? text::nearest(name, names) : std::nullopt;
    return refuse(word, "EL0302",
                  fmt::format("`{}` is not an option that pip takes in a requirements file", shown(name)),
                  near ? fmt::format("did you mean `{}`?", *near)
                       : "remove it; some options exist on pip's command line only");
  }

  std::nullopt_t refuse(const ShellWord& word, std::string_view code, std::string message, std::string hint)
  {
    diagnostics_.add(code, std::move(message), std::move(hint), line_.place(word.offset, word.text.size()));
    return std::nullopt;
  }

  const LogicalLine& line_;
  std::vector<ShellWord> words_;
  diag::Diagnostics& diagnostics_;
  std::size_t next_ = 0;
};

// Characters that would end or change the line when it is written again.
bool is_carriable(std::string_view value)
{
  return !value.empty() && std::ranges::none_of(value, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '"' || c == '\'' || c == '\\' ||
           c == '`';
  });
}

}  // namespace

bool is_remote(std::string_view value)
{
  const std::string lower = text::to_lower(value.substr(0, 8));
  return lower.starts_with("https://") || lower.starts_with("http://");
}

std::optional<SplitLine> split_line(const LogicalLine& line, diag::Diagnostics& diagnostics)
{
  const std::size_t begin = options_begin(line.text());
  SplitLine result;
  result.requirement = text::trim(std::string_view(line.text()).substr(0, begin));
  if (begin == line.text().size()) {
    return result;
  }
  auto words = shell_words(line.text(), begin);
  if (!words) {
    diagnostics.add("EL0303", "a quote in the line's options is not closed", "close it, or leave quotes away",
                    line.place());
    return std::nullopt;
  }
  auto options = OptionReader(line, std::move(*words), diagnostics).read();
  if (!options) {
    return std::nullopt;
  }
  result.options = std::move(*options);
  return result;
}

std::optional<OptionComplaint> check_run_option(const GivenOption& option)
{
  if (option.value.empty() && option.length == option.name.size()) {
    return std::nullopt;   // a switch
  }
  if (environment::has_fixed_credentials(option.value)) {
    return OptionComplaint{
      "EL0306",
      fmt::format("the URL of {} carries credentials, which would lie in the image's layers", option.name),
      "move it into a pip.conf and name that file with the setting `pip_config`: the build mounts it as a "
      "secret"};
  }
  if (!is_carriable(option.value)) {
    return OptionComplaint{
      "EL0303", fmt::format("the value of {} is empty or holds characters that it cannot have", option.name),
      "write it without quotes, backslashes and spaces"};
  }
  const bool names_index = option.name == "--index-url" || option.name == "--extra-index-url";
  if (names_index && !is_remote(option.value)) {
    return OptionComplaint{"EL0303", fmt::format("{} is not the URL of an index", shown(option.value)),
                           "write its https:// URL"};
  }
  return std::nullopt;
}

}  // namespace envlift::input
