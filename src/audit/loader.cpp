#include "audit/loader.hpp"

#include "audit/machines.hpp"
#include "audit/names.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace envlift::audit {

namespace {

constexpr std::size_t k_most_nested_configurations = 4;
constexpr std::size_t k_most_objects = 2000;   // of a process; real ones have some hundred

// The loader's own folders: of Fedora's family, of Debian's, of musl.
constexpr std::array<std::string_view, 4> k_default_folders = {"lib64", "usr/lib64", "lib", "usr/lib"};

void add_once(std::vector<std::string>& all, std::string value)
{
  if (std::ranges::find(all, value) == all.end()) {
    all.push_back(std::move(value));
  }
}

}  // namespace

Loader::Loader(const Audited& image, const std::optional<Interpreter>& python) : image_(image)
{
  machine_ = machine_of(image.facts.image.config.architecture);
  const TreeFile* program = python ? image.tree.find(python->program) : nullptr;
  is_musl_ = program != nullptr && program->file->elf &&
             program->file->elf->interpreter.find("ld-musl") != std::string::npos;
  prefix_ = python ? python->prefix : "";
  python_.is_launched = true;
  set_library_path(python);
  set_system_folders();
  if (program != nullptr && program->file->elf) {
    const std::size_t first = add(python_, python->program, python->program, 0);
    add_interpreter(python_);
    run(python_, first);
  }
}

void Loader::set_library_path(const std::optional<Interpreter>& python)
{
  const std::string path = variable(image_.facts.image.config, "LD_LIBRARY_PATH");
  for (const std::string_view folder : text::split(path, ':')) {
    const bool is_dropped =
        python && python->is_launched &&
        std::ranges::find(python->dropped_folders, folder) != python->dropped_folders.end();
    if (folder.empty()) {
      continue;
    }
    add_once(library_path_, path::normal(folder));
    if (!is_dropped) {
      add_once(launched_path_, path::normal(folder));
    }
  }
}

void Loader::set_system_folders()
{
  add_folders_of("etc/ld.so.conf", 0);
  if (machine_ != 0) {
    const std::string multiarch = std::string(triplet_of(machine_));
    add_system_folder("lib/" + multiarch);
    add_system_folder("usr/lib/" + multiarch);
  }
  for (const std::string_view folder : k_default_folders) {
    add_system_folder(folder);
  }
  if (is_musl_) {
    add_system_folder("usr/local/lib");
  }
}

void Loader::add_system_folder(std::string_view folder)
{
  add_once(system_folders_, path::normal(folder));
}

// ld.so.conf(5) as ldconfig reads it: folders, and `include` with a pattern in the last part.
void Loader::add_folders_of(const std::string& configuration, std::size_t depth)
{
  const TreeFile* file = image_.tree.open(configuration);
  if (file == nullptr || depth > k_most_nested_configurations) {
    return;
  }
  for (std::string_view line : text::lines(file->file->text)) {
    line = text::trim(line.substr(0, line.find('#')));
    if (line.starts_with("include ") || line.starts_with("include\t")) {
      const std::string_view written = text::trim(line.substr(8));
      const std::string pattern =
          written.starts_with('/') ? path::normal(written) : path::joined(path::folder_of(configuration), written);
      for (const std::string& name : image_.tree.list(path::folder_of(pattern))) {
        if (matches(name, path::file_name(pattern))) {
          add_folders_of(path::joined(path::folder_of(pattern), name), depth + 1);
        }
      }
    }
    else if (line.starts_with('/')) {
      add_system_folder(line);
    }
  }
}

const std::string& Loader::real_file(const std::string& path) const
{
  const auto [known, is_new] = real_files_.try_emplace(path);
  if (is_new) {
    std::string real = image_.tree.resolve(path);
    const TreeFile* file = real.empty() ? nullptr : image_.tree.find(real);
    // Of another machine or word size: the loader goes on looking.
    if (file != nullptr && file->file->elf && (machine_ == 0 || file->file->elf->machine == machine_)) {
      known->second = std::move(real);
    }
  }
  return known->second;
}

std::size_t Loader::add(Process& process, std::string path, std::string real, std::size_t loader) const
{
  const std::size_t index = process.objects.size();
  const ElfFacts* elf = &*image_.tree.find(real)->file->elf;
  if (!elf->soname.empty()) {
    process.by_name.try_emplace(elf->soname, index);
  }
  process.objects.push_back({std::move(path), std::move(real), elf, loader});
  return index;
}

// The loader itself is an object that others ask for: ld-linux-x86-64.so.2.
void Loader::add_interpreter(Process& process) const
{
  const std::string& path = process.objects.front().elf->interpreter;
  const std::string candidate = path::normal(path);
  if (path.empty() || real_file(candidate).empty()) {
    return;
  }
  process.by_name.try_emplace(std::string(path::file_name(candidate)),
                              add(process, candidate, real_file(candidate), 0));
}

