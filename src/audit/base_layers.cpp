#include "audit/base_layers.hpp"

#include "audit/names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace envlift::audit {

namespace {

constexpr std::array<std::string_view, 2> k_runtime_marks = {"var/runtime/bootstrap",
                                                             "var/runtime/bootstrap.py"};
constexpr std::array<std::string_view, 3> k_system_marks = {"etc/os-release", "usr/lib/os-release",
                                                            "etc/alpine-release"};
// What no base brings: the launcher's files, and an environment's prefix.
constexpr std::array<std::string_view, 2> k_own_folders = {"opt/envlift/", "opt/env/"};

bool is_base_python(std::string_view path)
{
  constexpr std::string_view k_begin = "var/lang/bin/python3.";
  return path.starts_with(k_begin) &&
         std::ranges::all_of(path.substr(k_begin.size()), [](char c) { return text::is_digit(c); });
}

bool has_base_python(const LayerFacts& layer)
{
  for (auto file = layer.files.lower_bound("var/lang/bin/python3."); file != layer.files.end(); ++file) {
    if (!file->first.starts_with("var/lang/bin/python3.")) {
      return false;
    }
    if (is_base_python(file->first)) {
      return true;
    }
  }
  return false;
}

bool has_own_folder(const LayerFacts& layer)
{
  return std::ranges::any_of(k_own_folders, [&](std::string_view folder) {
    const auto file = layer.files.lower_bound(std::string(folder));
    return file != layer.files.end() && file->first.starts_with(folder);
  });
}

template <typename Holds>
std::optional<std::size_t> lowest(const ImageFacts& facts, Holds holds)
{
  for (std::size_t i = 0; i < facts.image.layers.size(); ++i) {
    if (holds(layer_facts(facts, i))) {
      return i;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> lowest_with(const ImageFacts& facts, std::string_view path)
{
  return lowest(facts, [&](const LayerFacts& layer) { return layer.files.contains(std::string(path)); });
}

// The layer in which the base's runtime is complete: where its own files are there for the first time. An
// environment's launcher replaces some of them later.
std::optional<std::size_t> runtime_layer(const ImageFacts& facts)
{
  std::optional<std::size_t> last = lowest(facts, has_base_python);
  for (const std::string_view mark : k_runtime_marks) {
    if (const auto layer = lowest_with(facts, mark)) {
      last = std::max(last.value_or(0), *layer);
    }
  }
  const auto entry = last ? lowest_with(facts, "lambda-entrypoint.sh") : std::nullopt;
  return entry ? std::max(last, entry) : last;
}

std::optional<std::size_t> system_layer(const ImageFacts& facts)
{
  std::optional<std::size_t> first;
  for (const std::string_view mark : k_system_marks) {
    const auto layer = lowest_with(facts, mark);
    first = layer && (!first || *layer < *first) ? layer : first;
  }
  return first;
}

}  // namespace

const LayerFacts& layer_facts(const ImageFacts& facts, std::size_t index)
{
  return facts.layers.at(facts.image.layers.at(index).visit);
}

BaseLayers::BaseLayers(const Audited& image) : image_(image)
{
  auto last = runtime_layer(image.facts);
  if (!last) {
    last = system_layer(image.facts);
  }
  count_ = last ? *last + 1 : 0;
  if (const auto own = lowest(image.facts, has_own_folder)) {
    count_ = std::min(count_, *own);
  }
}

bool BaseLayers::has(std::string_view path) const
{
  const TreeFile* file = image_.tree.find(path);
  return file != nullptr && has(*file);
}

}  // namespace envlift::audit
