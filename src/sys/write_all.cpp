#include "sys/write_all.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

namespace envlift::sys {

int write_all(int descriptor, std::string_view bytes)
{
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0) {
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Error write_error(const std::string& path, int reason)
{
  const bool is_full = reason == ENOSPC || reason == EDQUOT;
  return {"EL0120", fmt::format("{}: {}", path, std::strerror(reason)),
          is_full ? "free disk space, then run the command again" : "choose a folder that you may write to",
          ExitCode::input_error, {}};
}

}  // namespace envlift::sys
