#include "report/treemap.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>

namespace envlift::report {

namespace {

struct Item {
  std::size_t index = 0;
  double area = 0;
};

double area_of(std::span<const Item> row)
{
  return std::accumulate(row.begin(), row.end(), 0.0,
                         [](double sum, const Item& item) { return sum + item.area; });
}

// How far the worst box of a row is from a square, where the row lies along a side of that length. The row is sorted.
double worst_ratio(std::span<const Item> row, double side)
{
  const double sum = area_of(row);
  const double thickness = sum / side;
  const double longest = row.front().area / thickness;
  const double shortest = row.back().area / thickness;
  return std::max({longest / thickness, thickness / longest, thickness / shortest, shortest / thickness});
}

// Lays the row along the shorter side of what is free, and takes its place away.
void place(std::span<const Item> row, Box& free, std::vector<Box>& boxes)
{
  const bool is_column = free.width >= free.height;
  const double side = is_column ? free.height : free.width;
  const double thickness = std::min(area_of(row) / side, is_column ? free.width : free.height);
  double at = 0;
  for (const Item& item : row) {
    const double length = std::min(item.area / thickness, side - at);
    boxes[item.index] =
        is_column ? Box{free.x, free.y + at, thickness, length} : Box{free.x + at, free.y, length, thickness};
    at += length;
  }
  (is_column ? free.x : free.y) += thickness;
  (is_column ? free.width : free.height) -= thickness;
}

std::vector<Item> sorted_items(const std::vector<double>& weights, double area)
{
  std::vector<Item> items;
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0) {
      items.push_back({i, weights[i]});
      sum += weights[i];
    }
  }
  std::ranges::stable_sort(items, std::ranges::greater{}, &Item::area);
  for (Item& item : items) {
    item.area *= area / sum;
  }
  return items;
}

}   // namespace

std::vector<Box> treemap(const std::vector<double>& weights, const Box& bounds)
{
  std::vector<Box> boxes(weights.size(), Box{bounds.x, bounds.y, 0, 0});
  if (bounds.width <= 0 || bounds.height <= 0) {
    return boxes;
  }
  const std::vector<Item> items = sorted_items(weights, bounds.width * bounds.height);
  Box free = bounds;
  for (std::size_t begin = 0; begin < items.size();) {
    const double side = std::min(free.width, free.height);
    if (side <= 0) {
      break;   // rounding left nothing for boxes that nobody would see
    }
    std::size_t count = 1;
    const std::span<const Item> rest = std::span(items).subspan(begin);
    while (count < rest.size() &&
           worst_ratio(rest.first(count + 1), side) <= worst_ratio(rest.first(count), side)) {
      ++count;
    }
    place(rest.first(count), free, boxes);
    begin += count;
  }
  return boxes;
}

}   // namespace envlift::report
