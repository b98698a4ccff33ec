#include "input/hashes.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// Of the hashes that pip takes, in their order.
constexpr std::array<std::size_t, k_pip_hashes.size()> k_digits = {64, 96, 128};

struct Unhashed {
  std::string name;
  diag::Span place;
};

// A repository, a folder and a file of the project are no downloads that a hash could be compared with.
bool needs_hash(const environment::PipPackage& package)
{
  return package.hashes.empty() && package.path.empty() && !package.editable &&
         !package.url.starts_with("git+") && !has_hash_in_url(package.url);
}

// In the order of the environment, but for those whose hash or place is refused already.
std::vector<Unhashed> unhashed_packages(const ReadResult& result)
{
  std::set<std::pair<std::size_t, std::size_t>> refused;
  for (const diag::Diagnostic& finding : result.diagnostics.all()) {
    if (finding.severity == diag::Severity::error) {
      refused.emplace(finding.span.line, finding.span.column);
    }
  }
  std::vector<Unhashed> found;
  const auto add = [&](const std::string& name, const diag::Span& place) {
    if (!refused.contains({place.line, place.column})) {
      found.push_back({name, place});
    }
  };
  for (const environment::CondaPackage& package : result.environment.conda) {
    // A row without a URL is a refused package's.
    if (result.environment.conda_locked && !package.url.empty() && package.md5.empty() &&
        package.sha256.empty()) {
      add(package.name, package.span);
    }
  }
  for (const environment::PipPackage& package : result.environment.pip) {
    if (result.environment.pip_locked && needs_hash(package)) {
      add(package.name.empty() ? package.requirement : package.name, package.span);
    }
  }
  return found;
}

}  // namespace

std::optional<Complaint> check_pip_hash(std::string_view hash)
{
  const std::size_t colon = hash.find(':');
  const std::string_view name = hash.substr(0, colon);
  const auto known = std::ranges::find(k_pip_hashes, name);
  if (colon == std::string_view::npos || known == k_pip_hashes.end()) {
    return Complaint{"EL0311", fmt::format("pip takes no `{}` as a hash", text::shown(name)),
                     "write `sha256:…`; sha384 and sha512 are taken too"};
  }
  const std::string_view digits = hash.substr(colon + 1);
  const std::size_t due = k_digits[static_cast<std::size_t>(known - k_pip_hashes.begin())];
  if (digits.size() != due || !text::is_hex(digits)) {
    return Complaint{"EL0311", fmt::format("a {} hash has {} hexadecimal digits", name, due),
                     "copy the hash again; `pip hash FILE` computes it"};
  }
  return std::nullopt;
}

bool has_hash_in_url(const std::string& url)
{
  constexpr std::array<std::string_view, 6> names = {"sha256", "sha384", "sha512", "sha224", "sha1", "md5"};
  return std::ranges::any_of(names,
                             [&](std::string_view name) { return !fragment_value(url, name).empty(); });
}

void note_unhashed(std::string_view relock, ReadResult& result)
{
  const std::vector<Unhashed> found = unhashed_packages(result);
  if (found.empty()) {
    return;
  }
  const bool is_one = found.size() == 1;
  auto& finding = result.diagnostics.add(
      "EL0245",
      is_one ? fmt::format("`{}` has no hash: nothing checks what is downloaded",
                           text::shown(found.front().name))
             : fmt::format("{} packages have no hash: nothing checks what is downloaded", found.size()),
      fmt::format("write the file again with `{}`, from an index or a channel that tells hashes", relock),
      found.front().place);
  constexpr std::size_t k_most = 10;
  for (std::size_t i = 0; !is_one && i < std::min(k_most, found.size()); ++i) {
    finding.notes.push_back(found[i].place.line == 0 ? text::shown(found[i].name)
                                                     : fmt::format("line {}: {}", found[i].place.line,
                                                                   text::shown(found[i].name)));
  }
  if (found.size() > k_most) {
    finding.notes.push_back(fmt::format("and {} more", found.size() - k_most));
  }
}

}  // namespace envlift::input
