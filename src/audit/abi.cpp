// ELF files: of the image's machine, with libraries that are found, in the right place, with the versions they need.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/loader.hpp"
#include "audit/machines.hpp"
#include "audit/names.hpp"
#include "audit/versions.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

// Libraries that only a desktop, a graphics card or a terminal has: what asks for them is a part of its package that
// a function does not use. Beginnings of names.
constexpr std::array<std::string_view, 24> k_optional_libraries = {
  "libtk",     "libtcl",   "libX",       "libxcb",   "libGL",     "libEGL",     "libOpenGL",   "libgtk",
  "libgdk",    "libQt",    "libcuda.so", "libcuda",  "libnvidia", "libnvcuvid", "libnvrtc",    "libcudnn",
  "libcublas", "libcufft", "libasound",  "libpulse", "libgdbm",   "libnsl",     "libreadline", "libncurses"};

bool is_library_name(std::string_view name)
{
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

// "_ssl.cpython-311-x86_64-linux-gnu.so", "x.abi3.so"
bool is_extension_module(std::string_view path)
{
  const std::string_view name = path::file_name(path);
  return name.ends_with(".so") &&
         (name.find(".cpython-3") != std::string_view::npos || name.ends_with(".abi3.so"));
}

bool is_program(const File& file)
{
  return (file.mode & 0111U) != 0 && !file.elf->interpreter.empty();
}

// Regular files, and links to them from another folder, for $ORIGIN is the link's. The caches of package managers and
// what is for debuggers is loaded by nobody.
bool is_looked_at(const std::string& path, const TreeFile& file)
{
  const bool is_link = file.file->kind == image::EntryKind::symlink;
  return (file.file->elf || (is_link && is_library_name(path::file_name(path)))) && !is_test_data(path) &&
         !has_part(path, "pkgs") && path.find("lib/debug/") == std::string::npos;
}

std::string machine_name(int elf)
{
  const Machine* machine = find_machine(elf);
  return machine == nullptr ? fmt::format("machine {}", elf) : std::string(machine->name);
}

// "1 more file" for messages about the first of many.
std::string and_others(std::size_t count)
{
  return count <= 1 ? "" : fmt::format(", and {} more", text::counted(count - 1, "file"));
}

// Whose package it is; the path itself where no package is concerned, so that each is told.
std::string group_of(const Audited& image, const std::string& path)
{
  const std::string owner = image.packages.owner_of(path);
  return owner.empty() ? "/" + path : owner;
}

std::string cure_for_package(const Audited& image, const std::string& path, std::string_view otherwise)
{
  const std::string owner = image.packages.owner_of(path);
  return owner.empty() ? std::string(otherwise)
                       : fmt::format("install {} for this platform, in the build and not on the host", owner);
}

bool has_machine(const Audited& image, const std::string& path, int machine)
{
  const TreeFile* file = image.tree.find(path);
  return file != nullptr && file->file->elf && file->file->elf->machine == machine;
}

// Some packages carry a file for every machine and choose by its name, or by a folder's ("attach_linux_x86.so",
// "bin/linux-arm64/tool"): the name says the machine, and one for this machine lies beside it.
bool is_one_of_several(const Audited& image, const std::string& path, int wanted)
{
  const int machine = image.tree.find(path)->file->elf->machine;
  const std::string folder(path::folder_of(path));
  if (names_machine(path::file_name(path), machine)) {
    return std::ranges::any_of(image.tree.list(folder), [&](const std::string& name) {
      return has_machine(image, path::joined(folder, name), wanted);
    });
  }
  for (std::string_view part = folder; !path::folder_of(part).empty(); part = path::folder_of(part)) {
    if (names_machine(path::file_name(part), machine)) {
      return std::ranges::any_of(image.tree.list(path::folder_of(part)),
                                 [&](const std::string& name) { return names_machine(name, wanted); });
    }
  }
  return false;
}

struct Group {
  std::vector<std::string> paths;

  void add(const std::string& path) { paths.push_back(path); }
  const std::string& first() const { return paths.front(); }
};

}   // namespace

