#include "report/test_run.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using suite::CaseResult;
using suite::Verdict;

constexpr std::size_t k_log_lines = 100;       // the last ones
constexpr std::size_t k_log_line_bytes = 2000;

std::string coloured(std::string_view text, std::string_view colour, const TestTextStyle& style)
{
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
}

// "12 ms", "1.24 s".
std::string duration(double milliseconds)
{
  return milliseconds < 1000 ? fmt::format("{:.0f} ms", milliseconds)
                             : fmt::format("{:.2f} s", milliseconds / 1000);
}

std::string times(const CaseResult& result)
{
  const std::string init = result.init_ms > 0 ? fmt::format(", init {}", duration(result.init_ms)) : "";
  return duration(result.duration_ms) + init;
}

std::string indented(std::string_view text, std::string_view indent)
{
  std::string out;
  for (const std::string_view line : text::lines(text)) {
    out += fmt::format("{}{}\n", indent, text::shown(line));
  }
  return out;
}

std::string log_text(std::string_view log, const TestTextStyle& style)
{
  auto lines = text::lines(log);
  if (!style.all_logs && style.is_platform_line != nullptr) {
    std::erase_if(lines, style.is_platform_line);
  }
  const std::size_t first = lines.size() > k_log_lines ? lines.size() - k_log_lines : 0;
  std::string out = lines.empty() ? "" : "  log:\n";
  if (first > 0) {
    out += fmt::format("    … {} before\n", text::counted(first, "line"));
  }
  for (std::size_t i = first; i < lines.size(); ++i) {
    out += fmt::format("    {}{}\n", text::shown(lines[i].substr(0, k_log_line_bytes)),
                       lines[i].size() > k_log_line_bytes ? " …" : "");
  }
  return out;
}

// Why a case is not met: what differs, or what failed.
std::string reasons(const CaseResult& result, const TestTextStyle& style)
{
  constexpr std::string_view mismatch = "EL1030";
  std::string out;
  if (result.code != mismatch && !result.message.empty()) {
    const std::string label = result.code.empty() ? "error" : fmt::format("error[{}]", result.code);
    out += fmt::format("  {}: {}\n", coloured(label, "31", style), text::shown(result.message));
    out += result.hint.empty() ? "" : fmt::format("  hint: {}\n", text::shown(result.hint));
  }
  for (const std::string& difference : result.differences) {
    out += indented(difference, "  ");
  }
  return out;
}

// What is to be said of an answer that is taken.
std::string warning(const CaseResult& result, const TestTextStyle& style)
{
  if (result.verdict != Verdict::ok || result.code.empty()) {
    return "";
  }
  return fmt::format("  {}: {}\n  hint: {}\n", coloured(fmt::format("warning[{}]", result.code), "33", style),
                     text::shown(result.message), text::shown(result.hint));
}

}   // namespace

std::string test_case_text(const CaseResult& result, const TestTextStyle& style)
{
  const std::string word =
      result.met ? coloured("ok", "32", style) + "     " : coloured("failed", "31", style) + " ";
  const bool is_plain = result.met && result.verdict == Verdict::ok;
  const std::string verdict =
      is_plain ? "" : fmt::format(": {}{}", name_of(result.verdict), result.met ? ", as expected" : "");
  std::string out = fmt::format("{}{} ({}){}\n", word, text::shown(result.name), times(result), verdict);
  out += result.met ? warning(result, style) : reasons(result, style);
  out += !result.met || style.all_logs ? log_text(result.log, style) : "";
  return out;
}

std::string test_summary_text(const suite::TestRun& run, const TestTextStyle& style)
{
  std::string out;
  for (const suite::AppliedLimit& limit : run.sandbox) {
    if (!limit.applied && (!limit.is_usual || style.all_logs)) {
      out +=
          fmt::format("{} {}: {} was asked for, {} holds: {}\n", coloured("not applied:", "33", style),
                      limit.name, text::shown(limit.asked), text::shown(limit.value), text::shown(limit.why));
    }
  }
  std::map<std::string_view, std::size_t> failed;
  std::size_t met = 0;
  for (const CaseResult& result : run.cases) {
    met += result.met ? 1 : 0;
    failed[name_of(result.verdict)] += result.met ? 0 : 1;
  }
  std::vector<std::string> words;
  for (const auto& [name, number] : failed) {
    if (number > 0) {
      words.push_back(fmt::format("{} {}", number, name));
    }
  }
  const bool is_good = met == run.cases.size();
  const std::string line = fmt::format("{} of {}{}{}", met, text::counted(run.cases.size(), "case"),
                                       met == 1 && run.cases.size() == 1 ? " is met" : " are met",
                                       words.empty() ? "" : "; " + text::join(words, ", "));
  return out + coloured(line, is_good ? "32" : "31", style) + "\n";
}

}   // namespace envlift::report
