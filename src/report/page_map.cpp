#include "report/page_map.hpp"

#include "base/text.hpp"
#include "report/contents_words.hpp"
#include "report/html.hpp"
#include "report/svg.hpp"
#include "report/treemap.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using audit::Piece;

constexpr std::array<Size, 3> k_sizes = {Size{"wide", 1160, 580}, {"medium", 760, 560}, {"narrow", 358, 620}};

constexpr double k_head = 24;           // above the folders of a package

// Pieces that would be smaller than this many square pixels share one box.
constexpr double k_least_area = 260;

// The end of a path tells more than its beginning: "_core/tests/" of "numpy/_core/tests/".
std::string fitted_path(std::string path, double width)
{
  while (static_cast<double>(characters(path)) * k_small_letter > width) {
    const std::size_t slash = path.find('/');
    if (slash == std::string::npos || slash + 1 >= path.size()) {
      break;
    }
    path.erase(0, slash + 1);
  }
  return fitted(path, width, k_small_letter);
}

std::string folders(const Piece& piece, const Box& room)
{
  std::vector<double> weights;
  for (const audit::Share& share : piece.shares) {
    weights.push_back(static_cast<double>(share.bytes));
  }
  std::string out;
  const std::vector<Box> boxes = treemap(weights, room);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box box = shrunk(boxes[i], 0.75);
    if (box.width < 2 || box.height < 2) {
      continue;
    }
    const audit::Share& share = piece.shares[i];
    const std::string name = share.path.empty() ? text::counted(share.files, "smaller file") : share.path;
    out += fmt::format("<g><title>{}: {}, {}</title>", html(title_of(piece)), html(name),
                       text::human_bytes(share.bytes));
    out += rect(i % 2 == 0 ? "part even" : "part", box);
    if (box.height >= 18) {
      out += label("in", box.x + 5, box.y + 13, fitted_path(name, box.width - 8));
    }
    out += "</g>";
  }
  return out;
}

// What a box says: title and size, or as much of it as there is room for.
struct Words {
  std::string title;
  std::string short_title;    // without the version
  unsigned long long bytes = 0;
};

std::string words_in(const Words& words, const Box& box)
{
  const std::string size = text::human_bytes(words.bytes);
  const double room = box.width - 14;
  const auto width = [](const std::string& some) { return static_cast<double>(characters(some)) * k_letter; };
  if (box.height < 18) {
    return "";
  }
  // In one text, so that the size stands right behind the title in any font.
  if (width(words.title) + width(size) + 8 <= room) {
    return fmt::format(R"(<text x="{:.1f}" y="{:.1f}">{}<tspan class="size" dx="8">{}</tspan></text>)",
                       box.x + 7, box.y + 16, html(words.title), size);
  }
  const bool is_small = width(words.short_title) > room;
  const std::string title = width(words.title) <= room ? words.title : words.short_title;
  const bool has_second_line = box.height >= 38 && box.height < 70 && width(size) <= room;
  return (is_small
              ? label("in", box.x + 4, box.y + 14, fitted(words.short_title, box.width - 6, k_small_letter))
              : label("", box.x + 7, box.y + 16, title)) +
         (has_second_line ? label("size", box.x + 7, box.y + 32, size) : "");
}

std::string flag(const std::string& level, const Box& box)
{
  if (level.empty() || level == "note" || box.width < 14 || box.height < 14) {
    return "";
  }
  const double right = box.x + box.width;
  return fmt::format(R"(<path class="flag {}" d="M{:.1f} {:.1f}h-12l12 12z"/>)", level, right, box.y);
}

