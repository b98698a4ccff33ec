// One requirement or constraint -> environment.
#pragma once

#include "environment/environment.hpp"
#include "input/input.hpp"
#include "input/requirements_lines.hpp"
#include "input/requirements_options.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace envlift::input {

// What the lines of one read share, nested files included.
struct RequirementsRun {
  const FileSource& files;
  const environment::Target& target;
  ReadResult& result;
  std::string folder;                   // where pip runs: local paths start here
  std::vector<std::size_t> foreign;     // indices of `dropped`: packages of another system
  std::set<std::size_t> refused = {};   // indices of `pip`: listed, and an error said what is wrong with them
  // Names in the folders that were looked into: many lines name paths of one.
  std::map<std::string, std::unordered_set<std::string>, std::less<>> listed = {};

  // Whether the folder has a file or a folder of that name.
  bool has(const std::string& where, const std::string& name)
  {
    const auto [entry, is_new] = listed.try_emplace(where);
    if (is_new) {
      const std::vector<std::string> names = files.list(where);
      entry->second.insert(names.begin(), names.end());
    }
    return entry->second.contains(name);
  }

  environment::Environment& environment() const { return result.environment; }
  diag::Diagnostics& diagnostics() const { return result.diagnostics; }
};

enum class ItemKind { requirement, editable, constraint };

struct Item {
  Item(const LogicalLine& line_of_file, std::string text_of_item, std::size_t offset_in_line,
       ItemKind kind_of_item)
      : line(line_of_file),
        text(std::move(text_of_item)),
        offset(offset_in_line),
        kind(kind_of_item)
  {}

  const LogicalLine& line;
  std::string text;   // without options
  std::size_t offset;   // of the text in the line
  ItemKind kind;
  std::vector<std::string> hashes;
  std::vector<std::string> config_settings;
  bool is_refused = false;   // for an option of the item

  diag::Span place() const { return line.place(offset, text.size()); }
};

// Puts the item into the environment (pip, constraints or dropped), or adds findings.
void read_item(const Item& item, RequirementsRun& run);
// Lists a package that an error was reported for: what is asked for is still to be seen.
void list_refused(environment::PipPackage package, RequirementsRun& run);

}   // namespace envlift::input
