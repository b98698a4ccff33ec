// The code files as the modules that Python would import from /var/task.
#pragma once

#include "function/function.hpp"
#include "function/handler_name.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::function {

struct ModuleFile {
  const CodeFile* file = nullptr;
  bool compiled = false;            // an extension module or a .pyc without its source
};

class Modules {
public:
  // Both outlive the object.
  Modules(const std::vector<CodeFile>& files, const ReadCode& read) : files_(files), read_(read) {}

  // The file that `import` takes for the module ("pkg/mod"): package, extension, source, bytecode, in
  // the order of importlib's path finder. Nothing when there is none.
  std::optional<ModuleFile> find(std::string_view module) const;
  // Whether a file or folder of the code's root has the module's first name.
  bool has_top_level(std::string_view module) const;
  // The modules with Python source, as "pkg/mod".
  std::vector<std::string> sources() const;
  // What the module's source binds; nothing when it cannot be read.
  std::optional<ModuleNames> names(const CodeFile& file) const;
  // The modules whose source binds the name; looks at a bounded number of files.
  std::vector<std::string> that_bind(const std::string& name) const;

private:
  const std::vector<CodeFile>& files_;
  const ReadCode& read_;
};

}  // namespace envlift::function
