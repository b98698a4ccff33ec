#include "report/page_lists.hpp"

#include "base/text.hpp"
#include "diag/codes.hpp"
#include "report/contents_words.hpp"
#include "report/html.hpp"
#include "report/page_map.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using audit::Contents;
using audit::Part;
using audit::Piece;

constexpr std::size_t k_open_rows = 25;      // packages that are there without a click
constexpr std::size_t k_saved_rows = 15;
constexpr std::size_t k_places = 12;         // of one code

double share(unsigned long long part, unsigned long long whole)
{
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// A bar; the numbers beside it say the same.
std::string meter(std::string_view kind, unsigned long long bytes, unsigned long long most)
{
  return fmt::format(
      R"(<span class="meter {}" aria-hidden="true"><span style="width:{:.2f}%"></span></span>)", kind,
      share(bytes, most));
}

unsigned long long saved(const Piece& piece)
{
  return piece.installed ? piece.installed->left_out + piece.installed->reduced : 0;
}

std::string folder_list(const Piece& piece)
{
  std::string out = "<ul>";
  for (const audit::Share& one : piece.shares) {
    const std::string name = one.path.empty() ? text::counted(one.files, "smaller file") : one.path;
    out += fmt::format(R"(<li><span class="wrap">{}</span>{}<span class="num">{}</span></li>)", html(name),
                       meter(class_of(piece.part), one.bytes, piece.bytes), text::human_bytes(one.bytes));
  }
  return out + "</ul>";
}

std::string facts_of(const ImageReport& report, const Piece& piece)
{
  std::vector<std::string> facts = {text::counted(piece.files, "file")};
  if (piece.part != Part::base && piece.bytes > 0) {
    facts.push_back(fmt::format("in layer {}, pushed again {}", piece.layer + 1,
                                html(pushed_again(report.contents, piece.layer))));
  }
  if (piece.installed && saved(piece) > 0) {
    facts.push_back(fmt::format("{} when it was installed: {} left out, {} by stripping and links",
                                text::human_bytes(piece.installed->bytes),
                                text::human_bytes(piece.installed->left_out),
                                text::human_bytes(piece.installed->reduced)));
  }
  return text::join(facts, " · ");
}

std::string package_row(const ImageReport& report, std::size_t index, unsigned long long most,
                        unsigned long long whole)
{
  const Piece& piece = report.contents.pieces[index];
  const bool is_package = !piece.name.empty();
  const std::string name = is_package ? html(piece.name) : html(title_of(piece));
  const std::string level = worst_finding(report, piece);
  const std::string mark =
      level.empty() ? "" : fmt::format(R"( <a class="mark {0}" href="#findings">{0}</a>)", level);
  const bool is_base = piece.part == Part::base;
  std::string out = fmt::format(R"(<li data-name="{}"><details id="p{}"><summary>)",
                                html(text::to_lower(title_of(piece))), index);
  out += fmt::format(R"(<span class="name">{}{}{}</span><span class="kind">{}</span>)", name,
                     piece.version.empty() ? "" : fmt::format(" <i>{}</i>", html(piece.version)), mark,
                     is_package ? audit::name_of(piece.part) : "");
  out += meter(class_of(piece.part), is_base ? 0 : piece.bytes, most);
  out += fmt::format(
      R"(<span class="num">{}</span><span class="num soft share">{}</span><span class="num soft saved">{}</span>)",
      text::human_bytes(piece.bytes), is_base ? "" : percent(piece.bytes, whole),
      saved(piece) > 0 ? text::human_bytes(saved(piece)) : "");
  return out +
         fmt::format(R"(</summary><div class="inside"><span class="soft">{}</span>{}</div></details></li>)"
                     "\n",
                     facts_of(report, piece), folder_list(piece));
}

std::string layer_row(const Contents& contents, std::size_t index, unsigned long long most)
{
  const audit::LayerContents& layer = contents.layers[index];
  const std::string_view colour = layer.change == audit::Change::code       ? "code"
                                  : layer.change == audit::Change::launcher ? "launcher"
                                  : layer.change == audit::Change::base     ? "base"
                                  : layer.parts.empty()
                                      ? "unowned"
                                      : class_of(contents.pieces[layer.parts.front().piece].part);
  std::string held = html(holds(contents, index));
  if (layer.hidden > 0) {
    held += fmt::format("{}{} of it cannot be seen: layers above replace or remove it",
                        held.empty() ? "" : "; ", text::human_bytes(layer.hidden));
  }
  return fmt::format(
      R"(<tr{}><td class="num soft index">{}</td><td class="wrap">{}{}</td><td class="bars">{}</td>)"
      R"(<td class="num" title="{}">{}</td><td class="when">{}</td></tr>)"
      "\n",
      layer.change == audit::Change::base ? R"( class="base-row")" : "", index + 1,
      html(title_of(contents, index)), held.empty() ? "" : fmt::format("<small>{}</small>", held),
      meter(colour, pushed_bytes(layer), most), html(layer.diff_id), text::human_bytes(pushed_bytes(layer)),
      html(pushed_again(contents, index)));
}

std::string place_of(const audit::Finding& finding)
{
  const std::string package = finding.package.empty() ? "" : fmt::format(" ({})", html(finding.package));
  return finding.path.empty() ? package : fmt::format("<br><code>{}</code>{}", html(finding.path), package);
}

// All findings of one code: cause, places with their cures.
std::string card(const std::string& code, const std::vector<const audit::Finding*>& findings)
{
  const diag::CodeInfo* row = diag::find_code(code);
  const std::string_view level = diag::to_string(findings.front()->severity);
  std::string out =
      fmt::format(R"(<article class="finding {0}"><h3><span class="level {0}">{0} {1}</span>{2}</h3>)", level,
                  html(code), html(row == nullptr ? "" : row->title));
  if (row != nullptr) {
    out += fmt::format("<p>{}</p>", html(row->meaning));
  }
  out += "<ul>";
  for (std::size_t i = 0; i < findings.size() && i < k_places; ++i) {
    const audit::Finding& one = *findings[i];
    const bool is_said = i > 0 && one.hint == findings[i - 1]->hint;
    out += fmt::format("<li>{}{}{}</li>", html(one.message), place_of(one),
                       one.hint.empty() || is_said
                           ? ""
                           : fmt::format(R"(<br><span class="cure">→ {}</span>)", html(one.hint)));
  }
  out += "</ul>";
  if (findings.size() > k_places) {
    out += fmt::format("<p class=\"soft\">and {} more; <code>envlift audit</code> lists all of them</p>",
                       findings.size() - k_places);
  }
  if (row != nullptr && !row->cure.empty()) {
    out += fmt::format("<p class=\"soft\">Cure: {}</p>", html(row->cure));
  }
  return out + "</article>\n";
}

}  // namespace

std::string package_rows(const ImageReport& report)
{
  const auto& pieces = report.contents.pieces;
  unsigned long long most = 0;
  unsigned long long whole = 0;
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].part != Part::base) {
      own.push_back(i);
      most = std::max(most, pieces[i].bytes);
      whole += pieces[i].bytes;
    }
  }
  std::string out = "<ul class=\"rows\">\n";
  const bool has_more = own.size() > k_open_rows + 3;   // two rows are no reason for a click
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (has_more && i == k_open_rows) {
      out += fmt::format(
          "</ul>\n<details class=\"more\"><summary>{} smaller ones</summary><ul class=\"rows\">\n",
          own.size() - i);
    }
    out += package_row(report, own[i], most, whole);
  }
  out += has_more ? "</ul></details>\n<ul class=\"rows\">\n" : "";
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    out += pieces[i].part == Part::base ? package_row(report, i, most, whole) : "";
  }
  return out + "</ul>";
}

