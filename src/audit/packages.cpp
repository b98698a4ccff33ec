#include "audit/packages.hpp"

#include "audit/package_records.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace envlift::audit {

namespace {

bool is_installed_by_conda(const Package& distribution, const std::set<std::string>& conda_files)
{
  return conda_files.contains(distribution.place) || conda_files.contains(distribution.place + "/METADATA") ||
         conda_files.contains(distribution.place + "/PKG-INFO");
}

}   // namespace

Packages::Packages(const Tree& tree)
{
  for (Package& package : system_packages(tree)) {
    add(std::move(package), tree);
  }
  // A conda package of a Python library brings a dist-info folder: one package, not two.
  std::set<std::string> conda_files;
  for (Package& package : conda_packages(tree)) {
    std::ranges::copy_if(
        package.files, std::inserter(conda_files, conda_files.end()), [](const std::string& path) {
          return path.ends_with(".egg-info") || path.ends_with("/METADATA") || path.ends_with("/PKG-INFO");
        });
    add(std::move(package), tree);
  }
  for (Package& package : pip_packages(tree)) {
    if (!is_installed_by_conda(package, conda_files)) {
      add(std::move(package), tree);
    }
  }
  add_bytecode(tree);
}

void Packages::add(Package package, const Tree& tree)
{
  std::set<const File*> counted;   // hard links share their bytes
  for (const std::string& path : package.files) {
    owners_.insert_or_assign(path, all_.size());
    const TreeFile* file = tree.find(path);
    if (file != nullptr && file->file->kind == image::EntryKind::file && counted.insert(file->file).second) {
      package.bytes += file->file->size;
    }
  }
  all_.push_back(std::move(package));
}

// Bytecode that was compiled after the installation stands in no list.
void Packages::add_bytecode(const Tree& tree)
{
  for (const auto& [path, file] : tree.files()) {
    if (!path.ends_with(".pyc") || owners_.contains(path)) {
      continue;
    }
    if (const auto source = owners_.find(source_of(path)); source != owners_.end()) {
      Package& package = all_[source->second];
      package.files.push_back(path);
      package.bytes += file.file->kind == image::EntryKind::file ? file.file->size : 0;
      owners_.emplace(path, source->second);
    }
  }
}

std::optional<std::size_t> Packages::index_of(std::string_view path) const
{
  path.remove_prefix(path.starts_with('/') ? 1 : 0);   // as findings have it
  auto owner = owners_.find(path);
  if (owner == owners_.end()) {
    owner = owners_.find(source_of(path));
  }
  return owner == owners_.end() ? std::nullopt : std::optional(owner->second);
}

std::string Packages::owner_of(std::string_view path) const
{
  const auto owner = index_of(path);
  return owner ? all_[*owner].name : std::string();
}

}   // namespace envlift::audit
