// JUnit XML as CI systems read it: testsuites, testsuite, testcase, failure or error, system-out.
#include "report/test_run.hpp"

#include "base/text.hpp"
#include "report/html.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using suite::CaseResult;
using suite::Verdict;

// XML has no U+FFFE and U+FFFF, and what html() leaves out; lines stay.
std::string xml(std::string_view text)
{
  std::string out;
  for (const std::string_view line : text::lines(text)) {
    out += (out.empty() ? "" : "\n") + html(line);
  }
  out = text::replace_all(std::move(out), "\xEF\xBF\xBE", "\xEF\xBF\xBD");
  return text::replace_all(std::move(out), "\xEF\xBF\xBF", "\xEF\xBF\xBD");
}

std::string seconds(double milliseconds)
{
  return fmt::format("{:.6f}", milliseconds / 1000);
}

// No function's failure: nothing was tested.
bool is_error(const CaseResult& result)
{
  return !result.met && result.verdict == Verdict::engine_error;
}

std::string problem(const CaseResult& result)
{
  const char* element = is_error(result) ? "error" : "failure";
  std::string details = result.message;
  for (const std::string& difference : result.differences) {
    details += difference == result.message ? "" : "\n" + difference;
  }
  details += result.hint.empty() ? "" : "\nhint: " + result.hint;
  const std::string message =
      result.message.empty() && !result.differences.empty() ? result.differences.front() : result.message;
  return fmt::format("      <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", element, xml(message),
                     suite::name_of(result.verdict), xml(details));
}

std::string test_case(const CaseResult& result, const std::string& image)
{
  const std::string file = result.place.file.empty() ? image : result.place.file;
  std::string out = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"", xml(result.name),
                                xml(file), seconds(result.duration_ms));
  if (result.met) {
    return out + "/>\n";
  }
  out += ">\n" + problem(result);
  out += result.log.empty() ? "" : fmt::format("      <system-out>{}</system-out>\n", xml(result.log));
  return out + "    </testcase>\n";
}

}   // namespace

std::string test_run_junit(const suite::TestRun& run)
{
  const auto errors = std::ranges::count_if(run.cases, is_error);
  const auto failures = std::ranges::count(run.cases, false, &CaseResult::met) - errors;
  double total_ms = 0;
  std::string cases;
  for (const CaseResult& result : run.cases) {
    total_ms += result.duration_ms;
    cases += test_case(result, run.image);
  }
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{}\"",
                                         run.cases.size(), failures, errors, seconds(total_ms));
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"envlift\" {0}>\n"
                     "  <testsuite name=\"{1}\" {0}>\n{2}  </testsuite>\n</testsuites>\n",
                     counts, xml(run.image), cases);
}

}   // namespace envlift::report
