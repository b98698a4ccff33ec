#include "sys/terminal.hpp"

#include "sys/files.hpp"

#include <cerrno>
#include <cstdlib>

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

namespace {

void write_to(int descriptor, std::string_view text)
{
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written < 0 && errno == EPIPE && descriptor == STDOUT_FILENO) {
      std::_Exit(0);   // the reader has what it wanted
    }
    if (written < 0) {
      return;   // nobody is left to tell
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_out(std::string_view text)
{
  write_to(STDOUT_FILENO, text);
}

void write_err(std::string_view text)
{
  write_to(STDERR_FILENO, text);
}

}  // namespace envlift::sys