std::vector<Dependency> Loader::load_module(const std::string& path) const
{
  const std::string real = image_.tree.resolve(path);
  Process process = python_;
  const auto known =
      std::ranges::find_if(process.objects, [&](const Object& object) { return object.real == real; });
  if (known != process.objects.end()) {
    // Loaded by the interpreter: looked at in its own order.
    Process fresh = python_;
    return run(fresh, static_cast<std::size_t>(known - process.objects.begin()));
  }
  // dlopen's caller is the interpreter, whose DT_RPATH counts too.
  const std::size_t first = add(process, path, real, 0);
  return run(process, first);
}

std::vector<Dependency> Loader::load_program(const std::string& path) const
{
  Process process;
  process.is_launched = !prefix_.empty() && is_below(path, prefix_);
  const std::size_t first = add(process, path, image_.tree.resolve(path), 0);
  add_interpreter(process);
  return run(process, first);
}

std::vector<Dependency> Loader::run(Process& process, std::size_t first) const
{
  std::vector<Dependency> dependencies;
  for (std::size_t i = first; i < process.objects.size() && i < k_most_objects; ++i) {
    for (const std::string& library : process.objects[i].elf->needed) {
      dependencies.push_back(resolve(process, i, library));
    }
  }
  return dependencies;
}

Dependency Loader::resolve(Process& process, std::size_t object, const std::string& library) const
{
  Dependency dependency{process.objects[object].real, library, "", false, {}};
  auto known = process.by_name.find(library);
  if (known == process.by_name.end()) {
    const std::string path = search(process, object, library);
    if (path.empty()) {
      return dependency;
    }
    const std::string& real = real_file(path);
    const auto same = std::ranges::find(process.objects, real, &Object::real);
    const std::size_t index = same != process.objects.end()
                                  ? static_cast<std::size_t>(same - process.objects.begin())
                                  : add(process, path, real, object);
    known = process.by_name.insert_or_assign(library, index).first;
  }
  const Object& found = process.objects[known->second];
  dependency.found = found.path;
  const auto& library_path = process.is_launched ? launched_path_ : library_path_;
  dependency.is_by_library_path =
      std::ranges::find(library_path, path::folder_of(found.path)) != library_path.end();
  const auto& defined = found.elf->version_definitions;
  // A library without versions satisfies every need, with a warning of the loader's; musl knows none.
  if (!defined.empty() && !is_musl_) {
    for (const VersionNeed& need : process.objects[object].elf->version_needs) {
      if (need.library == library && std::ranges::find(defined, need.version) == defined.end()) {
        dependency.lacking.push_back(need.version);
      }
    }
  }
  return dependency;
}

std::string Loader::search(const Process& process, std::size_t object, const std::string& library) const
{
  if (library.find('/') != std::string::npos) {
    const auto paths = expanded({library}, process.objects[object]);
    return paths.empty() || real_file(paths.front()).empty() ? "" : paths.front();
  }
  for (const std::string& folder : folders_for(process, object)) {
    std::string candidate = path::joined(folder, library);
    if (!real_file(candidate).empty()) {
      return candidate;
    }
  }
  return "";
}

// In the order of ld.so(8): DT_RPATH of the object and of those that loaded it, unless it has a DT_RUNPATH;
// LD_LIBRARY_PATH; DT_RUNPATH; the system's.
std::vector<std::string> Loader::folders_for(const Process& process, std::size_t object) const
{
  const auto append = [](std::vector<std::string>& all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  std::vector<std::string> folders;
  const Object& asking = process.objects[object];
  if (asking.elf->runpath.empty()) {
    for (std::size_t at = object;; at = process.objects[at].loader) {
      const Object& link = process.objects[at];
      if (link.elf->runpath.empty()) {
        append(folders, expanded(link.elf->rpath, link));
      }
      if (at == 0 || link.loader == at) {
        break;
      }
    }
  }
  append(folders, process.is_launched ? launched_path_ : library_path_);
  append(folders, expanded(asking.elf->runpath, asking));
  append(folders, system_folders_);
  return folders;
}

std::vector<std::string> Loader::expanded(const std::vector<std::string>& folders, const Object& object) const
{
  const std::string origin = "/" + std::string(path::folder_of(object.path));
  std::vector<std::string> expanded;
  for (const std::string& folder : folders) {
    std::string path = text::replace_all(folder, "${ORIGIN}", origin);
    path = text::replace_all(std::move(path), "$ORIGIN", origin);
    path = text::replace_all(std::move(path), "${LIB}", "lib64");
    path = text::replace_all(std::move(path), "$LIB", "lib64");
    if (path.starts_with('/')) {
      expanded.push_back(path::normal(path));
    }
  }
  return expanded;
}

}  // namespace envlift::audit
