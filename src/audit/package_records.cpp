#include "audit/package_records.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::audit {

namespace {

using nlohmann::json;

std::string member(const json& object, const char* key)
{
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "py311h64a7726_0" -> "py311"; "" for a build that is for no Python or any.
std::string python_of_build(std::string_view build)
{
  const std::size_t at =
      build.starts_with("py") ? 0 : build.find("_py") + 1;   // "cuda118_py311h…"; npos + 1 = 0
  std::size_t end = at + 2;
  while (end < build.size() && text::is_digit(build[end])) {
    ++end;
  }
  const std::string_view python = build.substr(at, end - at);
  return python.starts_with("py") && python.size() >= 4 ? std::string(python) : std::string();
}

std::optional<Package> conda_package(std::string_view path, std::string_view text)
{
  const json record = json::parse(text, nullptr, false);
  if (!record.is_object() || member(record, "name").empty()) {
    return std::nullopt;
  }
  Package package;
  package.kind = Package::Kind::conda;
  const std::string name = member(record, "name");
  package.name = name.starts_with('_') ? name : environment::normalize_name(name);   // "_libgcc_mutex"
  package.version = member(record, "version");
  package.place = path;
  package.site = path::folder_of(path::folder_of(path));
  if (const std::string python = python_of_build(member(record, "build")); !python.empty()) {
    package.tags.push_back(python);
  }
  const json sizes = record.value("sizes", json());
  if (const auto files = record.find("files"); files != record.end() && files->is_array()) {
    for (std::size_t i = 0; i < files->size(); ++i) {
      if (const json& file = (*files)[i]; file.is_string()) {
        package.files.push_back(path::joined(package.site, file.get_ref<const std::string&>()));
        const bool is_sized = sizes.is_array() && i < sizes.size() && sizes[i].is_number_unsigned();
        package.installed.push_back(is_sized ? sizes[i].get<unsigned long long>() : 0);
      }
    }
  }
  package.files.emplace_back(path);
  const json prefixed = record.value("prefixed", json::array());
  for (const json& file : prefixed) {
    if (file.is_string()) {
      package.prefixed.push_back(path::joined(package.site, file.get_ref<const std::string&>()));
    }
  }
  return package;
}

struct DpkgEntry {
  std::string_view name;
  std::string_view version;
  std::string_view architecture;
  bool is_installed = true;
};

std::vector<DpkgEntry> dpkg_entries(std::string_view status)
{
  std::vector<DpkgEntry> entries;
  DpkgEntry entry;
  const auto end_entry = [&] {
    if (!entry.name.empty() && entry.is_installed) {
      entries.push_back(entry);
    }
    entry = {};
  };
  for (const std::string_view line : text::lines(status)) {
    const std::size_t colon = line.find(": ");
    const std::string_view key = line.substr(0, colon);
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view() : line.substr(colon + 2);
    if (line.empty()) {
      end_entry();
    }
    else if (key == "Package") {
      entry.name = value;
    }
    else if (key == "Version") {
      entry.version = value;
    }
    else if (key == "Architecture") {
      entry.architecture = value;
    }
    else if (key == "Status") {
      entry.is_installed = value.ends_with(" installed");
    }
  }
  end_entry();
  return entries;
}

// A dpkg list names paths as they were before /lib became a link to /usr/lib, and folders.
void add_listed_files(const Tree& tree, std::string_view list, Package& package)
{
  for (const std::string_view line : text::lines(list)) {
    const std::string path = path::joined("", line);
    const TreeFile* file = tree.find(path);
    std::string place = path;
    if (file == nullptr && !path.empty()) {
      place = path::joined(tree.resolve(path::folder_of(path)), path::file_name(path));
      file = tree.find(place);
    }
    if (file != nullptr && file->file->kind != image::EntryKind::folder) {
      package.files.push_back(std::move(place));
    }
  }
}

}   // namespace

std::string_view text_of(const Tree& tree, std::string_view path)
{
  const TreeFile* file = tree.find(path);
  return file == nullptr ? std::string_view() : std::string_view(file->file->text);
}

std::string source_of(std::string_view path)
{
  if (!path.ends_with(".pyc")) {
    return {};
  }
  const std::string_view folder = path::folder_of(path);
  const std::string_view name = path::file_name(path);
  if (path::file_name(folder) == "__pycache__") {
    return path::joined(path::folder_of(folder), std::string(name.substr(0, name.find('.'))) + ".py");
  }
  return std::string(path.substr(0, path.size() - 1));
}

std::vector<Package> conda_packages(const Tree& tree)
{
  std::vector<Package> packages;
  for (const auto& [path, file] : tree.files()) {
    if (path.ends_with(".json") && path::file_name(path::folder_of(path)) == "conda-meta") {
      if (auto package = conda_package(path, file.file->text)) {
        packages.push_back(std::move(*package));
      }
    }
  }
  return packages;
}

std::vector<Package> system_packages(const Tree& tree)
{
  std::string status(text_of(tree, "var/lib/dpkg/status"));
  for (const std::string& name : tree.list("var/lib/dpkg/status.d")) {
    if (!name.ends_with(".md5sums")) {
      status.append("\n").append(text_of(tree, "var/lib/dpkg/status.d/" + name)).append("\n");
    }
  }
  std::vector<Package> packages;
  for (const DpkgEntry& entry : dpkg_entries(status)) {
    Package package;
    package.kind = Package::Kind::system;
    package.name = entry.name;
    package.version = entry.version;
    package.place = path::joined("var/lib/dpkg/info", package.name + ".list");
    if (tree.find(package.place) == nullptr) {
      package.place =
          path::joined("var/lib/dpkg/info", fmt::format("{}:{}.list", package.name, entry.architecture));
    }
    add_listed_files(tree, text_of(tree, package.place), package);
    packages.push_back(std::move(package));
  }
  return packages;
}

}   // namespace envlift::audit
