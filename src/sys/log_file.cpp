#include "sys/log_file.hpp"

#include "sys/files.hpp"
#include "sys/write_all.hpp"

#include <array>
#include <ctime>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace envlift::sys {

namespace {

constexpr std::size_t k_logs_kept = 20;

std::string time_stamp()
{
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), length};
}

void remove_old_logs(const std::string& folder)
{
  const auto names = list_names(folder);   // sorted, and the names begin with the time
  for (std::size_t i = 0; i + k_logs_kept < names.size(); ++i) {
    ::unlink((folder + "/" + names[i]).c_str());
  }
}

}  // namespace

LogFile::~LogFile()
{
  if (is_open()) {
    ::close(descriptor_);
  }
}

std::string LogFile::open(const std::string& folder)
{
  if (!make_folders(folder)) {
    return "";
  }
  const std::string path = fmt::format("{}/{}-{}.log", folder, time_stamp(), ::getpid());
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (!is_open()) {
    return "";
  }
  remove_old_logs(folder);
  return path;
}

void LogFile::write(std::string_view text)
{
  if (is_open()) {
    write_all(descriptor_, text);   // a full disk must not end the run that the log is about
  }
}

}  // namespace envlift::sys