void check_elf_machine(const Audited& image, Findings& findings)
{
  const std::string& architecture = image.facts.image.config.architecture;
  const int wanted = machine_of(architecture);
  if (wanted == 0) {
    return;   // check_manifest names it
  }
  const BaseLayers base(image);
  std::map<std::string, Group> wrong;
  for (const auto& [path, file] : image.tree.files()) {
    const bool is_loadable = file.file->elf && !is_test_data(path) &&
                             (is_library_name(path::file_name(path)) || (file.file->mode & 0111U) != 0);
    if (!is_loadable || file.file->elf->machine == wanted ||
        find_machine(file.file->elf->machine) == nullptr) {
      continue;
    }
    // Files of old tools, without a machine, are data unless they are what Python imports.
    const bool is_loaded = file.file->elf->machine != 0 || is_library_name(path::file_name(path));
    if (is_loaded &&
        (is_extension_module(path) || base.has(file) || !is_one_of_several(image, path, wanted))) {
      wrong[base.has(file) ? "" : group_of(image, path)].add(path);
    }
  }
  for (const auto& [group, files] : wrong) {
    const auto* file = image.tree.find(files.first());
    const std::string machine = machine_name(file->file->elf->machine);
    findings.add("EL1111", files.paths,
                 fmt::format("the file is for {}, the image for {}{}", machine, architecture,
                             and_others(files.paths.size())),
                 group.empty()
                     ? fmt::format("build with `--platform linux/{}` from the start", architecture)
                     : cure_for_package(image, files.first(),
                                        fmt::format("bring the file for {}", machine_name(wanted))));
  }
}

void check_elf_size(const Audited& image, Findings& findings)
{
  const BaseLayers base(image);
  std::map<std::string, Group> cut;
  for (const auto& [path, file] : image.tree.files()) {
    // Files for debuggers tell of the segments of the file that they were taken out of.
    const bool is_for_debuggers = path.ends_with(".debug") || has_part(path, ".debug");
    if (file.file->elf && file.file->elf->is_cut && is_looked_at(path, file) && !is_for_debuggers &&
        !base.has(file)) {
      cut[group_of(image, path)].add(path);
    }
  }
  for (const auto& [group, files] : cut) {
    findings.add("EL1116", files.paths,
                 fmt::format("the file ends before its end: its headers tell of more than {} bytes{}",
                             image.tree.find(files.first())->file->size, and_others(files.paths.size())),
                 "install the package again: the copy was cut off");
  }
}

namespace {

class Libraries {
public:
  Libraries(const Audited& image, Findings& findings)
      : image_(image),
        findings_(findings),
        base_(image),
        python_(find_interpreter(image)),
        loader_(image, python_)
  {}

  void check()
  {
    for (const std::string& path : roots()) {
      const TreeFile* file = image_.tree.open(path);
      if (loaded_.contains(image_.tree.resolve(path))) {
        continue;
      }
      take(is_program(*file->file) ? loader_.load_program(path) : loader_.load_module(path));
    }
    report();
  }

private:
  // What is loaded by itself: modules and programs, then libraries that nothing asks for, then the others: a library
  // that others load is found by their run paths too.
  std::vector<std::string> roots() const
  {
    std::vector<std::string> first;
    std::vector<std::string> libraries;
    std::set<std::string> wanted;
    for (const auto& [path, file] : image_.tree.files()) {
      if (base_.has(file) || !is_looked_at(path, file) || !is_of_machine(path)) {
        continue;
      }
      const File& real = *image_.tree.open(path)->file;
      wanted.insert(real.elf->needed.begin(), real.elf->needed.end());
      if (is_program(real) || is_extension_module(path)) {
        first.push_back(path);
      }
      else if (is_library_name(path::file_name(path))) {
        libraries.push_back(path);
      }
    }
    std::ranges::stable_partition(
        libraries, [&](const std::string& path) { return !wanted.contains(std::string(path::file_name(path))); });
    first.insert(first.end(), libraries.begin(), libraries.end());
    return first;
  }

