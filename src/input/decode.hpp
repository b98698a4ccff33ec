// Bytes of a text file -> UTF-8, as conda and pip would read them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace envlift::input {

enum class Encoding { conda, pip, utf8 };

struct Decoded {
  std::string text;                 // valid UTF-8 without BOM, line ends as they were; else what the place is in
  bool ok = true;
  std::string problem;              // "invalid UTF-8", "NUL byte"
  std::size_t line = 0;             // 1-based place of the problem
  std::size_t column = 0;
};

// conda: UTF-8, UTF-16 with or without BOM. pip: seven BOMs, then a PEP 263 comment in the first two
// lines, then UTF-8. utf8: UTF-8 with or without BOM (TOML, JSON, locks). A NUL byte or an ill-formed sequence is a problem with its place.
Decoded decode(std::string bytes, Encoding encoding);

}  // namespace envlift::input
