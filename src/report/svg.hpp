// The parts of a page's drawings.
#pragma once

#include "report/treemap.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace envlift::report {

// A drawing's units are pixels of the narrowest window that it is shown in.
struct Size {
  std::string_view name;
  double width;
  double height;
};

inline constexpr double k_letter = 8.2;         // of 13px semi-bold, in a wide font
inline constexpr double k_small_letter = 6.6;   // of 11px

std::size_t characters(std::string_view utf8);
// What fits into that width; "" where it would say nothing.
std::string fitted(const std::string& label, double width, double letter);

// A rectangle of the style sheet's class `kind`.
std::string rect(std::string_view kind, const Box& box);
// A text whose line stands at `y`; nothing for no words.
std::string label(std::string_view kind, double x, double y, const std::string& words);
Box shrunk(const Box& box, double by);

}   // namespace envlift::report
