// ENVLIFT_RECORD=DIR: transcripts of real programs, for the fake ones that tests replay.
#include "sys/process.hpp"

#include "base/text.hpp"
#include "sys/files.hpp"

#include <atomic>

#include <fmt/format.h>

namespace envlift::sys {

namespace {

int exit_status(const Outcome& outcome)
{
  if (const auto* exited = std::get_if<Exited>(&outcome)) {
    return exited->code;
  }
  const auto* signalled = std::get_if<Signalled>(&outcome);
  return signalled != nullptr ? 128 + signalled->signal : 127;
}

class RecordingProcesses : public Processes {
public:
  // Numbers go on from those of earlier runs into the same folder.
  explicit RecordingProcesses(std::string folder)
      : folder_(std::move(folder)),
        number_(list_names(folder_).size())
  {}

  ProcessResult run(const Command& command) override
  {
    ProcessResult result = real_processes().run(command);
    const std::string argv = text::shell_line({command.argv.begin() + 1, command.argv.end()});
    const std::string text =
        fmt::format("{{\"argv\": {}, \"exit\": {}, \"stdout\": {}, \"stderr\": {}}}\n",
                    text::json_quote(text::redact(argv)), exit_status(result.outcome),
                    text::json_quote(text::redact(result.out)), text::json_quote(text::redact(result.err)));
    if (make_folders(folder_)) {
      // A transcript that cannot be written must not fail the build that it is about.
      static_cast<void>(write_file(fmt::format("{}/{:03}.json", folder_, ++number_), text));
    }
    return result;
  }

private:
  std::string folder_;
  std::atomic<std::size_t> number_;   // a container's log is followed from a thread of its own
};

}  // namespace

Processes& processes()
{
  static const auto folder = environment_variable("ENVLIFT_RECORD");
  if (!folder || folder->empty()) {
    return real_processes();
  }
  static RecordingProcesses recording(*folder);
  return recording;
}

}  // namespace envlift::sys
