// ENVLIFT_RECORD=DIR: transcripts of real programs, for the fake ones that tests replay.
#include "sys/process.hpp"

#include "base/text.hpp"
#include "sys/files.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

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
  explicit RecordingProcesses(std::string folder) : folder_(std::move(folder)) {}

  ProcessResult run(const Command& command) override
  {
    ProcessResult result = real_processes().run(command);
    const std::string argv = text::shell_line({command.argv.begin() + 1, command.argv.end()});
    const std::string text = fmt::format(
        "{{\"argv\": {}, \"exit\": {}, \"stdout\": {}, \"stderr\": {}}}\n", text::json_quote(text::redact(argv)),
        exit_status(result.outcome), text::json_quote(text::redact(result.out)), text::json_quote(text::redact(result.err)));
    if (make_folders(folder_)) {
      // A transcript that cannot be written must not fail the build that it is about.
      static_cast<void>(write_file(fmt::format("{}/{:03}.json", folder_, ++number_), text));
    }
    return result;
  }

private:
  std::string folder_;
  int number_ = 0;
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

std::vector<std::string> programs_named(const std::string& name)
{
  std::vector<std::string> found;
  const std::string path = environment_variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (const std::string_view folder : text::split(path, ':')) {
    const std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
    if (::access(candidate.c_str(), X_OK) == 0 && is_file(candidate)) {
      found.push_back(candidate);
    }
  }
  return found;
}

}  // namespace envlift::sys
