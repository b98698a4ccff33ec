#include "report/html.hpp"
#include "report/init_profile.hpp"
#include "report/svg.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::report {

namespace {

constexpr double k_row = 25;
constexpr std::size_t k_rows = 14;      // the parts, and imports below them
constexpr double k_least_width = 1.5;   // a narrower box shows nothing
constexpr std::array<Size, 3> k_sizes = {Size{"wide", 1160, 0}, {"medium", 760, 0}, {"narrow", 358, 0}};

// A box of the drawing, with what can be read of it.
struct Cell {
  std::string name;
  double ms = 0;
  std::size_t row = 0;
  double x = 0;
  double width = 0;
  std::string_view css_class;
  bool is_even = false;
};

class Drawing {
public:
  Drawing(const suite::InitProfile& profile, double width)
      : per_ms_(width / std::max(profile.profiled_ms, 0.001))
  {
    double x = 0;
    for (const InitPart& part : parts_of(profile)) {
      place({part.name, part.ms, 0, x, part.ms * per_ms_, part.css_class, true});
      const bool is_function = part.css_class == std::string_view("pip");
      if (is_function || part.css_class == std::string_view("launcher")) {
        add(is_function ? profile.imports : profile.client, x, 1, part.css_class);
      }
      x += part.ms * per_ms_;
    }
  }

  std::string svg(const Size& size) const
  {
    const double height = static_cast<double>(rows_) * k_row;
    std::string out = fmt::format(
        R"(<svg class="map {}" viewBox="0 0 {} {}" role="img" aria-label="Time of the init from left to right, )"
        R"(imports below what imports them; the lists below have the same figures">)"
        "\n",
        size.name, size.width, height);
    for (const Cell& cell : cells_) {
      out += drawn(cell);
    }
    return out + "</svg>\n";
  }

private:
  void add(const std::vector<suite::Import>& imports, double x, std::size_t row, std::string_view css_class)
  {
    if (row >= k_rows) {
      return;
    }
    for (std::size_t i = 0; i < imports.size(); ++i) {
      const suite::Import& import = imports[i];
      const double width = import.cumulative_ms * per_ms_;
      if (width >= k_least_width) {
        place({import.name, import.cumulative_ms, row, x, width, css_class, i % 2 == 0});
        add(import.imports, x, row + 1, css_class);
      }
      x += width;
    }
  }

  void place(Cell cell)
  {
    rows_ = std::max(rows_, cell.row + 1);
    cells_.push_back(std::move(cell));
  }

  static std::string drawn(const Cell& cell)
  {
    const Box box = {cell.x + 0.5, static_cast<double>(cell.row) * k_row + 0.5, cell.width - 1, k_row - 1};
    const bool is_part = cell.row == 0;
    const std::string words = fitted(cell.name, box.width - 10, is_part ? k_letter : k_small_letter);
    return fmt::format("<g class=\"{}\"><title>{}, {}</title>{}{}{}</g>\n", cell.css_class, html(cell.name),
                       shown_ms(cell.ms), rect("cell", box),
                       is_part ? "" : rect(cell.is_even ? "part even" : "part", box),
                       label(is_part ? "" : "in", box.x + 5, box.y + 16, words));
  }

  double per_ms_;
  std::size_t rows_ = 1;
  std::vector<Cell> cells_;
};

}   // namespace

std::string init_icicles(const suite::InitProfile& profile)
{
  std::string out;
  for (const Size& size : k_sizes) {
    out += Drawing(profile, size.width).svg(size);
  }
  return out;
}

}   // namespace envlift::report
