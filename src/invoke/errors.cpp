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
  Error result = error(outcome.code, outcome.message, outcome.hint);
  result.tail = last_lines(outcome.log);
  return result;
}

Error ended_early(const std::string& log, int exit_code)
{
  const std::string cause = fmt::format("the container ended (exit {}) before the first invocation", exit_code);
  Error result =
      lacks_emulator(log)
          ? error("EL1009", "the image has no runtime interface emulator",
                  "name one with the setting emulator.path, or use one of AWS's Python base images, which "
                  "bring it")
      : text::contains(log, "ermission denied")
          ? error("EL1015", cause + ": Lambda's user may not read or run what it starts with",
                  "make the working folder, the code and the entry point readable for all (chmod o+rX)")
          : error("EL1004", cause,
                  "check the image's entry point and that its handler is one word, MODULE.FUNCTION");
  result.tail = last_lines(log);
  return result;
}

Verdict verdict_of_start(const Error& error)
{
  return text::is_one_of(error.code, {"EL1004", "EL1015"}) ? Verdict::init_error
         : error.code == "EL1008"                          ? Verdict::init_timeout
                                                           : Verdict::engine_error;
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
