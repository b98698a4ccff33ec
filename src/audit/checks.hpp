// The checks: each one function that looks at the image and adds findings. A new check is one file and one row of
// THE LIST in checks.cpp.
#pragma once

#include "audit/audit.hpp"
#include "audit/packages.hpp"
#include "audit/tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

// What a check sees.
struct Audited {
  const ImageFacts& facts;
  const Tree& tree;
  const Packages& packages;
  std::string handler;                 // of the options or the CMD; "" for none
  std::string task_root;   // task_root_of: where the handler's module is looked for first
};

class Findings {
public:
  explicit Findings(const Packages& packages) : packages_(packages) {}
  // The severity is the code's, the package the path's owner.
  void add(std::string_view code, std::string path, std::string message, std::string hint);
  // The first of the paths stands for all; there is at least one.
  void add(std::string_view code, const std::vector<std::string>& paths, std::string message,
           std::string hint);
  // The same for a package that is not the path's owner.
  void add_for(std::string_view package, std::string_view code, std::string path, std::string message,
               std::string hint);
  void add_for(std::string_view package, std::string_view code, const std::vector<std::string>& paths,
               std::string message, std::string hint);
  std::vector<Finding> take() { return std::move(all_); }

private:
  const Packages& packages_;
  std::vector<Finding> all_;
};

struct Check {
  std::string_view name;               // "elf-machine"
  void (*run)(const Audited& image, Findings& findings);
};
const std::vector<Check>& checks();

// abi.cpp
void check_elf_machine(const Audited& image, Findings& findings);
void check_elf_size(const Audited& image, Findings& findings);
void check_libraries(const Audited& image, Findings& findings);        // found, in the right place, with their versions
// swap.cpp
void check_swap(const Audited& image, Findings& findings);
// python.cpp
void check_python_tags(const Audited& image, Findings& findings);
void check_bytecode(const Audited& image, Findings& findings);
void check_distributions(const Audited& image, Findings& findings);    // doubles, overwritten conda files, SDK copies
// altered.cpp
void check_altered(const Audited& image, Findings& findings);
// lambda.cpp
void check_entry_point(const Audited& image, Findings& findings);
void check_handler(const Audited& image, Findings& findings);
bool check_entry_point_word(const Audited& image,
                            Findings& findings);   // as it is written; false where it is wrong
void check_working_folder(const Audited& image, Findings& findings);
void check_limits(const Audited& image, Findings& findings);           // size, number of layers
void check_size(unsigned long long unpacked_bytes, Findings& findings);
void check_layer_count(const Audited& image, Findings& findings);
void check_manifest(const Audited& image, Findings& findings);
void check_layers(const Audited& image, Findings& findings);           // parents, encodings
// files.cpp
void check_readable(const Audited& image, Findings& findings);
void check_root_home(const Audited& image, Findings& findings);
void check_links(const Audited& image, Findings& findings);
void check_secrets(const Audited& image, Findings& findings);
// shared_memory.cpp
void check_shared_memory(const Audited& image, Findings& findings);

}  // namespace envlift::audit
