#include "aws/machine.hpp"

#include "sys/clock.hpp"
#include "sys/files.hpp"

namespace envlift::aws {

std::string Machine::path(const std::string& path) const
{
  return path.starts_with("~/") ? value("HOME") + path.substr(1) : path;
}

Machine this_machine()
{
  constexpr std::size_t k_most_bytes = std::size_t{4} << 20U;   // of a file of settings, or of a token
  Machine machine;
  machine.variable = sys::environment_variable;
  machine.read_file = [](const std::string& path) -> std::optional<std::string> {
    auto bytes = sys::read_file(path, k_most_bytes);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
  };
  machine.now = sys::unix_now;
  machine.pause = sys::pause;
  machine.http = &sys::http();
  machine.processes = &sys::real_processes();
  return machine;
}

}  // namespace envlift::aws
