// What the fuzz targets share: the bytes in front of each input, and properties that must hold.
#pragma once

#include "environment/environment.hpp"

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

namespace envlift::fuzz {

// An input without its two first bytes: what it is a text of, and what it is read for.
struct Input {
  std::size_t kind = 0;   // below the number of kinds
  environment::Target target;
  std::string_view text;
};

// Nothing when there are fewer than the two bytes.
std::optional<Input> input_of(const std::uint8_t* data, std::size_t size, std::size_t kinds);

// The time that one input may take: required at the end of its scope. Of the processor, as others run beside it.
class TimeLimit {
public:
  explicit TimeLimit(std::size_t input_bytes);
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit();

private:
  double seconds_;
  std::clock_t begin_;
};

// Says which property does not hold, and ends the process: a finding.
void require(bool holds, std::string_view property, std::string_view detail = "");

}  // namespace envlift::fuzz
