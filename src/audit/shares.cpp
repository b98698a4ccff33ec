#include "audit/shares.hpp"

#include "base/path.hpp"

#include <algorithm>

namespace envlift::audit {

namespace {

// Of the whole piece: what is smaller is not worth a box of its own.
constexpr double k_least = 0.004;
// A folder that is larger says too little.
constexpr double k_most = 0.06;
constexpr std::size_t k_room = 6;

}  // namespace

void FolderBytes::add(std::string_view path, unsigned long long bytes)
{
  Node* at = &root_;
  while (true) {
    at->bytes += bytes;
    ++at->files;
    if (path.empty()) {
      return;
    }
    const std::size_t slash = path.find('/');
    at = &at->inside[std::string(path.substr(0, slash))];
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
}

// The index of the folder with the most bytes; parts.size() where there are only files.
std::size_t FolderBytes::largest_folder(const std::vector<Part>& parts)
{
  std::size_t best = parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_folder = !parts[i].node->inside.empty();
    if (is_folder && (best == parts.size() || parts[i].node->bytes > parts[best].node->bytes)) {
      best = i;
    }
  }
  return best;
}

// Puts what the folder holds in its place: the largest, as many as there is room for.
void FolderBytes::split(std::vector<Part>& parts, std::size_t at, const Limits& limits, Share& rest)
{
  const Part folder = parts[at];
  parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at));
  std::vector<Part> inside;
  for (const auto& [name, node] : folder.node->inside) {
    inside.push_back({path::joined(folder.path, name), &node});
  }
  std::ranges::stable_sort(inside, std::ranges::greater{}, [](const Part& part) { return part.node->bytes; });
  for (const Part& part : inside) {
    if (part.node->bytes > limits.least && parts.size() < limits.most) {
      parts.push_back(part);
    }
    else {
      rest.bytes += part.node->bytes;
      rest.files += part.node->files;
    }
  }
}

std::vector<Share> FolderBytes::shares(std::size_t most) const
{
  const auto whole = static_cast<double>(root_.bytes);
  const Limits limits{most, static_cast<unsigned long long>(whole * k_least)};
  std::vector<Part> parts = {{"", &root_}};
  Share rest;
  // A folder that can only be split into a few is better whole.
  for (std::size_t at = 0; at < parts.size() && parts.size() + k_room <= most; at = largest_folder(parts)) {
    const bool is_large = static_cast<double>(parts[at].node->bytes) > whole * k_most;
    if (!is_large && !parts[at].path.empty()) {
      break;
    }
    split(parts, at, limits, rest);
  }
  std::ranges::stable_sort(parts, std::ranges::greater{}, [](const Part& part) { return part.node->bytes; });
  std::vector<Share> shares;
  for (const Part& part : parts) {
    const bool is_folder = !part.node->inside.empty();
    shares.push_back({part.path + (is_folder ? "/" : ""), part.node->bytes, part.node->files});
  }
  if (rest.files > 0) {
    shares.push_back(rest);
  }
  return shares;
}

}  // namespace envlift::audit
