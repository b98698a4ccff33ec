#include "base/text.hpp"
#include "cli/commands.hpp"
#include "diag/codes.hpp"
#include "sys/terminal.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

// "el203" and "203" mean EL0203 as well.
std::string spelled(const std::string& word)
{
  std::string digits = text::to_lower(word);
  if (digits.starts_with("el")) {
    digits.erase(0, 2);
  }
  const bool is_number = !digits.empty() && digits.size() <= 4 && std::ranges::all_of(digits, text::is_digit);
  return is_number ? "EL" + std::string(4 - digits.size(), '0') + digits : word;
}

std::string hint_for(const std::string& word)
{
  const std::string code = spelled(word);
  std::vector<std::string> near;
  std::vector<std::string> all;
  for (const diag::CodeInfo& row : diag::all_codes()) {
    all.emplace_back(row.code);
    // One digit is another.
    const auto differing =
        std::ranges::count_if(std::views::iota(std::size_t{0}, row.code.size()),
                              [&](std::size_t i) { return i >= code.size() || row.code[i] != code[i]; });
    if (code.size() == row.code.size() && differing == 1) {
      near.push_back(fmt::format("`{}`", row.code));
    }
  }
  if (const auto nearest = text::nearest(code, all); near.empty() && nearest) {
    near.push_back(fmt::format("`{}`", *nearest));
  }
  near.resize(std::min<std::size_t>(near.size(), 5));
  return near.empty() ? "`envlift explain` lists all codes" : "near it: " + text::join(near, ", ");
}

}  // namespace

ExitCode run_explain(const Options& options, Console& console)
{
  if (options.code.empty()) {
    sys::write_out(diag::short_list());
    return ExitCode::done;
  }
  const diag::CodeInfo* row = diag::find_code(spelled(options.code));
  if (row == nullptr) {
    return failed(
        {"", fmt::format("there is no code `{}`", options.code), hint_for(options.code), ExitCode::usage, {}},
        console);
  }
  sys::write_out(diag::explanation(*row));
  return ExitCode::done;
}

}  // namespace envlift::cli
