// What stands at the other end of stdout and stderr.
#pragma once

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
// Writes all of it; a closed pipe (`| head`) ends envlift quietly.
void write_out(std::string_view text);
void write_err(std::string_view text);

}  // namespace envlift::sys
