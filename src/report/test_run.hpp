// A run of tests: for a terminal, for programs (docs/schema/test.json), for CI (JUnit XML, GitHub's annotations).
#pragma once

#include "suite/test_run.hpp"

#include <string>
#include <string_view>

namespace envlift::report {

struct TestTextStyle {
  bool colour = false;
  bool all_logs = false;   // -v: the whole log of every case; else the function's lines of those that are not met
  bool (*is_platform_line)(std::string_view line) = nullptr;   // which lines of a log are not the function's; null = none
};

// A line for a case that ended, with its differences and its log below it where it is not met.
std::string test_case_text(const suite::CaseResult& result, const TestTextStyle& style);
// The last lines: limits of the sandbox that were not applied, and how many cases are met.
std::string test_summary_text(const suite::TestRun& run, const TestTextStyle& style);

// {"schema": 1, "image": …, "sandbox": …, "cases": […]} with a newline at its end.
std::string test_run_json(const suite::TestRun& run);
// One <testsuite>; times in seconds. Characters that XML has not become U+FFFD.
std::string test_run_junit(const suite::TestRun& run);
// "::error file=…,line=…::" for each case that is not met; "" when all are. `project` goes before the files' names.
std::string test_run_github(const suite::TestRun& run, const std::string& project = "");

}   // namespace envlift::report
