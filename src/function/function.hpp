// The user's handler and code: located and parsed, never run.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

// Finds the function's handler. `wanted` is the setting; "" looks for the usual names in the code's
// root: lambda_function, handler, app, main, each with lambda_handler, then handler. `place` is where
// the setting stands. `environment` tells modules that packages bring from missing ones.
// Findings (EL05xx): bad form, no module, no such name in it (a warning where names cannot be seen),
// a function that cannot take Lambda's two arguments, file names that cannot be carried.
Function locate(const std::string& wanted, const std::vector<CodeFile>& files, const ReadCode& read,
                diag::Diagnostics& diagnostics, diag::Sources& sources,
                const environment::Environment& environment = {}, const diag::Span& place = {});

// Whether a path below the project is left out of the code layer: version control, caches, virtual
// environments, dot files, editors' backups, envlift's own settings.
bool is_excluded(const std::string& path);

// Whether a path below the code's root is a well-known description of an environment, which no program reads.
bool is_environment_file(const std::string& path);

// The files but for those that the environment's step installs or reads: requirements and constraint files, local
// archives and local projects, and well-known environment files. A local project stays when the code or the handler
// lies in it. `code` is the code's root below the project, "" for the project.
std::vector<CodeFile> without_environment(std::vector<CodeFile> files,
                                          const environment::Environment& environment,
                                          const std::string& code, const std::string& handler);

// The files of the modules that are looked through for a handler where none is named: "lambda_function.py", …
std::vector<std::string> usual_files();

// A top-level name of a Python module, and what bound it.
struct Binding {
  enum class Kind { function, coroutine, other };   // decorated functions are `other`
  std::string name;
  std::size_t line = 0;
  Kind kind = Kind::other;
  // Of a function: how many positional arguments it must have and how many it takes at most.
  std::size_t least_arguments = 0;
  std::optional<std::size_t> most_arguments;        // nothing: any number (*args)
};

// The top-level names a Python module binds, found with a tokenizer and not by running it.
struct ModuleNames {
  std::vector<Binding> bindings;    // in order; a name may be bound more than once
  // Names that cannot be seen may exist: a star import, a module __getattr__, exec, globals().
  bool may_bind_more = false;
  // The last binding of the name; nullptr when there is none.
  const Binding* find(std::string_view name) const;
};
ModuleNames top_level_names(const std::string& python_source);

}  // namespace envlift::function