  // Whether the path leads to a file that this machine's loader takes, and is not just its other name.
  bool is_of_machine(const std::string& path) const
  {
    const int machine = machine_of(image_.facts.image.config.architecture);
    const std::string real = image_.tree.resolve(path);
    const TreeFile* file = image_.tree.find(real);
    const bool is_other_name = real != path && path::folder_of(real) == path::folder_of(path);
    return file != nullptr && file->file->elf && file->file->elf->is_dynamic && !is_other_name &&
           (machine == 0 || file->file->elf->machine == machine);
  }

  void take(const std::vector<Dependency>& dependencies)
  {
    for (const Dependency& dependency : dependencies) {
      loaded_.insert(dependency.file);
      if (!seen_.insert({dependency.file, dependency.library, dependency.found}).second ||
          base_.has(dependency.file)) {
        continue;
      }
      if (dependency.found.empty()) {
        missing_[{group_of(image_, dependency.file), dependency.library}].add(dependency.file);
      }
      else if (!dependency.lacking.empty()) {
        take_lacking(dependency);
      }
      else {
        take_found(dependency);
      }
    }
  }

  void take_lacking(const Dependency& dependency)
  {
    auto& lacking = lacking_[{group_of(image_, dependency.file), dependency.found}];
    lacking.files.add(dependency.file);
    lacking.library = dependency.library;
    for (const std::string& version : dependency.lacking) {
      lacking.version =
          lacking.version.empty() || is_newer_version(version, lacking.version) ? version : lacking.version;
    }
  }

  // The environment's own copy of what LD_LIBRARY_PATH led away from; "" for none. A wheel that takes the system's
  // library by the loader's own order does what it was built for.
  std::string own_copy(const Dependency& dependency) const
  {
    const std::string lib = python_ ? path::joined(python_->prefix, "lib") : "";
    const bool is_of_environment = python_ && is_below(dependency.file, python_->prefix);
    if (!is_of_environment || !dependency.is_by_library_path ||
        is_below(image_.tree.resolve(dependency.found), python_->prefix)) {
      return "";
    }
    const std::string own = path::joined(lib, dependency.library);
    return image_.tree.open(own) != nullptr ? own : "";
  }

  void take_found(const Dependency& dependency)
  {
    if (!own_copy(dependency).empty()) {
      shadowed_[{dependency.library, dependency.found}].add(dependency.file);
    }
  }

  void report()
  {
    for (const auto& [key, files] : missing_) {
      report_missing(key.second, files);
    }
    for (const auto& [key, lacking] : lacking_) {
      report_lacking(key.second, lacking.library, lacking.version, lacking.files);
    }
    for (const auto& [key, files] : shadowed_) {
      const std::string own = path::joined(path::joined(python_->prefix, "lib"), key.first);
      findings_.add("EL1115", files.paths,
                    fmt::format("{} is loaded from /{}, though the environment has /{}{}", key.first,
                                key.second, own, and_others(files.paths.size())),
                    fmt::format("put /{} before /{} on the library path, or clear LD_LIBRARY_PATH for Python",
                                path::folder_of(own), path::folder_of(key.second)));
    }
  }

  // A library of this name below the same site-packages: the package can load it by its path before it is asked for.
  std::string sibling(const std::string& file, const std::string& library)
  {
    const std::size_t at = file.find("/site-packages/");
    if (at == std::string::npos) {
      return "";
    }
    const auto [begin, end] = libraries_by_name().equal_range(library);
    const auto found = std::find_if(begin, end, [&](const auto& entry) {
      return is_below(entry.second,
                      std::string_view(file).substr(0, at + std::string_view("/site-packages").size()));
    });
    return found == end ? "" : found->second;
  }

