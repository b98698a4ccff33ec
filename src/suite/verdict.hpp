// What came of one invocation, in the words of `envlift test --json`. It stands here and not in invoke, because the
// reports of a test know suite, and invoke knows report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

enum class Verdict : std::uint8_t {
  ok,
  mismatch,   // it answered, and not as expected
  handler_error,   // the handler raised
  import_error,   // module or handler not found, or its import failed
  init_error,   // the runtime ended before the first answer
  init_timeout,   // the init took longer than Lambda lets it
  timeout,
  out_of_memory,
  response_too_large,
  storage_exceeded,   // wrote more than Lambda's /tmp holds
  bad_json,   // event or answer is not JSON
  crashed,   // the runtime ended during the invocation
  engine_error,   // no container, no answer
};

// "ok", "handler_error", …: the enumerator's own name.
std::string_view name_of(Verdict verdict);
// The other way round; nothing for another word.
std::optional<Verdict> verdict_named(std::string_view name);
// All names, in the order above.
std::vector<std::string> verdict_names();

}   // namespace envlift::suite
