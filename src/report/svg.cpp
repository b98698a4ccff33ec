#include "report/svg.hpp"

#include "report/html.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::report {

std::size_t characters(std::string_view utf8)
{
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string fitted(const std::string& label, double width, double letter)
{
  constexpr std::size_t k_fewest = 4;
  const auto most = width < 0 ? 0 : static_cast<std::size_t>(width / letter);
  if (characters(label) <= most) {
    return label;
  }
  if (most <= k_fewest) {
    return "";
  }
  std::string cut;
  std::size_t count = 0;
  for (const char c : label) {
    count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    if (count >= most) {
      break;
    }
    cut += c;
  }
  return cut + "…";
}

std::string rect(std::string_view kind, const Box& box)
{
  return fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>)",
                     kind, box.x, box.y, std::max(0.0, box.width), std::max(0.0, box.height));
}

std::string label(std::string_view kind, double x, double y, const std::string& words)
{
  return words.empty()
             ? ""
             : fmt::format(R"(<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>)", kind, x, y, html(words));
}

Box shrunk(const Box& box, double by)
{
  return {box.x + by, box.y + by, box.width - 2 * by, box.height - 2 * by};
}

}   // namespace envlift::report
