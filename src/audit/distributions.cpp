// Python distributions: *.dist-info (wheels) and *.egg-info (setuptools and distutils).
#include "audit/package_records.hpp"

#include "audit/texts.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <set>
#include <utility>

namespace envlift::audit {

namespace {

bool is_distribution(std::string_view name)
{
  // pip renames what it could not remove to "~umpy-1.26.4.dist-info".
  return (name.ends_with(".dist-info") || name.ends_with(".egg-info")) && !name.starts_with('~');
}

// The dist-info folders, egg-info folders and egg-info files; also of folders that no layer has an entry for.
std::set<std::string, std::less<>> places(const Tree& tree)
{
  std::set<std::string, std::less<>> places;
  for (const auto& [path, file] : tree.files()) {
    const std::string_view folder = path::folder_of(path);
    if (is_distribution(path::file_name(path))) {
      places.insert(path);
    }
    else if (is_distribution(path::file_name(folder)) && !places.contains(folder)) {
      places.emplace(folder);
    }
  }
  return places;
}

std::string header(std::string_view metadata, std::string_view name)
{
  for (const std::string_view line : text::lines(metadata)) {
    if (line.empty()) {
      break;
    }
    if (line.starts_with(name) && line.substr(name.size()).starts_with(":")) {
      return std::string(text::trim(line.substr(name.size() + 1)));
    }
  }
  return {};
}

// "numpy-1.26.4.dist-info", "six-1.16.0-py3.11.egg-info" where the metadata does not say.
void name_by_place(Package& package)
{
  const std::string_view name = path::file_name(package.place);
  const auto parts = text::split(name.substr(0, name.rfind('.')), '-');
  package.name = package.name.empty() ? std::string(parts[0]) : package.name;
  if (package.version.empty() && parts.size() > 1) {
    package.version = parts[1];
  }
}

void add_tags(std::string_view wheel, Package& package)
{
  for (const std::string_view line : text::lines(wheel)) {
    if (line.starts_with("Tag:")) {
      package.tags.emplace_back(text::trim(line.substr(4)));
    }
  }
}

// Everything at and below a path.
void add_below(const Tree& tree, const std::string& path, Package& package)
{
  for (auto at = tree.files().lower_bound(path + '/');
       at != tree.files().end() && at->first.starts_with(path + '/'); ++at) {
    if (at->second.file->kind != image::EntryKind::folder) {
      package.files.push_back(at->first);
    }
  }
  if (const TreeFile* file = tree.find(path);
      file != nullptr && file->file->kind != image::EntryKind::folder) {
    package.files.push_back(path);
  }
}

// Where there is no list of files: the modules that it says to bring, or those of its name.
void add_modules(const Tree& tree, Package& package)
{
  std::vector<std::string> modules;
  const std::string_view top_level = text_of(tree, package.place + "/top_level.txt");
  for (const std::string_view line : text::lines(top_level)) {
    if (!text::trim(line).empty()) {
      modules.emplace_back(text::trim(line));
    }
  }
  if (modules.empty()) {
    modules.push_back(text::replace_all(package.name, "-", "_"));
  }
  for (const std::string& module : modules) {
    add_below(tree, path::joined(package.site, module), package);
    add_below(tree, path::joined(package.site, module + ".py"), package);
  }
  add_below(tree, package.place, package);
}

void add_files(const Tree& tree, Package& package)
{
  const std::string_view record = text_of(tree, package.place + "/RECORD");
  const std::string_view installed = text_of(tree, package.place + "/installed-files.txt");
  for (const std::string_view line : text::lines(record)) {
    if (!line.empty()) {
      package.files.push_back(path::joined(package.site, record_path(line)));
      package.installed.push_back(record_size(line));
      package.sums.emplace_back(record_sum(line));
    }
  }
  for (const std::string_view line : text::lines(installed)) {
    if (!line.empty()) {
      package.files.push_back(path::joined(package.place, line));
    }
  }
  if (package.files.empty()) {
    add_modules(tree, package);
  }
}

}   // namespace

std::vector<Package> pip_packages(const Tree& tree)
{
  std::vector<Package> packages;
  for (const std::string& place : places(tree)) {
    std::string_view metadata = text_of(tree, place + "/METADATA");
    metadata = metadata.empty() ? text_of(tree, place + "/PKG-INFO") : metadata;
    metadata = metadata.empty() ? text_of(tree, place) : metadata;
    Package package;
    package.place = place;
    package.site = path::folder_of(place);
    package.name = header(metadata, "Name");
    package.version = header(metadata, "Version");
    name_by_place(package);
    package.name = environment::normalize_name(package.name);
    add_tags(text_of(tree, place + "/WHEEL"), package);
    add_files(tree, package);
    packages.push_back(std::move(package));
  }
  return packages;
}

}   // namespace envlift::audit
