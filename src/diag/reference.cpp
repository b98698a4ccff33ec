// The list of codes as texts: the reference page, and what `envlift explain` prints.
#include "base/text.hpp"
#include "diag/code_rows.hpp"

#include <fmt/format.h>

namespace envlift::diag {

namespace {

constexpr std::size_t k_width = 96;

std::string wrap(std::string_view text, std::string_view indent)
{
  std::string out;
  std::string line;
  for (const std::string_view word : text::split(text, ' ')) {
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > k_width) {
      out += fmt::format("{}{}\n", indent, line);
      line.clear();
    }
    line += line.empty() ? "" : " ";
    line += word;
  }
  return out + fmt::format("{}{}\n", indent, line);
}

std::string indented(std::string_view text, std::string_view indent)
{
  std::string out;
  for (const std::string_view line : text::lines(text)) {
    out += fmt::format("{}{}\n", indent, text::printable(line));
  }
  return out;
}

// As markdown names the language of a block; "" for one that has no name.
std::string_view language(std::string_view file)
{
  const bool is_ini = file == k_setup_cfg || file == k_aws;
  const bool is_toml = file.ends_with(".toml") || file == k_pipfile || file == k_poetry_lock;
  return file == k_shell          ? "sh"
         : file == k_code         ? "python"
         : file == k_dockerfile   ? "dockerfile"
         : is_ini                 ? "ini"
         : is_toml                ? "toml"
         : file.ends_with(".txt") ? ""
                                  : "yaml";
}

std::string section(const CodeInfo& row)
{
  std::string out = fmt::format("\n## {}\n\n{}: {}. {}\n\n{}\n", row.code, to_string(row.severity), row.title,
                                row.meaning, row.cure);
  if (!row.example.file.empty()) {
    const std::string_view mark = language(row.example.file);
    const std::string where = row.example.file == k_shell ? "" : fmt::format(" in `{}`", row.example.file);
    out += fmt::format("\nWrong{}, and its cure:\n\n```{}\n{}```\n\n```{}\n{}```\n", where, mark,
                       indented(row.example.bad, ""), mark, indented(row.example.good, ""));
  }
  return out;
}

}  // namespace

std::string explanation(const CodeInfo& row)
{
  std::string out = fmt::format("{}[{}]: {}\n\n", to_string(row.severity), row.code, row.title);
  out += "what it means\n" + wrap(row.meaning, "  ") + "\nwhat to do\n" + wrap(row.cure, "  ");
  if (!row.example.file.empty()) {
    const std::string where = row.example.file == k_shell ? "" : fmt::format(" in {}", row.example.file);
    out += fmt::format("\nwrong{}\n{}\nright\n{}", where, indented(row.example.bad, "  "),
                       indented(row.example.good, "  "));
  }
  return out;
}

std::string short_list()
{
  std::string out;
  for (const CodeInfo& row : all_codes()) {
    out += fmt::format("{}  {:<7}  {}\n", row.code, to_string(row.severity), row.title);
  }
  return out;
}

std::string reference_page()
{
  std::string page = "# Diagnostics\n\n"
                     "Every finding and failure has a code. A code never changes its meaning and is never "
                     "used again. `envlift explain CODE`"
                     "\nprints what stands here. This page is made from the program's own list "
                     "(`scripts/bless` rewrites it).\n\n"
                     "| code | severity | meaning |\n|---|---|---|\n";
  for (const CodeInfo& row : all_codes()) {
    page += fmt::format("| [{0}](#{1}) | {2} | {3} |\n", row.code, text::to_lower(row.code),
                        to_string(row.severity), row.title);
  }
  for (const CodeInfo& row : all_codes()) {
    page += section(row);
  }
  return page;
}

}  // namespace envlift::diag
