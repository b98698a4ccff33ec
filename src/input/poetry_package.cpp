// What a poetry.lock says of a package and its files.
#include "input/poetry_package.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::input {

namespace {

void add_files(const toml::array* list, std::vector<LockedFile>& files)
{
  if (list == nullptr) {
    return;
  }
  for (const toml::node& item : *list) {
    if (const toml::table* file = item.as_table()) {
      files.push_back({std::string(text_at(*file, "file")), std::string(text_at(*file, "hash"))});
    }
    else {
      files.push_back({"", "sha256:" + item.value_or(std::string())});   // metadata.hashes
    }
  }
}

// Of the package itself, or of [metadata.files] and [metadata.hashes] in older locks.
std::vector<LockedFile> files_of(PoetryNode& node, const toml::table& root, const TomlReader& toml)
{
  if (node.table->contains("files")) {
    return std::move(node.files);
  }
  std::vector<LockedFile> files;
  const toml::table& metadata = *root.get("metadata")->as_table();
  for (const std::string_view key : {"files", "hashes"}) {
    if (const toml::table* table = toml.table(metadata, key)) {
      const toml::node* list = table->get(text_at(*node.table, "name"));
      list = list == nullptr ? table->get(node.name) : list;
      add_files(list == nullptr ? nullptr : list->as_array(), files);
    }
  }
  return files;
}

}  // namespace

std::vector<LockedFile> take_files(toml::table& package)
{
  std::vector<LockedFile> files;
  if (toml::array* own = package.get_as<toml::array>("files")) {
    files.reserve(own->size());
    add_files(own, files);
    own->clear();   // the key stays: it tells that older places are not to be looked at
  }
  package.erase("description");   // not read, and often the longest of what is left
  return files;
}

LockedPackage poetry_package(PoetryNode& node, const toml::table& root, const TomlReader& toml)
{
  LockedPackage package;
  package.name = node.name;
  package.version = node.version;
  package.place = node.place;
  package.files = files_of(node, root, toml);
  const toml::table* source = toml.table(*node.table, "source");
  if (source == nullptr) {
    return package;
  }
  const std::string type(text_at(*source, "type"));
  const std::string url(text_at(*source, "url"));
  const std::string subdirectory(text_at(*source, "subdirectory"));
  const std::string fragment = subdirectory.empty() ? "" : "#subdirectory=" + subdirectory;
  if (type == "git") {
    const bool is_short = url.find("://") == std::string::npos;   // git@host:owner/name
    package.url = fmt::format("git+{}{}@{}{}", is_short ? "ssh://" : "",
                              is_short ? text::replace_all(url, ":", "/") : url,
                              text_at(*source, "resolved_reference"), fragment);
    package.files.clear();
  }
  else if (type == "url") {
    package.url = url + fragment;
  }
  else if (type == "file" || type == "directory") {
    package.path = subdirectory.empty() ? url : url + "/" + subdirectory;
    const toml::node* develop = node.table->get("develop");
    package.editable = develop != nullptr && develop->value_or(false);
  }
  else {
    package.index = url;
    package.index_place = toml.place(*source);
  }
  return package;
}

}  // namespace envlift::input
