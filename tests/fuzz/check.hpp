// What the fuzz targets share: the bytes in front of each input, and properties that must hold.
#pragma once

#include "environment/environment.hpp"

#include <cstddef>
#include <cstdint>
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

// Says which property does not hold, and ends the process: a finding.
void require(bool holds, std::string_view property, std::string_view detail = "");

}  // namespace envlift::fuzz