std::string push_rows(const Contents& contents)
{
  const std::vector<Push> rows = pushes(contents);
  unsigned long long most = 0;
  for (const Push& push : rows) {
    most = std::max(most, push.bytes);
  }
  std::string out;
  for (const Push& push : rows) {
    out += fmt::format(
        R"(<tr><td class="index"></td><td class="wrap">{}</td><td class="bars">{}</td><td class="num">{}</td><td class="when">{}</td></tr>)"
        "\n",
        html(push.when), meter("launcher", push.bytes, most), text::human_bytes(push.bytes), html(push.what));
  }
  return out;
}

std::string layer_rows(const Contents& contents)
{
  unsigned long long most = 0;
  for (const audit::LayerContents& layer : contents.layers) {
    most = std::max(most, pushed_bytes(layer));
  }
  std::string out;
  for (std::size_t i = contents.layers.size(); i-- > 0;) {
    out += layer_row(contents, i, most);
  }
  return out;
}

std::string left_out_rows(const Contents& contents)
{
  std::vector<const Piece*> pieces;
  for (const Piece& piece : contents.pieces) {
    if (saved(piece) > 0) {
      pieces.push_back(&piece);
    }
  }
  if (pieces.empty()) {
    return "<p class=\"soft\">Nothing, as far as the packages' own lists of files tell.</p>";
  }
  std::ranges::stable_sort(pieces, std::ranges::greater{}, [](const Piece* piece) { return saved(*piece); });
  const audit::Installed all = all_installed(contents);
  std::string out = fmt::format(
      "<p>Of {} that were installed, {} stayed behind: {} of files that nothing needs at run time, {} of "
      "symbol tables and doubles. Bytecode, which is written afterwards, does not count.</p>",
      text::human_bytes(all.bytes), text::human_bytes(all.left_out + all.reduced),
      text::human_bytes(all.left_out), text::human_bytes(all.reduced));
  out += "<table><colgroup><col class=\"c-index\"><col><col class=\"c-bars\"><col class=\"c-num\"><col "
         "class=\"c-when\"></colgroup>"
         "<thead><tr><th></th><th>package</th><th>solid: shipped · hatched: stripped · dashed: left out</th>"
         "<th class=\"num\">not shipped</th><th></th></tr></thead><tbody>\n";
  unsigned long long most = 0;
  for (const Piece* piece : pieces) {
    most = std::max(most, piece->installed->bytes);
  }
  for (std::size_t i = 0; i < pieces.size() && i < k_saved_rows; ++i) {
    const audit::Installed& one = *pieces[i]->installed;
    const unsigned long long kept = one.bytes - one.left_out - one.reduced;
    out += fmt::format(
        R"(<tr><td class="index"></td><td class="wrap">{}</td><td class="bars"><span class="meter cut {}" aria-hidden="true">)"
        R"(<span style="width:{:.2f}%"></span><span class="less" style="width:{:.2f}%"></span>)"
        R"(<span class="gone" style="width:{:.2f}%"></span></span></td><td class="num">{}</td>)"
        R"(<td class="soft when">of {}</td></tr>)"
        "\n",
        html(title_of(*pieces[i])), class_of(pieces[i]->part), share(kept, most), share(one.reduced, most),
        share(one.left_out, most), text::human_bytes(saved(*pieces[i])), text::human_bytes(one.bytes));
  }
  return out + "</tbody></table>";
}

std::string finding_cards(const ImageReport& report)
{
  if (report.findings.empty()) {
    return "<p class=\"good\">Nothing was found.</p>";
  }
  // Errors first, as the audit sorts them; all places of a code together.
  std::vector<std::string> codes;
  for (const audit::Finding& finding : report.findings) {
    if (std::ranges::find(codes, finding.code) == codes.end()) {
      codes.push_back(finding.code);
    }
  }
  std::string out;
  for (const std::string& code : codes) {
    std::vector<const audit::Finding*> its;
    for (const audit::Finding& finding : report.findings) {
      if (finding.code == code) {
        its.push_back(&finding);
      }
    }
    out += card(code, its);
  }
  return out;
}

}  // namespace envlift::report
