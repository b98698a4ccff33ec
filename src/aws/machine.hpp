// What the search for credentials and a request to AWS look at. Tests stand in for each.
#pragma once

#include "sys/http.hpp"
#include "sys/process.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace envlift::aws {

struct Machine {
  // A variable of the process. They are asked for one by one, so that no copy holds the secrets among them.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The bytes of a file; nothing where it is missing or cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  std::function<std::int64_t()> now;   // seconds since 1970
  std::function<bool(std::chrono::milliseconds)> pause;   // false when a signal has come
  sys::Http* http = nullptr;
  sys::Processes* processes = nullptr;

  // The variable's value; "" where it is not set.
  std::string value(const std::string& name) const { return variable(name).value_or(""); }
  bool has(const std::string& name) const { return !value(name).empty(); }
  // With `~/` as the home folder.
  std::string path(const std::string& path) const;
};

// The real one. Its processes are never recorded: what they print are secrets.
Machine this_machine();

}   // namespace envlift::aws
