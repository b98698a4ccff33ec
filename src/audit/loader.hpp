// What ld.so(8) does with a program or a module of Python's in an image.
#pragma once

#include "audit/checks.hpp"
#include "audit/interpreter.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

// A library that `file` asks for, and which file the loader takes; "" for none.
struct Dependency {
  std::string file;
  std::string library;
  std::string found;
  bool is_by_library_path = false;    // found in a folder of LD_LIBRARY_PATH
  std::vector<std::string> lacking;   // versions that `file` asks for and `found` does not define
};

class Loader {
public:
  // The interpreter's own libraries count as loaded before every module.
  Loader(const Audited& image, const std::optional<Interpreter>& python);

  // The dependencies of the file and of all that they load in turn. Programs of the environment have the launcher's
  // library path, others the image's.
  std::vector<Dependency> load_module(const std::string& path) const;
  std::vector<Dependency> load_program(const std::string& path) const;

private:
  struct Object {
    std::string path;   // as opened, which $ORIGIN means
    std::string real;
    const ElfFacts* elf = nullptr;
    std::size_t loader = 0;   // who loaded it; itself for the first
  };
  struct Process {
    std::vector<Object> objects;
    std::map<std::string, std::size_t, std::less<>> by_name;
    bool is_launched = false;   // with the library path that the launcher leaves
  };

  void set_library_path(const std::optional<Interpreter>& python);
  void set_system_folders();
  void add_folders_of(const std::string& configuration, std::size_t depth);
  void add_system_folder(std::string_view folder);

  std::size_t add(Process& process, std::string path, std::string real, std::size_t loader) const;
  void add_interpreter(Process& process) const;
  std::vector<Dependency> run(Process& process, std::size_t first) const;
  Dependency resolve(Process& process, std::size_t object, const std::string& library) const;
  std::string search(const Process& process, std::size_t object, const std::string& library) const;
  std::vector<std::string> folders_for(const Process& process, std::size_t object) const;
  std::vector<std::string> expanded(const std::vector<std::string>& folders, const Object& object) const;
  // The file that a path leads to, if the loader would take it; "" otherwise.
  const std::string& real_file(const std::string& path) const;

  const Audited& image_;
  int machine_ = 0;
  bool is_musl_ = false;
  std::string prefix_;
  std::vector<std::string> library_path_;   // the image's LD_LIBRARY_PATH
  std::vector<std::string> launched_path_;   // what the launcher leaves of it
  std::vector<std::string> system_folders_;
  Process python_;
  mutable std::map<std::string, std::string> real_files_;   // by candidate path
};

}   // namespace envlift::audit
