// Where the time of a cold start goes: what Python's `-X importtime` wrote, as a tree, and the init split into parts. Pure.
// It stands here and not in invoke, because the reports know suite, and invoke knows report.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

// A module that was imported, and what its own import imported, in the order of their ends.
struct Import {
  std::string name;
  double self_ms = 0;   // without its imports
  double cumulative_ms = 0;   // with them
  std::vector<Import> imports = {};
};

// A package of the imports, with all of its modules.
struct ImportCost {
  std::string package;   // the name before the first dot
  double own_ms = 0;   // of its modules without what they import of other packages
  double cumulative_ms = 0;   // of its outermost modules, with all that they import
  std::size_t modules = 0;
};

struct InitProfile {
  std::string image;
  double init_ms = 0;   // of an init that nobody watched
  double profiled_ms = 0;   // of the one whose parts these are: writing the lines takes time
  double vcpus = 0;   // that both had; 0 = all of the machine
  double interpreter_ms = 0;   // from the start of the runtime to the end of `site`
  double client_ms = 0;   // the runtime interface client
  double imports_ms = 0;   // what the handler's module imports
  double module_ms = 0;   // what it does besides, and all that no line tells of
  std::vector<Import> client;   // the imports of the client
  std::vector<Import> imports;   // the function's
  std::size_t left_out = 0;   // lines beyond the bounds
  int budget_ms = 0;   // 0 = none

  bool is_over_budget() const { return budget_ms > 0 && init_ms > budget_ms; }
};

// A log with times counts no more lines, deeper trees and longer names than these.
inline constexpr std::size_t k_most_imports = 20'000;
inline constexpr std::size_t k_deepest_import = 200;
inline constexpr std::size_t k_longest_module = 200;

// A line of `-X importtime`: "import time:       354 |       1091 | _frozen_importlib_external".
struct ImportLine {
  double self_ms = 0;
  double cumulative_ms = 0;
  std::size_t depth = 0;
  std::string_view name;
};
// False for every other line, the heading among them.
bool read_import_line(std::string_view line, ImportLine& import);

// The tree of lines in the order that Python writes them: a module comes after what it imports, two spaces less indented.
class ImportTree {
public:
  // False where the line is beyond the bounds; it is left out.
  bool add(const ImportLine& line);
  // The outermost imports so far.
  std::vector<Import> take();

private:
  struct Open {
    std::size_t depth = 0;
    Import import;
  };

  std::vector<Open> open_;   // that no outer module has claimed yet
  std::size_t count_ = 0;
};

// By package, the most expensive of its own time first.
std::vector<ImportCost> import_costs(const std::vector<Import>& imports);

// "pandas 412 ms, numpy 150 ms, pytz 40 ms".
std::string most_expensive(const InitProfile& profile, std::size_t most);

}   // namespace envlift::suite
