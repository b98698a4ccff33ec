#include "report/contents_words.hpp"

#include "base/text.hpp"
#include "report/audit.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using audit::Contents;
using audit::Part;
using audit::Piece;

constexpr std::size_t k_narrowest = 50;
constexpr std::size_t k_widest = 110;
constexpr std::size_t k_rows = 20;   // packages that have a row of their own

std::string_view colour_of(Part part)
{
  switch (part) {
    case Part::conda: return "32";
    case Part::pip: return "34";
    case Part::system: return "36";
    case Part::code: return "33";
    case Part::launcher: return "35";
    case Part::unowned:
    case Part::base: break;
  }
  return "90";
}

std::string_view colour_of(audit::Change change)
{
  switch (change) {
    case audit::Change::code: return colour_of(Part::code);
    case audit::Change::package: return colour_of(Part::conda);
    case audit::Change::launcher: return colour_of(Part::launcher);
    default: return colour_of(Part::base);
  }
}

std::size_t length(std::string_view utf8)
{
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Cut or filled up to that many characters.
std::string fitted(std::string_view text, std::size_t width)
{
  const std::size_t characters = length(text);
  if (characters <= width) {
    return std::string(text) + std::string(width - characters, ' ');
  }
  std::string cut;
  std::size_t count = 0;
  for (const char c : text) {
    count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    if (count >= width) {
      break;
    }
    cut += c;
  }
  return cut + "…";
}

// One text with the widths that all of its tables share.
class Page {
public:
  explicit Page(const TextStyle& style)
      : colour_(style.colour),
        width_(std::clamp(style.width, k_narrowest, k_widest))
  {}

  void head(std::string_view text) { out_ += fmt::format("\n{}\n", painted("1", text)); }
  void line(std::string_view text) { out_ += fmt::format("{}\n", text); }

  // A sentence, in as many lines as it needs.
  void prose(std::string_view sentence)
  {
    std::size_t at = 1;
    out_ += " ";
    for (const std::string_view word : text::split(sentence, ' ')) {
      const bool is_next = at + 1 + length(word) > width_;
      out_ += is_next ? "\n  " : " ";
      out_ += word;
      at = (is_next ? 2 : at + 1) + length(word);
    }
    out_ += "\n";
  }

  // "  numpy 2.1.2  ██████▌      52.4 MB  12%".
  void bar(std::string_view name, std::string_view colour, unsigned long long bytes, unsigned long long most,
           const std::string& last)
  {
    const std::size_t bar_width = width_ - name_width() - k_last - k_size - 6;
    out_ +=
        fmt::format("  {} {} {:>{}}  {}\n", fitted(name, name_width()),
                    painted(colour, blocks(bytes, most, bar_width)), text::human_bytes(bytes), k_size, last);
  }

  // A name, its size, and a text that ends where the page does.
  void row(std::string_view name, std::string_view colour, unsigned long long bytes, std::string_view rest)
  {
    const std::size_t room = width_ - name_width() - k_size - 5;
    out_ += fmt::format("  {} {:>{}}  {}\n", painted(colour, fitted(name, name_width())),
                        text::human_bytes(bytes), k_size, fitted(rest, std::min(room, length(rest))));
  }

  // Of one line, parts in their colours.
  void stack(const std::vector<std::pair<std::string_view, unsigned long long>>& parts,
             unsigned long long whole)
  {
    const auto cells = static_cast<double>(width_ - 2);
    double at = 0;
    out_ += "  ";
    for (const auto& [colour, bytes] : parts) {
      const double end = at + cells * static_cast<double>(bytes) / static_cast<double>(std::max(whole, 1ULL));
      std::string cells_of_it;
      for (auto i = std::lround(at); i < std::lround(end); ++i) {
        cells_of_it += colour == colour_of(Part::base) && !colour_ ? "░" : "█";
      }
      out_ += cells_of_it.empty() ? "" : painted(colour, cells_of_it);
      at = end;
    }
    out_ += "\n";
  }

  // Side by side, in as many lines as they need.
  void words(const std::vector<std::pair<std::string_view, std::string>>& all)
  {
    std::size_t at = 0;
    for (const auto& [colour, word] : all) {
      const bool is_first = at == 0;
      const bool is_next = at + length(word) + 3 > width_;
      out_ += is_first ? "  " : is_next ? "\n  " : " · ";
      at = (is_first || is_next ? 2 : at + 3) + length(word);
      out_ += painted(colour, word);
    }
    out_ += "\n";
  }

  std::string painted(std::string_view colour, std::string_view text) const
  {
    return colour_ && !colour.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
  }
  std::string take() { return std::move(out_); }

private:
  static constexpr std::size_t k_size = 8;
  static constexpr std::size_t k_last = 6;
  std::size_t name_width() const { return std::min<std::size_t>(width_ * 2 / 5, 36); }

  static std::string blocks(unsigned long long bytes, unsigned long long most, std::size_t width)
  {
    static constexpr std::array<std::string_view, 8> k_eighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const double share = most == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(most);
    const auto eighths = std::max<std::size_t>(
        bytes > 0 ? 1 : 0, static_cast<std::size_t>(std::lround(share * static_cast<double>(width) * 8)));
    std::string bar;
    for (std::size_t i = 0; i < eighths / 8; ++i) {
      bar += "█";
    }
    bar += k_eighths.at(eighths % 8);
    return bar + std::string(width - std::min(width, length(bar)), ' ');
  }

  bool colour_;
  std::size_t width_;
  std::string out_;
};

void write_parts(Page& page, const Contents& contents)
{
  std::vector<std::pair<Part, unsigned long long>> sums;
  for (const Piece& piece : contents.pieces) {
    const auto known = std::ranges::find(sums, piece.part, &std::pair<Part, unsigned long long>::first);
    if (known == sums.end()) {
      sums.emplace_back(piece.part, piece.bytes);
    }
    else {
      known->second += piece.bytes;
    }
  }
  std::ranges::sort(sums, {}, [](const auto& one) { return one.first; });
  unsigned long long whole = 0;
  for (const auto& [part, bytes] : sums) {
    whole += bytes;
  }
  std::vector<std::pair<std::string_view, unsigned long long>> parts;
  std::vector<std::pair<std::string_view, std::string>> legend;
  for (const auto& [part, bytes] : sums) {
    parts.emplace_back(colour_of(part), bytes);
    legend.emplace_back(colour_of(part),
                        fmt::format("{} {}", audit::name_of(part), text::human_bytes(bytes)));
  }
  page.stack(parts, whole);
  page.words(legend);
}

void write_packages(Page& page, const Contents& contents)
{
  std::vector<const Piece*> own;
  unsigned long long whole = 0;
  for (const Piece& piece : contents.pieces) {
    if (piece.part != Part::base && piece.bytes > 0) {
      own.push_back(&piece);
      whole += piece.bytes;
    }
  }
  if (own.empty()) {
    return;
  }
  page.head("over the base image");
  const unsigned long long most = own.front()->bytes;
  Piece rest;
  std::size_t number = 0;
  for (const Piece* piece : own) {
    // The code is what changes: it has its row however small it is.
    if (number++ < k_rows || piece->part == Part::code) {
      page.bar(title_of(*piece), colour_of(piece->part), piece->bytes, most, percent(piece->bytes, whole));
    }
    else {
      rest.bytes += piece->bytes;
      ++rest.files;
    }
  }
  if (rest.files > 0) {
    page.bar(fmt::format("{} smaller ones", rest.files), colour_of(Part::base), rest.bytes, most,
             percent(rest.bytes, whole));
  }
}

void write_left_out(Page& page, const Contents& contents)
{
  const audit::Installed all = all_installed(contents);
  if (all.left_out + all.reduced == 0) {
    return;
  }
  page.head("installed and not shipped");
  page.prose(fmt::format("{} of {}: {} left out, {} by stripping and links",
                         text::human_bytes(all.left_out + all.reduced), text::human_bytes(all.bytes),
                         text::human_bytes(all.left_out), text::human_bytes(all.reduced)));
}

void write_layers(Page& page, const Contents& contents)
{
  page.head("layers, the last first");
  unsigned long long hidden = 0;
  for (std::size_t i = contents.layers.size(); i-- > 0;) {
    const audit::LayerContents& layer = contents.layers[i];
    page.row(title_of(contents, i), colour_of(layer.change), pushed_bytes(layer), pushed_again(contents, i));
    hidden += layer.hidden;
  }
  if (hidden > 0) {
    page.prose(fmt::format("{} of them cannot be seen: layers above replace or remove them",
                           text::human_bytes(hidden)));
  }
}

void write_pushes(Page& page, const Contents& contents)
{
  page.head("what a change pushes");
  for (const Push& push : pushes(contents)) {
    page.row(push.when, "", push.bytes, push.what);
  }
}

}  // namespace

std::string contents_text(const ImageReport& report, const TextStyle& style)
{
  const Contents& contents = report.contents;
  Page page(style);
  page.line(
      fmt::format("{}  {}", page.painted("1", text::shown(report.image)), text::shown(contents.platform)));
  page.prose(fmt::format("{} in {}: {} of the base image, {} over it", text::human_bytes(contents.bytes),
                         text::counted(contents.layers.size(), "layer"),
                         text::human_bytes(contents.base_bytes),
                         text::human_bytes(contents.bytes - contents.base_bytes)));
  if (const std::string spare = spare_of(contents); !spare.empty()) {
    page.prose(spare);
  }
  write_parts(page, contents);
  write_packages(page, contents);
  write_left_out(page, contents);
  write_layers(page, contents);
  write_pushes(page, contents);
  return page.take() + "\n" + audit_text(report.image, report.findings);
}

}  // namespace envlift::report
