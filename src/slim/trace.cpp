#include "slim/trace.hpp"

#include "base/path.hpp"

namespace envlift::slim {

bool TraceReader::take(std::string_view line)
{
  constexpr std::string_view k_mark = "envlift-trace: ";   // as templates/tracer.py
  // What the function wrote last may lack its line end.
  const std::size_t at = line.find(k_mark);
  if (at == std::string_view::npos) {
    return false;
  }
  const std::string_view name = line.substr(at + k_mark.size());
  if (name.starts_with('/')) {
    trace_.files.insert(path::normal(name));
  }
  else if (!name.empty()) {
    trace_.libraries.insert(std::string(name));
  }
  return true;
}

}   // namespace envlift::slim
