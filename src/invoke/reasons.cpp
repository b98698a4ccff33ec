#include "invoke/reasons.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace envlift::invoke {

namespace {

// A line that tells of a limit, and the words in it that do.
struct Found {
  std::string line;
  std::size_t at = 0;
};

std::string without_quotes(std::string_view word)
{
  constexpr std::string_view k_around = "'\"`:,()[]";
  const std::size_t begin = word.find_first_not_of(k_around);
  const std::size_t end = word.find_last_not_of(k_around);
  return begin == std::string_view::npos ? "" : std::string(word.substr(begin, end - begin + 1));
}

// The path that a line speaks of: Python puts it in quotes behind the words, programs before them. "" for none.
std::string path_in(const Found& found)
{
  const std::string_view line = found.line;
  if (const std::size_t quote = line.find('\'', found.at); quote != std::string_view::npos) {
    return std::string(line.substr(quote + 1, line.find('\'', quote + 1) - quote - 1));
  }
  const auto words = text::split(line.substr(0, found.at), ' ');
  const auto path = std::find_if(words.rbegin(), words.rend(),
                                 [](std::string_view word) { return without_quotes(word).starts_with('/'); });
  return path == words.rend() ? "" : without_quotes(*path);
}

std::string at_path(const Found& found)
{
  const std::string path = path_in(found);
  return path.empty() ? "" : " " + path;
}

bool is_shared_memory(const Outcome& outcome)
{
  constexpr std::array marks = {"/dev/shm", "'/psm_", "SemLock", "shm_open", "sem_open"};
  return std::ranges::any_of(marks, [&](const char* mark) {
    return text::contains(outcome.error_message, mark) ||
           std::ranges::any_of(outcome.stack,
                               [&](const std::string& frame) { return text::contains(frame, mark); });
  });
}

// Where the log is the only witness: a program that ended without an error of its own.
bool has_own_error(const Outcome& outcome)
{
  return !outcome.error_type.empty() && !outcome.error_type.starts_with("Runtime.");
}

// Whether the system refused something: a service's answer may have the same words.
bool is_of_the_system(const Outcome& outcome)
{
  return !has_own_error(outcome) || text::contains(outcome.error_message, "[Errno ") ||
         text::is_one_of(outcome.error_type, {"OSError", "PermissionError"});
}

// The first word of the list that the error's message has, or a line of the log.
std::optional<Found> find(const Outcome& outcome, std::initializer_list<std::string_view> marks, bool in_log)
{
  for (const std::string_view mark : marks) {
    const std::size_t at = outcome.error_message.find(mark);
    if (at == 0 || (at != std::string::npos && is_of_the_system(outcome))) {
      return Found{outcome.error_message, at};
    }
  }
  for (const std::string_view line : in_log ? text::lines(outcome.log) : std::vector<std::string_view>{}) {
    for (const std::string_view mark : marks) {
      const std::size_t at = line.find(mark);
      // As programs and Python write it: at the line's end, or behind the error's number.
      const bool is_said = at != std::string_view::npos &&
                           (text::contains(line, "[Errno ") || text::trim(line).ends_with(mark) || !has_own_error(outcome));
      if (is_said) {
        return Found{std::string(line), at};
      }
    }
  }
  return std::nullopt;
}

std::optional<Found> reads_only(const Outcome& outcome)
{
  // A handler may catch it, log it, and raise something else.
  return find(outcome, {"Read-only file system", "attempt to write a readonly database"}, true);
}

std::optional<Found> lacks_shared_memory(const Outcome& outcome)
{
  const bool by_words = text::contains(outcome.error_message, "[Errno 38]") || is_shared_memory(outcome);
  return by_words ? std::optional(Found{outcome.error_message, 0}) : std::nullopt;
}

std::optional<Found> is_denied(const Outcome& outcome)
{
  return find(outcome, {"Permission denied"}, !has_own_error(outcome));
}

std::optional<Found> is_forbidden(const Outcome& outcome)
{
  return find(outcome, {"Operation not permitted"}, !has_own_error(outcome));
}

std::optional<Found> has_no_name(const Outcome& outcome)
{
  const std::size_t at = outcome.error_message.find("uid not found");
  return at == std::string::npos ? std::nullopt : std::optional(Found{outcome.error_message, at});
}

std::optional<Found> opens_too_much(const Outcome& outcome)
{
  if (outcome.error_type == "BlockingIOError") {
    return std::nullopt;   // of a socket that has nothing to read
  }
  return find(outcome,
              {"Too many open files", "can't start new thread", "failed to create new OS thread",
               "Resource temporarily unavailable"},
              !has_own_error(outcome));
}

std::optional<Found> fills_disk(const Outcome& outcome)
{
  return find(outcome, {"No space left on device"}, !has_own_error(outcome));
}

struct Reason {
  std::optional<Found> (*find)(const Outcome& outcome);
  std::string_view code;
  std::string_view cause;   // before the path
  std::string_view cure;
};

// In this order: whoever lacks shared memory is told so, although its path can be found nowhere else.
constexpr std::array k_reasons = {
  Reason{&lacks_shared_memory, "EL1014", "the function uses shared memory, and Lambda has no /dev/shm",
         "use threads, or multiprocessing.Process with Pipe, in place of Pool, Queue, Lock and SharedMemory; "
         "joblib: "
         "JOBLIB_MULTIPROCESSING=0"},
  Reason{&reads_only, "EL1013", "the function writes where Lambda lets nobody write:",
         "write below /tmp (tempfile.gettempdir()); a library's cache has a variable for its folder, as "
         "MPLCONFIGDIR"},
  Reason{&fills_disk, "EL1010", "the function wrote more than /tmp holds:",
         "raise the setting ephemeral_storage (--ephemeral-storage), or remove files when they were used"},
  Reason{&opens_too_much, "EL1016",
         "the function met Lambda's limit of 1,024 open files, processes and threads",
         "close files and pools when they were used, or start fewer at once"},
  Reason{&has_no_name, "EL1015", "the function asks for the name of its user, and Lambda's has none",
         "set the variables USER and HOME=/tmp, which getpass and others read first"},
  Reason{&is_denied, "EL1015", "the function needs a right that Lambda's user has not:",
         "make the file readable for all (chmod o+r) in the image, or do without it: Lambda's user is nobody "
         "that the image knows"},
  Reason{&is_forbidden, "EL1015", "the function needs a right that Lambda's user has not:",
         "do without what only root may, as changing owners, mounting and low ports: Lambda's user has no "
         "capabilities"},
};

}   // namespace

std::string error_text(const std::string& type, const std::string& message)
{
  return type.empty() ? message : message.empty() ? type : type + ": " + message;
}

void name_limit(Outcome& outcome)
{
  for (const Reason& reason : k_reasons) {
    const auto found = reason.find(outcome);
    if (!found) {
      continue;
    }
    if (reason.code == "EL1010") {
      outcome.verdict = Verdict::storage_exceeded;
    }
    outcome.code = reason.code;
    outcome.message =
        fmt::format("{}{} ({})", reason.cause, reason.cause.ends_with(':') ? at_path(*found) : "",
                    outcome.error_message.empty() ? std::string(text::trim(found->line))
                                                  : error_text(outcome.error_type, outcome.error_message));
    outcome.hint = reason.cure;
    return;
  }
}

}   // namespace envlift::invoke
