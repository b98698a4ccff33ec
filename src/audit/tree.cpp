#include "audit/tree.hpp"

#include "base/path.hpp"


#include <algorithm>
#include <iterator>

namespace envlift::audit {

namespace {

constexpr std::size_t most_links = 40;   // the kernel's MAXSYMLINKS

bool lies_below(std::string_view path, std::string_view folder)
{
  return folder.empty() ||
         (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

// The first path after everything below `folder`: '0' follows '/'.
std::string after(std::string_view folder)
{
  return std::string(folder) + '0';
}

bool is_symlink(const TreeFile* file)
{
  return file != nullptr && file->file->kind == image::EntryKind::symlink;
}

}   // namespace

Tree::Tree(const ImageFacts& facts)
{
  for (std::size_t i = 0; i < facts.image.layers.size(); ++i) {
    const std::size_t visit = facts.image.layers[i].visit;
    if (visit < facts.layers.size()) {
      add_layer(facts.layers[visit], i);
    }
  }
}

// Removals are of what lower layers have; a layer never removes what it brings.
void Tree::add_layer(const LayerFacts& layer, std::size_t index)
{
  for (const std::string& folder : layer.opaque_folders) {
    remove_below(place_of(folder));
  }
  for (const std::string& path : layer.whiteouts) {
    const std::string place = place_of(path);
    remove_below(place);
    files_.erase(place);
  }
  std::string_view folder;
  std::string folder_place;
  for (const auto& [path, file] : layer.files) {
    if (folder != path::folder_of(path) || folder.empty()) {
      folder = path::folder_of(path);
      folder_place = folder.empty() ? std::string() : place_of(folder);
      if (const TreeFile* link = find(folder_place); is_symlink(link)) {
        folder_place = resolve(folder_place);
      }
    }
    const std::string place = path::joined(folder_place, path::file_name(path));
    if (file.kind != image::EntryKind::folder) {
      remove_below(place);
    }
    files_.insert_or_assign(place, TreeFile{&file, index});
  }
  link_hard_links(layer, index);
}

void Tree::link_hard_links(const LayerFacts& layer, std::size_t index)
{
  for (const auto& [path, file] : layer.files) {
    if (file.kind != image::EntryKind::hardlink) {
      continue;
    }
    const TreeFile* target = find(place_of(file.target));
    for (std::size_t i = 0; i < most_links && target != nullptr; ++i) {
      if (target->file->kind != image::EntryKind::hardlink) {
        files_.insert_or_assign(place_of(path), TreeFile{target->file, index});
        break;
      }
      target = find(place_of(target->file->target));
    }
  }
}

void Tree::remove_below(std::string_view folder)
{
  if (folder.empty()) {
    files_.clear();
    return;
  }
  const auto first = files_.lower_bound(std::string(folder) + '/');
  if (first != files_.end() && lies_below(first->first, folder)) {
    files_.erase(first, files_.lower_bound(after(folder)));
  }
}

// Where an entry of a layer comes to lie: symlinks of the folders above it are followed, as those do that unpack it.
std::string Tree::place_of(std::string_view path) const
{
  for (std::string_view folder = path::folder_of(path); !folder.empty(); folder = path::folder_of(folder)) {
    if (is_symlink(find(folder))) {
      const std::string place = resolve(folder);
      return place.empty() ? std::string(path) : place_of(path::joined(place, path.substr(folder.size() + 1)));
    }
  }
  return std::string(path);
}

const TreeFile* Tree::find(std::string_view path) const
{
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

// A folder that has an entry, or that none of the layers has although its content is there.
bool Tree::is_folder(std::string_view path) const
{
  if (const TreeFile* file = find(path)) {
    return file->file->kind == image::EntryKind::folder;
  }
  const auto below = files_.lower_bound(std::string(path) + '/');
  return path.empty() || (below != files_.end() && lies_below(below->first, path));
}

std::string Tree::resolve(std::string_view path) const
{
  std::string rest(path);   // what is still to be walked
  std::string at;   // a folder, free of symlinks
  std::size_t links = 0;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    rest = slash == std::string::npos ? std::string() : rest.substr(slash + 1);
    if (name.empty() || name == ".") {
      continue;
    }
    if (name == "..") {
      at.resize(path::folder_of(at).size());
      continue;
    }
    const std::string next = path::joined(at, name);
    const TreeFile* file = find(next);
    if (is_symlink(file)) {
      const std::string& target = file->file->target;
      if (++links > most_links || target.empty()) {
        return {};
      }
      at = target.starts_with('/') ? std::string() : at;
      rest = slash == std::string::npos ? target : target + '/' + rest;
      continue;
    }
    const bool is_last = slash == std::string::npos;
    if (is_last ? file == nullptr && !is_folder(next) : !is_folder(next)) {
      return {};
    }
    at = next;
  }
  return at;
}

const TreeFile* Tree::open(std::string_view path) const
{
  const std::string place = resolve(path);
  return place.empty() ? nullptr : find(place);
}

std::vector<std::string> Tree::list(std::string_view folder) const
{
  std::vector<std::string> names;
  const std::string start = folder.empty() ? std::string() : std::string(folder) + '/';
  for (auto at = files_.lower_bound(start); at != files_.end() && lies_below(at->first, folder);) {
    const std::string_view below = std::string_view(at->first).substr(start.size());
    const std::string name(below.substr(0, below.find('/')));
    names.push_back(name);
    // Names like "a-b" sort between "a" and "a/c": only what lies below `name` is passed over.
    at = below.size() == name.size() ? std::next(at) : files_.lower_bound(after(start + name));
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}   // namespace envlift::audit
