#include "report/contents.hpp"

#include "base/text.hpp"
#include "base/version.hpp"
#include "report/contents_words.hpp"
#include "report/html.hpp"
#include "report/page_lists.hpp"
#include "report/page_map.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;
using audit::Contents;
using audit::Part;
using audit::Piece;

struct PartBytes {
  Part part = Part::base;
  unsigned long long bytes = 0;
};

std::vector<PartBytes> parts_of(const Contents& contents)
{
  std::vector<PartBytes> parts;
  for (const Piece& piece : contents.pieces) {
    const auto known = std::ranges::find(parts, piece.part, &PartBytes::part);
    if (known == parts.end()) {
      parts.push_back({piece.part, piece.bytes});
    }
    else {
      known->bytes += piece.bytes;
    }
  }
  std::ranges::sort(parts, {}, &PartBytes::part);
  return parts;
}

std::string_view words_for(Part part)
{
  switch (part) {
    case Part::conda: return "conda packages";
    case Part::pip: return "pip packages";
    case Part::system: return "system packages";
    case Part::unowned: return "of no package";
    default: return audit::name_of(part);
  }
}

std::string stack(const std::vector<PartBytes>& parts)
{
  std::string out;
  for (const PartBytes& one : parts) {
    out += fmt::format(R"(<span class="{}" style="flex:{} 1 0"></span>)", class_of(one.part),
                       std::max(one.bytes, 1ULL));
  }
  return out;
}

std::string legend(const std::vector<PartBytes>& parts)
{
  unsigned long long whole = 0;
  for (const PartBytes& one : parts) {
    whole += one.bytes;
  }
  std::string out;
  for (const PartBytes& one : parts) {
    out += fmt::format(R"(<li class="{}"><i></i>{} <b>{}</b> <span class="soft">{}</span></li>)",
                       class_of(one.part), words_for(one.part), text::human_bytes(one.bytes),
                       percent(one.bytes, whole));
  }
  return out;
}

std::string spare_sentence(const Contents& contents)
{
  const std::string spare = spare_of(contents);
  return spare.empty() ? "" : fmt::format(" {}.", html(spare));
}

std::string lead(const ImageReport& report)
{
  const Contents& contents = report.contents;
  const auto count = [&](diag::Severity severity) {
    return static_cast<std::size_t>(std::ranges::count(report.findings, severity, &audit::Finding::severity));
  };
  const std::size_t errors = count(diag::Severity::error);
  const std::size_t warnings = count(diag::Severity::warning);
  const std::string verdict = errors + warnings == 0
                                  ? "The audit found nothing that would fail"
                                  : fmt::format("The audit found {} and {}", text::counted(errors, "error"),
                                                text::counted(warnings, "warning"));
  return fmt::format(
      "<b>{}</b> in {} for {}: {} of the base image, <b>{} over it</b>. <a href=\"#findings\">{}</a>.{}",
      text::human_bytes(contents.bytes), text::counted(contents.layers.size(), "layer"),
      html(contents.platform), text::human_bytes(contents.base_bytes),
      text::human_bytes(contents.bytes - contents.base_bytes), verdict, spare_sentence(contents));
}

std::string packages_intro(const Contents& contents)
{
  const auto count = static_cast<std::size_t>(std::ranges::count_if(
      contents.pieces, [](const Piece& piece) { return piece.part != Part::base && !piece.name.empty(); }));
  return fmt::format("{}, and what else lies over the base. Open a row for its folders, largest first.",
                     text::counted(count, "package"));
}

std::string layers_intro(const Contents& contents)
{
  const bool is_packed =
      std::ranges::any_of(contents.layers, [](const audit::LayerContents& one) { return one.stored > 0; });
  return is_packed ? "A registry keeps a layer for as long as its bytes are the same. Sizes are of the "
                     "packed layers."
                   : "A registry keeps a layer for as long as its bytes are the same. Sizes are unpacked; a "
                     "push packs them.";
}

Json piece_json(const Piece& piece, std::size_t index)
{
  Json object;
  object["id"] = index;
  object["title"] = title_of(piece);
  object["part"] = std::string(class_of(piece.part));
  object["name"] = text::shown(piece.name);
  object["version"] = text::shown(piece.version);
  object["bytes"] = piece.bytes;
  object["files"] = piece.files;
  object["layer"] = piece.layer + 1;
  if (piece.installed) {
    object["installed"] = {{"bytes", piece.installed->bytes},
                           {"left_out", piece.installed->left_out},
                           {"reduced", piece.installed->reduced}};
  }
  object["folders"] = Json::array();
  for (const audit::Share& share : piece.shares) {
    object["folders"].push_back(
        {{"path", text::shown(share.path)}, {"bytes", share.bytes}, {"files", share.files}});
  }
  return object;
}

std::string data(const ImageReport& report)
{
  const Contents& contents = report.contents;
  Json json;
  json["schema"] = 1;
  json["image"] = text::shown(report.image);
  json["platform"] = text::shown(contents.platform);
  json["bytes"] = contents.bytes;
  json["base_bytes"] = contents.base_bytes;
  json["pieces"] = Json::array();
  for (std::size_t i = 0; i < contents.pieces.size(); ++i) {
    json["pieces"].push_back(piece_json(contents.pieces[i], i));
  }
  json["layers"] = Json::array();
  for (std::size_t i = 0; i < contents.layers.size(); ++i) {
    const audit::LayerContents& layer = contents.layers[i];
    Json row = {{"number", i + 1},
                {"diff_id", text::shown(layer.diff_id)},
                {"title", title_of(contents, i)},
                {"bytes", layer.bytes},
                {"hidden", layer.hidden},
                {"pushed_again", pushed_again(contents, i)}};
    if (layer.stored > 0) {
      row["stored"] = layer.stored;
    }
    json["layers"].push_back(std::move(row));
  }
  return script_json(json.dump(-1, ' ', true, Json::error_handler_t::replace));
}

}  // namespace

std::map<std::string, std::string> contents_page(const ImageReport& report)
{
  const Contents& contents = report.contents;
  const std::vector<PartBytes> parts = parts_of(contents);
  return {{"title", html("envlift: " + report.image)},
          {"image", html(report.image)},
          {"lead", lead(report)},
          {"stack", stack(parts)},
          {"legend", legend(parts)},
          {"own_bytes", text::human_bytes(contents.bytes - contents.base_bytes)},
          {"maps", page_maps(report)},
          {"packages_intro", packages_intro(contents)},
          {"packages", package_rows(report)},
          {"layers_intro", layers_intro(contents)},
          {"pushes", push_rows(contents)},
          {"layers", layer_rows(contents)},
          {"left_out", left_out_rows(contents)},
          {"findings", finding_cards(report)},
          {"footer", fmt::format("Made by envlift {}: <code>envlift report {} -o FILE</code>", k_version,
                                 html(text::shell_quote(report.image)))},
          {"data", data(report)}};
}

}  // namespace envlift::report
