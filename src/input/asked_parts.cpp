#include "input/asked_parts.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

std::string_view word(PartKind kind)
{
  return kind == PartKind::group ? "group" : "extra";
}

std::string quoted_list(const std::vector<std::string>& names)
{
  constexpr std::size_t k_most = 12;
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    if (quoted.size() == k_most) {
      quoted.emplace_back("…");
      break;
    }
    quoted.push_back(fmt::format("`{}`", text::printable(name)));
  }
  return text::join(quoted, ", ");
}

}  // namespace

std::set<std::string> asked_parts(PartKind kind, const std::vector<std::string>& asked,
                                  const std::vector<std::string>& there, const std::string& file,
                                  diag::Diagnostics& diagnostics)
{
  std::set<std::string> known;
  for (const std::string& name : there) {
    known.insert(environment::normalize_name(name));
  }
  std::set<std::string> found;
  for (const std::string& name : asked) {
    const std::string normal = environment::normalize_name(name);
    if (known.contains(normal)) {
      found.insert(normal);
      continue;
    }
    const auto near = text::nearest(normal, {known.begin(), known.end()});
    const std::string otherwise = fmt::format("remove --{} {}", word(kind), text::printable(name));
    diagnostics.add(kind == PartKind::group ? "EL0410" : "EL0411",
                    fmt::format("{} has no {} `{}`", file, word(kind), text::printable(name)),
                    fmt::format("{} {}", near ? fmt::format("did you mean `{}`?", *near) : otherwise + ":",
                                there.empty() ? fmt::format("the file has no {}s", word(kind))
                                              : fmt::format("the file has {}", quoted_list(there))),
                    {.file = file});
  }
  return found;
}

std::string not_asked_reason(PartKind kind, std::string_view name)
{
  return fmt::format("belongs to the {} `{}`, which is not asked for", word(kind), text::printable(name));
}

namespace {

// Of the first package that belongs to one of them.
diag::Span place_of_left_out(const std::vector<std::string>& groups, const std::vector<std::string>& extras,
                             const environment::Environment& environment, diag::Span otherwise)
{
  std::set<std::string> reasons;
  for (const std::string& group : groups) {
    reasons.insert(not_asked_reason(PartKind::group, group));
  }
  for (const std::string& extra : extras) {
    reasons.insert(not_asked_reason(PartKind::extra, extra));
  }
  const auto found = std::ranges::find_if(environment.dropped, [&](const environment::Dropped& dropped) {
    return dropped.span.line != 0 && reasons.contains(dropped.reason);
  });
  return found == environment.dropped.end() ? std::move(otherwise) : found->span;
}

}  // namespace

void note_left_out(const std::vector<std::string>& groups, const std::vector<std::string>& extras,
                   diag::Span otherwise, ReadResult& result)
{
  if (groups.empty() && extras.empty()) {
    return;
  }
  std::vector<std::string> parts;
  std::vector<std::string> hints;
  if (!groups.empty()) {
    parts.push_back(
        fmt::format("{} {}", groups.size() == 1 ? "the group" : "the groups", quoted_list(groups)));
    hints.push_back(fmt::format("--group {}", text::printable(groups.front())));
  }
  if (!extras.empty()) {
    parts.push_back(
        fmt::format("{} {}", extras.size() == 1 ? "the extra" : "the extras", quoted_list(extras)));
    hints.push_back(fmt::format("--extra {}", text::printable(extras.front())));
  }
  const bool is_one = groups.size() + extras.size() == 1;
  result.diagnostics.add(
      "EL0415", fmt::format("{} {} not installed", text::join(parts, " and "), is_one ? "is" : "are"),
      fmt::format("ask for what the function needs with {}", text::join(hints, " or ")),
      place_of_left_out(groups, extras, result.environment, std::move(otherwise)));
}

}  // namespace envlift::input
