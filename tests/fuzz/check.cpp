#include "fuzz/check.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

namespace envlift::fuzz {

namespace {

// The second byte: the minor version of Python, the architecture, and what is asked for beyond the default.
environment::Target target_of(std::uint8_t byte)
{
  static const std::array<std::string, 6> minors = {"3.13", "3.9", "3.10", "3.11", "3.12", "3.14"};
  environment::Target target;
  target.python_minor = minors.at(byte % minors.size());
  target.arch = byte / minors.size() % 2 == 0 ? "x86_64" : "arm64";
  switch (byte / minors.size() / 2 % 4) {
    case 1: target.groups = {"dev"}; break;
    case 2: target.extras = {"yaml"}; break;
    case 3: target.pixi_environment = "dev"; break;
    default: break;
  }
  return target;
}

// Readers take a second for a megabyte at most. Here they run twice, with their printers, and with sanitizers at -O1, which
// make all of it about ten times as slow; and clocks tick in hundredths, so that small inputs count as 16 KiB.
constexpr double k_seconds_per_byte = 1e-6;
constexpr double k_overhead = 20;
constexpr std::size_t k_least_bytes = 16384;

}  // namespace

TimeLimit::TimeLimit(std::size_t input_bytes)
    : seconds_(static_cast<double>(std::max(input_bytes, k_least_bytes)) * k_seconds_per_byte * k_overhead),
      begin_(std::clock())
{}

TimeLimit::~TimeLimit()
{
  const double taken = static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC;
  require(taken <= seconds_, "an input is read in a second for each megabyte",
          fmt::format("{:.2f} s, and {:.2f} s are allowed here", taken, seconds_));
}

std::optional<Input> input_of(const std::uint8_t* data, std::size_t size, std::size_t kinds)
{
  if (size < 2) {
    return std::nullopt;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  return Input{data[0] % kinds, target_of(data[1]), bytes.substr(2)};
}

void require(bool holds, std::string_view property, std::string_view detail)
{
  if (!holds) {
    fmt::print(stderr, "does not hold: {}\n  {}\n", property, detail);
    std::abort();
  }
}

}  // namespace envlift::fuzz
