// What stands at the other end of stdout and stderr.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string_view>

namespace envlift::sys {

struct Terminal {
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;          // a terminal, no NO_COLOR, TERM not dumb
  std::size_t width = 80;
};

Terminal terminal();
// Opens /dev/null on each of stdin, stdout and stderr that is closed, so that no file or pipe takes its number.
void open_standard_descriptors();
// Writes all of it. After a failure nothing more is written: written_out() tells of it.
void write_out(std::string_view text);
void write_err(std::string_view text);
// Whether all that was given to write_out() is written; a pipe that its reader closed (`| head`) is no failure.
Result<> written_out();

}   // namespace envlift::sys
