// The user's handler and code: located and parsed, never run.
#pragma once

#include "diag/diag.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace envlift::function {

// A file of the code layer: where it lies below the code root.
struct CodeFile {
  std::string path;     // relative, '/'-separated; its place below /var/task
  bool executable = false;
  std::string source;   // where it lies below the project folder
};

struct Function {
  std::string handler;            // "module.name" as Lambda takes it
  std::vector<CodeFile> files;    // sorted by path
};

// Reads a file of the code root; nothing when it is not there.
using ReadCode = std::function<std::optional<std::string>(const std::string& path)>;

// Finds the function's handler. `wanted` is the setting ("" looks for the usual names:
// lambda_function, handler, app, main x lambda_handler, handler).
// Findings: no module, no such name in it (a warning behind a star import), bad form.
Function locate(const std::string& wanted, const std::vector<CodeFile>& files, const ReadCode& read,
                diag::Diagnostics& diagnostics, diag::Sources& sources);

// Whether a path below the project is left out of the code layer: version control, caches, virtual
// environments, dot files, envlift's own settings.
bool is_excluded(const std::string& path);

// The top-level names a Python module binds, found with a tokenizer and not by running it.
struct ModuleNames {
  std::vector<std::string> names;
  bool star_import = false;
};
ModuleNames top_level_names(const std::string& python_source);

}  // namespace envlift::function
