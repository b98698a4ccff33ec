#include "report/treemap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

using namespace envlift;
using report::Box;

namespace {

constexpr Box k_bounds{10, 20, 600, 400};

double area(const Box& box)
{
  return box.width * box.height;
}

bool overlap(const Box& a, const Box& b)
{
  constexpr double k_touch = 1e-6;
  return a.x + a.width > b.x + k_touch && b.x + b.width > a.x + k_touch && a.y + a.height > b.y + k_touch &&
         b.y + b.height > a.y + k_touch;
}

void check_map(const std::vector<double>& weights)
{
  const std::vector<Box> boxes = report::treemap(weights, k_bounds);
  REQUIRE(boxes.size() == weights.size());
  const double whole = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    CHECK(area(boxes[i]) == Approx(weights[i] / whole * area(k_bounds)).epsilon(1e-6).margin(1e-6));
    CHECK(boxes[i].x >= k_bounds.x - 1e-6);
    CHECK(boxes[i].y >= k_bounds.y - 1e-6);
    CHECK(boxes[i].x + boxes[i].width <= k_bounds.x + k_bounds.width + 1e-6);
    CHECK(boxes[i].y + boxes[i].height <= k_bounds.y + k_bounds.height + 1e-6);
    for (std::size_t j = 0; j < i; ++j) {
      CHECK_FALSE(overlap(boxes[i], boxes[j]));
    }
  }
}

}  // namespace

TEST_CASE("a treemap's areas are as the weights, inside the bounds and apart", "[report]")
{
  check_map({6, 6, 4, 3, 2, 2, 1});
  check_map({1});
  check_map({1, 2, 3, 4});   // not sorted
  check_map({1e12, 1, 1e6, 3e11});
  check_map(std::vector<double>(60, 1));
}

TEST_CASE("a treemap's boxes are nearly square", "[report]")
{
  // The worked example of Bruls, Huizing and van Wijk: 6 x 4, whose first row is one column of the two largest.
  const auto boxes = report::treemap({6, 6, 4, 3, 2, 2, 1}, {0, 0, 6, 4});
  CHECK(boxes[0].width == Approx(3));
  CHECK(boxes[0].height == Approx(2));
  CHECK(boxes[1].y == Approx(2));
  CHECK(boxes[2].x == Approx(3));
  for (const Box& box : boxes) {
    CHECK(std::max(box.width / box.height, box.height / box.width) < 3);
  }
}

TEST_CASE("a treemap of nothing has empty boxes", "[report]")
{
  CHECK(report::treemap({}, k_bounds).empty());
  CHECK(area(report::treemap({0, 0}, k_bounds)[1]) == 0);
  CHECK(area(report::treemap({-1, 2}, k_bounds)[0]) == 0);
  CHECK(area(report::treemap({-1, 2}, k_bounds)[1]) == Approx(area(k_bounds)));
  CHECK(area(report::treemap({1}, {0, 0, 0, 5})[0]) == 0);
}
