#include "sys/terminal.hpp"

#include "sys/files.hpp"
#include "sys/write_all.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace envlift::sys {

Terminal terminal()
{
  Terminal terminal;
  terminal.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  terminal.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  const bool dumb = environment_variable("TERM").value_or("dumb") == "dumb";
  const bool no_colour = !environment_variable("NO_COLOR").value_or("").empty();
  terminal.colour = terminal.err_is_terminal && !dumb && !no_colour;
  winsize size{};
  if (terminal.err_is_terminal && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
  }
  return terminal;
}

void open_standard_descriptors()
{
  // The wrong way round, so that using one that was closed fails as it would have: stdin cannot be read, stdout not
  // written. What programs say on stderr may go nowhere.
  constexpr std::array k_modes = {O_WRONLY, O_RDONLY, O_RDWR};
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) {
      // The lowest free number is this one: those below it are open.
      [[maybe_unused]] const int opened =
          ::open("/dev/null", k_modes.at(static_cast<std::size_t>(descriptor)));
    }
  }
}

namespace {

int g_out_failure = 0;   // errno of the first write to stdout that failed

}   // namespace

void write_out(std::string_view text)
{
  if (g_out_failure == 0) {
    g_out_failure = write_all(STDOUT_FILENO, text);
  }
}

void write_err(std::string_view text)
{
  write_all(STDERR_FILENO, text);   // when it fails, nobody is left to tell
}

Result<> written_out()
{
  if (g_out_failure == 0 || g_out_failure == EPIPE) {   // who closed the pipe has what they wanted
    return {};
  }
  const bool full = g_out_failure == ENOSPC || g_out_failure == EDQUOT;
  return fail(
      {"EL0120",
       fmt::format("the result could not be written to stdout: {}", std::strerror(g_out_failure)),
       full ? "free disk space, then run the command again" : "send stdout to a terminal, a pipe or a file",
       ExitCode::input_error,
       {}});
}

}   // namespace envlift::sys
