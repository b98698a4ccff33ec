// The failures of an invocation in the user's words, each with its cure.
#include "invoke/errors.hpp"

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
  return outcome.error_type.empty() ? outcome.error_message
                                    : outcome.error_type + ": " + outcome.error_message;
}

Error import_failure(const Outcome& outcome)
{
  const bool is_missing_package = outcome.error_message.find("No module named") != std::string::npos;
  const bool is_handler =
      outcome.error_type == "Runtime.HandlerNotFound" || outcome.error_type == "Runtime.MalformedHandlerName";
  return error("EL1003", with_type(outcome),
               is_handler ? "check the setting handler: MODULE.FUNCTION, as in app.lambda_handler"
               : is_missing_package
                   ? "add the package to the environment file, or the file to the function's code"
                   : "correct what the module does when it is imported; the log has the traceback");
}

Error no_json(const Outcome& outcome)
{
  if (outcome.error_type == "Runtime.UnmarshalError") {
    return error("EL1002", "the runtime cannot read the event: " + with_type(outcome),
                 "send JSON as UTF-8; `python3 -m json.tool FILE` names what is wrong with it");
  }
  return error("EL1002", "the answer is not JSON: " + with_type(outcome),
               "return dict, list, str, numbers, bool or None; convert numpy and pandas values first");
}

// The emulator says "signal: killed" where Lambda says that memory ran out.
Error crash(const Outcome& outcome)
{
  const bool killed = outcome.error_message.find("signal: killed") != std::string::npos;
  return error("EL1006", "the runtime ended during the invocation: " + with_type(outcome),
               killed ? "it most likely ran out of memory: raise the setting memory (--memory)"
                      : "look for a call that exits, and for native code that crashes");
}

Error describe(const Outcome& outcome)
{
  switch (outcome.verdict) {
    case Verdict::ok: break;
    case Verdict::handler_error:
      return error("EL1001", "the handler raised " + with_type(outcome),
                   "the traceback is in the function's log");
    case Verdict::bad_json: return no_json(outcome);
    case Verdict::import_error: return import_failure(outcome);
    case Verdict::init_error:
      return error(
          "EL1004",
          outcome.error_message.empty()
              ? "the runtime ended before the first invocation"
              : "the runtime ended before the first invocation: " + with_type(outcome),
          "look for code that exits at import, and at the image's entry point, in the function's log");
    case Verdict::timeout:
      return error("EL1005", outcome.error_message,
                   "raise the setting timeout (--timeout), or give the function more memory");
    case Verdict::crashed: return crash(outcome);
    case Verdict::response_too_large:
      return error("EL1007", "the answer is over Lambda's 6 MB: " + with_type(outcome),
                   "put large results into S3 and return their key");
    case Verdict::storage_exceeded:
      return error("EL1010", outcome.error_message,
                   "raise the setting ephemeral_storage (--ephemeral-storage), or remove files when they were used");
    case Verdict::engine_error:
      return error("EL1008", "the image did not answer: " + with_type(outcome),
                   "run it with `docker run` and look at its log");
  }
  return error("EL1008", "the image answered", "");
}

}  // namespace

namespace {

std::vector<std::string> last_lines(const std::string& log)
{
  const auto lines = text::lines(log);
  const std::size_t skip = lines.size() > k_tail_lines ? lines.size() - k_tail_lines : 0;
  return {lines.begin() + static_cast<std::ptrdiff_t>(skip), lines.end()};
}

// Whether an image's entry point looked for the emulator, or for Lambda itself, in vain.
bool lacks_emulator(const std::string& log)
{
  const bool no_file = log.find("aws-lambda-rie: not found") != std::string::npos ||
                       log.find("aws-lambda-rie: No such file") != std::string::npos;
  return no_file || log.find("KeyError: 'AWS_LAMBDA_RUNTIME_API'") != std::string::npos;
}

}  // namespace

Error to_error(const Outcome& outcome)
{
  Error result = describe(outcome);
  result.tail = last_lines(outcome.log);
  return result;
}

Error ended_early(const std::string& log, int exit_code)
{
  Error result =
      lacks_emulator(log)
          ? error("EL1009", "the image has no runtime interface emulator",
                  "use one of AWS's Python base images, which bring it")
          : error("EL1008", fmt::format("the container ended (exit {}) before it answered", exit_code),
                  "check the image's entry point and that its handler is one word, MODULE.FUNCTION");
  result.tail = last_lines(log);
  return result;
}

Error never_listened(const std::string& log, std::chrono::seconds limit)
{
  Error result =
      error("EL1008", fmt::format("nothing listened on the container's port 8080 within {} s", limit.count()),
            "check that the image's entry point starts the runtime interface emulator");
  result.tail = last_lines(log);
  return result;
}

}  // namespace envlift::invoke
