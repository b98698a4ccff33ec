// Event suites (docs/suites.md): text of suite files -> cases, and what a function did -> whether a case is met.
// Pure: files beside a suite are asked of a FileSource.
#pragma once

#include "diag/diag.hpp"
#include "input/input.hpp"
#include "suite/verdict.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

// What is expected of the value at one JSON pointer. Numbers are compared by value: 1 equals 1.0.
struct Assertion {
  std::string pointer;   // RFC 6901; "" is the whole answer; goes on within JSON that is a text
  std::optional<std::string> equals;   // JSON text
  std::optional<std::string> subset;   // JSON text: what the value must hold at least
  std::string matches;   // a regular expression; "" for none
  std::optional<bool> present;   // whether there must be a value at all
  double tolerance = 0;   // of every number of `equals` and `subset`
};

struct Expectation {
  std::optional<Verdict> verdict;   // nothing: ok, or any failure where `error_type` is set
  std::string error_type;   // "ValueError"; "" for any
  std::string error_message;   // a regular expression; "" for any
  std::vector<Assertion> answer;
  std::vector<std::string> log;   // regular expressions; each must match a line of the function's own
};

struct Context {
  std::string identity;   // JSON object: cognitoIdentityId, cognitoIdentityPoolId; "" for none
  std::string client;   // JSON object: the client context of mobile SDKs; "" for none
  std::optional<int> deadline_ms;   // what get_remaining_time_in_millis() begins with
};

struct Case {
  std::string name;   // unique in its file
  std::string event = "{}";   // JSON text
  std::string handler;   // "" = the image's
  std::map<std::string, std::string> environment;
  Context context;
  Expectation expected;
  std::optional<double> max_duration_ms;
  std::optional<double> max_init_ms;
  int repeat = 1;
  bool cold = false;   // wants a container that was not invoked before
  diag::Span place;   // of its name, or of the file
};

// What one invocation of a case gave.
struct Observation {
  Verdict verdict = Verdict::engine_error;
  std::string code;   // of a failure: a row of diag/codes_*.cpp
  std::string answer;   // as it came: JSON, mostly
  std::string error_type;   // "Runtime.ImportModuleError", "ValueError", …
  std::string error_message;
  std::string message;   // of a failure, for the user
  std::string hint;
  double duration_ms = 0;
  double init_ms = 0;   // 0 when nothing was started
  bool cold = false;
  std::string request_id;   // "" where it is not known
  std::string log;
  std::string own_log;   // of it, the function's lines
  bool is_log_cut = false;   // it was too long to be kept
};

struct CaseResult {
  std::string name;
  Verdict verdict = Verdict::engine_error;
  std::string code;   // "" when all is well
  std::string answer;
  double duration_ms = 0;
  double init_ms = 0;
  std::string message;
  std::string hint;
  bool met = false;   // whether the case's expectation holds; a failure can be expected
  std::vector<std::string> differences;   // "/body/total: expected 3.5 ± 0.01, got 4"
  std::string log;
  diag::Span place = {};
};

// What Lambda takes as an event at most (its answer to more is 413), and the emulator cuts off.
inline constexpr std::size_t k_event_limit_bytes = 6 * 1024 * 1024 + 100;
inline constexpr std::size_t k_suite_limit_bytes = std::size_t{8} << 20;   // an event may have 6 MB

// Compares what came with what is expected. An answer that is not the expected one makes `ok` a `mismatch`, EL1030.
CaseResult judge(const Case& one, const Observation& observed);

// The cases of a suite in YAML or JSON (by its text). What is wrong becomes findings EL0621 to EL0625, and those of
// YAML and JSON; a case with a finding may be there, so look at has_errors(). `name` is the file's path below the root
// of `files`.
std::vector<Case> read_suite(const std::string& name, std::string_view text, const input::FileSource& files,
                             diag::Diagnostics& diagnostics);
// The same where no file stands beside the suite (stdin): `event_file` is a finding.
std::vector<Case> read_suite(const std::string& name, std::string_view text, diag::Diagnostics& diagnostics);

// A file that is one event, in JSON or YAML: a case that expects success. Nothing after a finding.
std::optional<Case> read_event(const std::string& name, std::string_view text,
                               diag::Diagnostics& diagnostics);

// A file of the folder `events`: a suite when its map has `cases`, else one event.
std::vector<Case> read_events_file(const std::string& name, std::string_view text,
                                   const input::FileSource& files, diag::Diagnostics& diagnostics);

// EL0624 for each case whose deadline is behind the function's timeout: Lambda tells no more time than it gives.
void check_deadlines(const std::vector<Case>& cases, int timeout_s, diag::Diagnostics& diagnostics);

// The suite (JSON) that expects of every case what was observed: its answer, or its failure. A case that the engine
// failed is left out. `observed` is parallel to `cases`.
std::string record(const std::vector<Case>& cases, const std::vector<Observation>& observed);

}   // namespace envlift::suite
