#include "input/text_file.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::input {

std::optional<std::string_view> decode_file(const std::string& path, const std::string& bytes, Encoding encoding,
                                            ReadResult& result)
{
  Decoded decoded = decode(bytes, encoding);
  const std::string_view text = result.sources.add(path, std::move(decoded.text));
  if (!decoded.ok) {
    result.diagnostics.add(decoded.problem == "NUL byte" ? "EL0106" : "EL0105",
                           fmt::format("{}: {}", path, decoded.problem), "save the file as UTF-8",
                           {path, decoded.line, decoded.column, 1});
    return std::nullopt;
  }
  return text;
}

}  // namespace envlift::input