std::string cell(const ImageReport& report, std::size_t index, const Box& place)
{
  const Piece& piece = report.contents.pieces[index];
  const Box box = shrunk(place, 1);
  const std::string title = title_of(piece);
  const std::string level = worst_finding(report, piece);
  const std::string said = fmt::format("{}, {}{}", html(title), text::human_bytes(piece.bytes),
                                       level.empty() ? "" : fmt::format(", {} in the audit", level));
  std::string out =
      fmt::format(R"(<a class="{0}" href="#p{1}" data-piece="{1}" aria-label="{2}"><title>{2}</title>)",
                  class_of(piece.part), index, said);
  out += rect("cell", box);
  const bool has_folders = piece.shares.size() > 1 && box.height >= 70 && box.width >= 60;
  if (has_folders) {
    out += folders(piece, {box.x + 3, box.y + k_head, box.width - 6, box.height - k_head - 3});
  }
  return out + words_in({title, piece.name.empty() ? title : text::shown(piece.name), piece.bytes}, box) +
         flag(level, box) + "</a>\n";
}

// The pieces with a box of their own, largest first, and those that share one.
struct Shown {
  std::vector<std::size_t> own;
  std::size_t others = 0;
  unsigned long long other_bytes = 0;
};

Shown shown_in(const ImageReport& report, const Size& size)
{
  double whole = 0;
  for (const Piece& piece : report.contents.pieces) {
    whole += piece.part == audit::Part::base ? 0 : static_cast<double>(piece.bytes);
  }
  Shown shown;
  for (std::size_t i = 0; i < report.contents.pieces.size(); ++i) {
    const Piece& piece = report.contents.pieces[i];
    const double area = whole > 0 ? static_cast<double>(piece.bytes) / whole * size.width * size.height : 0;
    if (piece.part == audit::Part::base || piece.bytes == 0) {
      continue;
    }
    if (area >= k_least_area) {
      shown.own.push_back(i);
    }
    else {
      ++shown.others;
      shown.other_bytes += piece.bytes;
    }
  }
  return shown;
}

std::string map_of(const ImageReport& report, const Size& size)
{
  const Shown shown = shown_in(report, size);
  std::vector<double> weights;
  for (const std::size_t index : shown.own) {
    weights.push_back(static_cast<double>(report.contents.pieces[index].bytes));
  }
  weights.push_back(static_cast<double>(shown.other_bytes));
  const std::vector<Box> boxes = treemap(weights, {0, 0, size.width, size.height});
  std::string out = fmt::format(
      R"(<svg class="map {}" viewBox="0 0 {} {}" role="group" aria-label="Treemap of what lies over the base )"
      R"(image; the list below has the same packages and sizes">)"
      "\n",
      size.name, size.width, size.height);
  for (std::size_t i = 0; i < shown.own.size(); ++i) {
    out += cell(report, shown.own[i], boxes[i]);
  }
  if (shown.others > 0) {
    const Box box = shrunk(boxes.back(), 1);
    const std::string title = text::counted(shown.others, "smaller one");
    out += fmt::format(
        R"(<a class="unowned" href="#packages" aria-label="{0}, {1}"><title>{0}, {1}</title>{2}{3}</a>)",
        title, text::human_bytes(shown.other_bytes), rect("cell", box),
        words_in({title, title, shown.other_bytes}, box));
  }
  return out + "</svg>\n";
}

}  // namespace

std::string_view class_of(audit::Part part)
{
  switch (part) {
    case audit::Part::conda: return "conda";
    case audit::Part::pip: return "pip";
    case audit::Part::system: return "system";
    case audit::Part::code: return "code";
    case audit::Part::launcher: return "launcher";
    case audit::Part::unowned: return "unowned";
    case audit::Part::base: break;
  }
  return "base";
}

std::string worst_finding(const ImageReport& report, const Piece& piece)
{
  const audit::Finding* worst = nullptr;
  for (const audit::Finding& finding : report.findings) {
    const bool is_its = !piece.name.empty() && finding.package == piece.name;
    if (is_its && (worst == nullptr || finding.severity > worst->severity)) {
      worst = &finding;
    }
  }
  return worst == nullptr ? "" : std::string(diag::to_string(worst->severity));
}

std::string page_maps(const ImageReport& report)
{
  std::string out;
  for (const Size& size : k_sizes) {
    out += map_of(report, size);
  }
  return out;
}

}  // namespace envlift::report
