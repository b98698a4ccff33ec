// A squarified treemap: boxes whose areas are as their weights, as square as they come (Bruls, Huizing, van Wijk 2000).
#pragma once

#include <vector>

namespace envlift::report {

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

// A box within `bounds` for each weight, in their order; together they fill it. Weights of 0 or less have empty boxes.
std::vector<Box> treemap(const std::vector<double>& weights, const Box& bounds);

}   // namespace envlift::report
