#include "suite/repeated.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::suite {

namespace {

bool says_what_is_answered(const Expectation& expected)
{
  return expected.verdict || !expected.error_type.empty() || !expected.error_message.empty() ||
         !expected.answer.empty();
}

// An answer is JSON, and so quoted where it is a text.
std::string short_answer(const std::string& answer)
{
  constexpr std::size_t k_shown_bytes = 200;
  return text::shown(answer.substr(0, k_shown_bytes)) + (answer.size() > k_shown_bytes ? "…" : "");
}

}   // namespace

std::string change(const Case& one, const Observation& before, const Observation& now, Answers answers)
{
  if (const CaseResult judged = judge(one, now); !judged.met) {
    return judged.differences.empty() ? judged.message : judged.differences.front();
  }
  if (before.verdict != now.verdict) {
    return fmt::format("{}, before: {}", name_of(now.verdict), name_of(before.verdict));
  }
  if (before.error_type != now.error_type) {
    return fmt::format("it raises {}, before: {}", text::shown(now.error_type),
                       text::shown(before.error_type));
  }
  if (answers == Answers::vary || says_what_is_answered(one.expected) || before.answer == now.answer) {
    return "";
  }
  return fmt::format("it answers {}, before: {}", short_answer(now.answer), short_answer(before.answer));
}

}   // namespace envlift::suite