  void report_missing(const std::string& library, const Group& files)
  {
    const std::string more = and_others(files.paths.size());
    if (const std::string other = sibling(files.first(), library); !other.empty()) {
      findings_.add("EL1113", files.paths,
                    fmt::format("{} is found only if the package loads /{} first{}", library, other, more),
                    "invoke the image once with what the function uses of the package");
      return;
    }
    const bool is_optional = std::ranges::any_of(
        k_optional_libraries, [&](std::string_view begin) { return library.starts_with(begin); });
    if (is_optional) {
      findings_.add(
          "EL1113", files.paths,
          fmt::format("{} is not in the image: a part of the package for desktops, graphics cards or "
                      "terminals does not load{}",
                      library, more),
          "nothing, unless the function uses that part");
      return;
    }
    const std::string elsewhere = place_of(library);
    findings_.add("EL1112", files.paths,
                  elsewhere.empty() ? fmt::format("{} is not in the image{}", library, more)
                                    : fmt::format("{} is not found: the loader does not look into /{}{}",
                                                  library, path::folder_of(elsewhere), more),
                  elsewhere.empty() || is_dropped(path::folder_of(elsewhere))
                      ? fmt::format("add the package that brings {} to the environment", library)
                      : fmt::format("add /{} to LD_LIBRARY_PATH", path::folder_of(elsewhere)));
  }

  // Whether envlift's launcher takes the folder off LD_LIBRARY_PATH.
  bool is_dropped(std::string_view folder) const
  {
    return python_ && python_->is_launched &&
           std::ranges::find(python_->dropped_folders, "/" + std::string(folder)) !=
               python_->dropped_folders.end();
  }

  std::string place_of(const std::string& library)
  {
    const auto found = libraries_by_name().find(library);
    return found == by_name_.end() ? "" : found->second;
  }

  const std::multimap<std::string, std::string, std::less<>>& libraries_by_name()
  {
    if (by_name_.empty()) {
      for (const auto& [path, entry] : image_.tree.files()) {
        if (is_library_name(path::file_name(path))) {
          by_name_.emplace(path::file_name(path), path);
        }
      }
    }
    return by_name_;
  }

  void report_lacking(const std::string& found, const std::string& library, const std::string& version,
                      const Group& files)
  {
    const TreeFile* file = image_.tree.open(found);
    const std::string newest = newest_of_kind(file->file->elf->version_definitions, version);
    findings_.add("EL1114", files.paths,
                  fmt::format("{} of {} is needed, /{} has {}{}", version, library, found,
                              newest.empty() ? "none of its kind" : "up to " + newest,
                              and_others(files.paths.size())),
                  cure_for_lacking(found, library, version, files.first()));
  }

  std::string cure_for_lacking(const std::string& found, const std::string& library,
                               const std::string& version, const std::string& path) const
  {
    const std::string own = python_ ? path::joined(path::joined(python_->prefix, "lib"), library) : "";
    const TreeFile* better = own.empty() || own == found ? nullptr : image_.tree.open(own);
    if (better != nullptr && better->file->elf &&
        std::ranges::find(better->file->elf->version_definitions, version) !=
            better->file->elf->version_definitions.end()) {
      return fmt::format("the environment's /{} has it: put its folder before /{} on the library path", own,
                         path::folder_of(found));
    }
    const std::string owner = image_.packages.owner_of(path);
    const std::string older = owner.empty() ? "an older build of the file" : "an older version of " + owner;
    return bases_with(version).empty() ? fmt::format("choose {}: no base of Lambda's has {}", older, version)
                                       : fmt::format("build on {}, or choose {}", bases_with(version), older);
  }

  struct Lacking {
    std::string library;
    std::string version;
    Group files;
  };
  using Key = std::pair<std::string, std::string>;

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  std::optional<Interpreter> python_;
  Loader loader_;
  std::set<std::string> loaded_;   // files whose own dependencies were looked at
  std::set<std::tuple<std::string, std::string, std::string>> seen_;
  std::map<Key, Group> missing_;   // by package and library
  std::map<Key, Lacking> lacking_;   // by package and the file that was found
  std::map<Key, Group> shadowed_;   // by library and the file that was found
  std::multimap<std::string, std::string, std::less<>> by_name_;
};

}   // namespace

void check_libraries(const Audited& image, Findings& findings)
{
  Libraries(image, findings).check();
}

}   // namespace envlift::audit
