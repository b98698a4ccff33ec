// The failures of an invocation in the user's words, each with its cure.
#include "invoke/invoke.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::invoke {

namespace {

constexpr std::size_t k_tail_lines = 20;

Error error(std::string code, std::string message, std::string hint)
{
  return {std::move(code), std::move(message), std::move(hint), ExitCode::check_failed, {}};
}

std::string with_type(const Outcome& outcome)
{
  return outcome.error_type.empty() ? outcome.error_message : outcome.error_type + ": " + outcome.error_message;
}

Error import_failure(const Outcome& outcome)
{
  const bool is_missing_package = outcome.error_message.find("No module named") != std::string::npos;
  const bool is_handler = outcome.error_type == "Runtime.HandlerNotFound";
  return error("EL1003", with_type(outcome),
               is_handler           ? "check the setting handler: MODULE.FUNCTION, as in app.lambda_handler"
               : is_missing_package ? "add the package to the environment file, or the file to the function's code"
                                    : "import the module in a Python with the same environment");
}

Error describe(const Outcome& outcome)
{
  switch (outcome.verdict) {
    case Verdict::ok: break;
    case Verdict::handler_error:
      return error("EL1001", "the handler raised " + with_type(outcome), "the traceback is in the function's log");
    case Verdict::bad_json:
      return error("EL1002", with_type(outcome) + " (events and answers must be JSON)",
                   "return dict, list, str, numbers, bool or None; convert numpy and pandas values first");
    case Verdict::import_error: return import_failure(outcome);
    case Verdict::init_error:
      return error("EL1004",
                   outcome.error_message.empty() ? "the runtime ended before the first invocation"
                                                 : "the runtime ended before the first invocation: " + with_type(outcome),
                   "look for code that exits at import, and at the image's entry point, in the function's log");
    case Verdict::timeout:
      return error("EL1005", outcome.error_message, "raise the setting timeout (--timeout), or give the function more memory");
    case Verdict::crashed:
      return error("EL1006", "the runtime ended during the invocation: " + with_type(outcome),
                   "look for a call that exits, and for native code that crashes; more memory with --memory");
    case Verdict::response_too_large:
      return error("EL1007", "the answer is over Lambda's 6 MB: " + with_type(outcome), "put large results into S3 and return their key");
    case Verdict::engine_error:
      return error("EL1008", "the image did not answer: " + with_type(outcome), "run it with `docker run` and look at its log");
  }
  return error("EL1008", "the image answered", "");
}

}  // namespace

Error to_error(const Outcome& outcome)
{
  Error result = describe(outcome);
  const auto lines = text::lines(outcome.log);
  const std::size_t skip = lines.size() > k_tail_lines ? lines.size() - k_tail_lines : 0;
  for (std::size_t i = skip; i < lines.size(); ++i) {
    result.tail.emplace_back(lines[i]);
  }
  return result;
}

}  // namespace envlift::invoke
