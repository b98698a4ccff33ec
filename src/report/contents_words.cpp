#include "report/contents_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace envlift::report {

namespace {

using audit::Change;
using audit::LayerContents;
using audit::Part;
using audit::Piece;

bool is_package(const Piece& piece)
{
  return piece.part == Part::conda || piece.part == Part::pip || piece.part == Part::system;
}

std::vector<const Piece*> packages_of(const audit::Contents& contents, const LayerContents& layer)
{
  std::vector<const Piece*> packages;
  for (const audit::LayerPart& part : layer.parts) {
    if (const Piece& piece = contents.pieces[part.piece]; is_package(piece)) {
      packages.push_back(&piece);
    }
  }
  return packages;
}

// "/bin/sh -c #(nop) COPY a b # buildkit" -> "COPY a b".
std::string instruction(std::string_view made_by)
{
  for (const std::string_view begin : {"/bin/sh -c #(nop) ", "/bin/sh -c "}) {
    made_by.remove_prefix(made_by.starts_with(begin) ? begin.size() : 0);
  }
  constexpr std::string_view k_end = "# buildkit";
  made_by.remove_suffix(made_by.ends_with(k_end) ? k_end.size() : 0);
  return text::shown(text::trim(made_by));
}

// The largest layer that changes for this reason.
std::optional<std::size_t> largest(const audit::Contents& contents, Change change)
{
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < contents.layers.size(); ++i) {
    const bool is_one = contents.layers[i].change == change;
    if (is_one && (!found || pushed_bytes(contents.layers[i]) > pushed_bytes(contents.layers[*found]))) {
      found = i;
    }
  }
  return found;
}

Push all_of(const audit::Contents& contents, std::string when, Change change)
{
  Push push{std::move(when), "", 0};
  std::size_t count = 0;
  for (const LayerContents& layer : contents.layers) {
    if (layer.change == change) {
      push.bytes += pushed_bytes(layer);
      ++count;
    }
  }
  push.what = count > 0 ? text::counted(count, "layer") : "";
  return push;
}

}  // namespace

std::string title_of(const Piece& piece)
{
  if (!is_package(piece)) {
    return std::string(audit::name_of(piece.part));
  }
  return text::shown(piece.version.empty() ? piece.name : piece.name + " " + piece.version);
}

std::string title_of(const audit::Contents& contents, std::size_t index)
{
  constexpr std::string_view k_ours = "envlift: ";
  const LayerContents& layer = contents.layers[index];
  const std::string_view made_by = layer.made_by;
  if (made_by.starts_with(k_ours)) {
    return text::shown(made_by.substr(k_ours.size()));
  }
  const auto packages = packages_of(contents, layer);
  switch (layer.change) {
    case Change::base:
      return contents.base_layers == 1 ? "base image" : fmt::format("base image, part {}", index + 1);
    case Change::code: return "code";
    case Change::launcher: return "launcher";
    case Change::environment: return "of no package";
    case Change::package:
      return packages.size() == 1 ? title_of(*packages.front()) : text::counted(packages.size(), "package");
    case Change::step: break;
  }
  const std::string made = instruction(made_by);
  return made.empty() ? "a build step" : made;
}

std::string holds(const audit::Contents& contents, std::size_t index)
{
  const auto packages = packages_of(contents, contents.layers[index]);
  if (packages.size() < 2) {
    return "";
  }
  constexpr std::size_t k_named = 6;
  std::vector<std::string> names;
  for (const Piece* piece : packages) {
    names.push_back(text::shown(piece->name));
  }
  // One more name is as short as "and 1 more".
  if (names.size() <= k_named + 1) {
    return text::join(names, ", ");
  }
  const std::size_t more = names.size() - k_named;
  names.resize(k_named);
  return fmt::format("{} and {} more", text::join(names, ", "), more);
}

std::string pushed_again(const audit::Contents& contents, std::size_t index)
{
  const LayerContents& layer = contents.layers[index];
  const auto packages = packages_of(contents, layer);
  switch (layer.change) {
    case Change::code: return "with every edit of your code";
    case Change::environment: return "when the environment changes";
    case Change::launcher: return "when envlift or the base changes";
    case Change::base: return "when the base image is updated";
    case Change::step: return "when its build step changes";
    case Change::package: break;
  }
  return packages.size() == 1 ? fmt::format("when {} changes", text::shown(packages.front()->name))
                              : fmt::format("when one of {} packages changes", packages.size());
}

std::string spare_of(const audit::Contents& contents)
{
  return contents.spare_bytes == 0 ? ""
                                   : fmt::format("{} of the base image are a Python and an SDK beside the "
                                                 "environment's: the strategy os-only "
                                                 "leaves them out",
                                                 text::human_bytes(contents.spare_bytes));
}

std::string percent(unsigned long long part, unsigned long long whole)
{
  if (part == 0 || whole == 0) {
    return "0%";
  }
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return share < 0.1 ? "<0.1%" : share < 9.95 ? fmt::format("{:.1f}%", share) : fmt::format("{:.0f}%", share);
}

unsigned long long pushed_bytes(const LayerContents& layer)
{
  return layer.stored > 0 ? layer.stored : layer.bytes;
}

std::vector<Push> pushes(const audit::Contents& contents)
{
  std::vector<Push> pushes = {all_of(contents, "an edit of your code", Change::code)};
  if (const auto layer = largest(contents, Change::package)) {
    const LayerContents& one = contents.layers[*layer];
    const auto packages = packages_of(contents, one);
    pushes.push_back({packages.size() == 1 ? fmt::format("another {}", text::shown(packages.front()->name))
                                           : "another version of a package",
                      packages.size() == 1 ? "1 layer, the largest"
                                           : fmt::format("1 layer of {} packages", packages.size()),
                      pushed_bytes(one)});
  }
  pushes.push_back(all_of(contents, "another result of a build step", Change::step));
  pushes.push_back(all_of(contents, "an update of the base image", Change::base));
  std::erase_if(pushes, [](const Push& push) { return push.bytes == 0; });
  return pushes;
}

audit::Installed all_installed(const audit::Contents& contents)
{
  audit::Installed sum;
  for (const Piece& piece : contents.pieces) {
    if (piece.installed) {
      sum.bytes += piece.installed->bytes;
      sum.left_out += piece.installed->left_out;
      sum.reduced += piece.installed->reduced;
    }
  }
  return sum;
}

}  // namespace envlift::report
