// THE LIST of checks.
#include "audit/checks.hpp"

namespace envlift::audit {

const std::vector<Check>& checks()
{
  static const std::vector<Check> list = {
    {"elf-machine", &check_elf_machine},
    {"elf-size", &check_elf_size},
    {"libraries", &check_libraries},
    {"swap", &check_swap},
    {"python-tags", &check_python_tags},
    {"bytecode", &check_bytecode},
    {"distributions", &check_distributions},
    {"altered", &check_altered},
    {"entry-point", &check_entry_point},
    {"handler", &check_handler},
    {"working-folder", &check_working_folder},
    {"limits", &check_limits},
    {"manifest", &check_manifest},
    {"layers", &check_layers},
    {"readable", &check_readable},
    {"root-home", &check_root_home},
    {"links", &check_links},
    {"secrets", &check_secrets},
    {"shared-memory", &check_shared_memory},
  };
  return list;
}

}  // namespace envlift::audit
