#include "suite/init_profile.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace envlift::suite {

namespace {

constexpr double k_us_per_ms = 1000;

// Microseconds of a column, in milliseconds.
std::optional<double> milliseconds(std::string_view column)
{
  const std::string_view digits = text::trim(column);
  unsigned long us = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), us);
  return error == std::errc{} && end == digits.data() + digits.size()
             ? std::optional(static_cast<double>(us) / k_us_per_ms)
             : std::nullopt;
}

std::string package_of(const std::string& module)
{
  return module.substr(0, module.find('.'));
}

// `outer`: the packages whose time this import is part of already.
void add_costs(const Import& import, std::vector<std::string>& outer,
               std::map<std::string, ImportCost>& costs)
{
  const std::string package = package_of(import.name);
  ImportCost& cost = costs[package];
  cost.package = package;
  cost.own_ms += import.self_ms;
  ++cost.modules;
  if (std::ranges::find(outer, package) == outer.end()) {
    cost.cumulative_ms += import.cumulative_ms;
  }
  outer.push_back(package);
  for (const Import& inner : import.imports) {
    add_costs(inner, outer, costs);
  }
  outer.pop_back();
}

}   // namespace

bool read_import_line(std::string_view line, ImportLine& import)
{
  constexpr std::string_view mark = "import time:";
  if (!line.starts_with(mark)) {
    return false;
  }
  line.remove_prefix(mark.size());
  const std::size_t first = line.find('|');
  const std::size_t second = first == std::string_view::npos ? first : line.find('|', first + 1);
  if (second == std::string_view::npos || second + 2 > line.size()) {
    return false;
  }
  const auto self = milliseconds(line.substr(0, first));
  const auto cumulative = milliseconds(line.substr(first + 1, second - first - 1));
  const std::string_view indented = line.substr(second + 2);
  const std::size_t indent = std::min(indented.find_first_not_of(' '), indented.size());
  import = {self.value_or(0), cumulative.value_or(0), indent / 2, text::trim(indented)};
  return self && cumulative && !import.name.empty();
}

bool ImportTree::add(const ImportLine& line)
{
  if (count_ >= k_most_imports || line.depth > k_deepest_import) {
    return false;
  }
  ++count_;
  Import import{text::printable(line.name.substr(0, k_longest_module)), line.self_ms, line.cumulative_ms, {}};
  auto first = open_.end();
  while (first != open_.begin() && std::prev(first)->depth > line.depth) {
    --first;
  }
  std::transform(first, open_.end(), std::back_inserter(import.imports),
                 [](Open& open) { return std::move(open.import); });
  open_.erase(first, open_.end());
  open_.push_back({line.depth, std::move(import)});
  return true;
}

std::vector<Import> ImportTree::take()
{
  std::vector<Import> imports;
  std::ranges::transform(open_, std::back_inserter(imports),
                         [](Open& open) { return std::move(open.import); });
  open_.clear();
  return imports;
}

std::vector<ImportCost> import_costs(const std::vector<Import>& imports)
{
  std::map<std::string, ImportCost> by_name;
  std::vector<std::string> outer;
  for (const Import& import : imports) {
    add_costs(import, outer, by_name);
  }
  std::vector<ImportCost> costs;
  std::ranges::transform(by_name, std::back_inserter(costs), [](auto& one) { return std::move(one.second); });
  std::ranges::stable_sort(costs, std::ranges::greater{}, &ImportCost::own_ms);
  return costs;
}

std::string most_expensive(const InitProfile& profile, std::size_t most)
{
  std::vector<std::string> words;
  for (const ImportCost& cost : import_costs(profile.imports)) {
    if (words.size() == most) {
      break;
    }
    words.push_back(fmt::format("{} {:.0f} ms", cost.package, cost.own_ms));
  }
  return text::join(words, ", ");
}

}   // namespace envlift::suite
