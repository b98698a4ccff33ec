// A case and what came of it -> whether it is met.
#include "suite/suite.hpp"

#include "base/text.hpp"
#include "suite/answer.hpp"
#include "suite/pattern.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

bool expects_failure(const Expectation& expected)
{
  return expected.verdict ? *expected.verdict != Verdict::ok
                          : !expected.error_type.empty() || !expected.error_message.empty();
}

// A failure of ours or of the engine is no failure of the function's.
bool is_verdict_met(const Expectation& expected, Verdict verdict)
{
  if (expected.verdict) {
    return *expected.verdict == verdict;
  }
  return expects_failure(expected) ? verdict != Verdict::ok && verdict != Verdict::engine_error
                                   : verdict == Verdict::ok;
}

void check_verdict(const Expectation& expected, const Observation& observed, Differences& differences)
{
  const std::string due = expected.verdict            ? std::string(name_of(*expected.verdict))
                          : expects_failure(expected) ? "a failure"
                                                      : "ok";
  const std::string type =
      observed.error_type.empty() ? "" : fmt::format(" ({})", text::shown(observed.error_type));
  differences.add(fmt::format("verdict: expected {}, got {}{}", due, name_of(observed.verdict), type));
}

void check_error(const Expectation& expected, const Observation& observed, Differences& differences)
{
  if (!expected.error_type.empty() && expected.error_type != observed.error_type) {
    differences.add(text_difference("error_type", expected.error_type, observed.error_type));
  }
  if (!expected.error_message.empty() &&
      Pattern(expected.error_message).search(observed.error_message) != Pattern::Found::yes) {
    differences.add(fmt::format("error_message: {} does not match {}", short_text(observed.error_message),
                                text::shown(expected.error_message)));
  }
}

void check_log(const std::vector<std::string>& patterns, const Observation& observed, Differences& differences)
{
  const std::vector<std::string_view> lines =
      patterns.empty() ? std::vector<std::string_view>{} : text::lines(observed.own_log);
  for (const std::string& pattern : patterns) {
    const Pattern compiled(pattern);
    const bool found = std::ranges::any_of(
        lines, [&](std::string_view line) { return compiled.search(line) == Pattern::Found::yes; });
    if (!found) {
      differences.add(fmt::format("log: no line matches {}{}", text::shown(pattern),
                                  observed.is_log_cut ? ", in what was kept of a log that was too long" : ""));
    }
  }
}

void check_time(std::string_view what, double took_ms, const std::optional<double>& most_ms,
                Differences& differences)
{
  if (most_ms && took_ms > *most_ms) {
    differences.add(fmt::format("{}: took {:.0f} ms, expected at most {:.0f} ms", what, took_ms, *most_ms));
  }
}

std::vector<std::string> differences_of(const Case& one, const Observation& observed)
{
  Differences differences;
  if (!is_verdict_met(one.expected, observed.verdict)) {
    check_verdict(one.expected, observed, differences);   // the rest follows from it
    return differences.take();
  }
  check_error(one.expected, observed, differences);
  check_answer(one.expected.answer, observed.answer, differences);
  check_log(one.expected.log, observed, differences);
  check_time("duration", observed.duration_ms, one.max_duration_ms, differences);
  check_time("init", observed.init_ms, one.max_init_ms, differences);
  return differences.take();
}

}   // namespace

CaseResult judge(const Case& one, const Observation& observed)
{
  CaseResult result{.name = one.name,
                    .verdict = observed.verdict,
                    .code = observed.code,
                    .answer = observed.answer,
                    .duration_ms = observed.duration_ms,
                    .init_ms = observed.init_ms,
                    .message = observed.message,
                    .hint = observed.hint,
                    .met = false,
                    .differences = differences_of(one, observed),
                    .log = observed.log,
                    .place = one.place};
  result.met = result.differences.empty();
  const bool is_unexpected_failure =
      observed.verdict != Verdict::ok && !is_verdict_met(one.expected, observed.verdict);
  if (!result.met && !is_unexpected_failure) {
    result.verdict = observed.verdict == Verdict::ok ? Verdict::mismatch : observed.verdict;
    result.code = "EL1030";
    result.message = result.differences.front();
    result.hint =
        "correct the function, or what the case expects; `envlift test --record` writes what was observed";
  }
  return result;
}

}   // namespace envlift::suite
