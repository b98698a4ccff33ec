// Files that Lambda's unprivileged user cannot read, that lie where nobody looks, or that lead nowhere.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/names.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

constexpr unsigned k_read = 0004;      // permission bits of a user who is neither owner nor in the group
constexpr unsigned k_execute = 0001;
constexpr std::string_view k_root_home = "root";

// A function's own folders, each file of which may be opened: besides these whatever is no system's (srv, data,
// function). In a system's folders only libraries, sources and certificates matter: it has files that are root's for
// good reasons (etc/shadow, var/lib, ssh's keys).
constexpr std::array<std::string_view, 2> k_code_folders = {"var/lang", "var/runtime"};
constexpr std::array<std::string_view, 19> k_folders_of_a_system = {
  "bin",   "boot", "dev",  "etc",  "home", "lib",  "lib32", "lib64", "libx32", "lost+found",
  "media", "mnt",  "proc", "root", "run",  "sbin", "sys",   "tmp",   "usr"};
constexpr std::array<std::string_view, 8> k_system_folders = {"usr",
                                                              "lib",
                                                              "lib64",
                                                              "bin",
                                                              "etc/ssl/certs",
                                                              "etc/pki/tls/certs",
                                                              "etc/pki/ca-trust/extracted",
                                                              "etc/ssl/cert.pem"};

std::string more(std::size_t count)
{
  return count <= 1 ? "" : fmt::format(" (and {} more)", text::counted(count - 1, "file"));
}

class Readable {
public:
  Readable(const Audited& image, Findings& findings) : image_(image), findings_(findings), base_(image)
  {
    code_folders_.assign(k_code_folders.begin(), k_code_folders.end());
    for (const std::string& name : image.tree.list("")) {
      const bool is_of_system =
          name == "var" || std::ranges::find(k_folders_of_a_system, name) != k_folders_of_a_system.end();
      if (!is_of_system && image.tree.is_folder(name)) {
        code_folders_.push_back(name);
      }
    }
    for (const std::string& folder : {image.task_root, path::normal(image.facts.image.config.working_dir)}) {
      if (!folder.empty() && folder != k_root_home) {
        code_folders_.push_back(folder);
      }
    }
    const auto python = find_interpreter(image);
    if (python && python->prefix.size() > std::string_view("usr").size() && python->prefix != "usr/local") {
      code_folders_.push_back(python->prefix);
    }
    const auto words = command_line(image.facts.image.config);
    entry_point_ = words.empty() ? "" : path::normal(words.front());
  }

  void check()
  {
    for (const auto& [path, file] : image_.tree.files()) {
      if (file.file->kind != image::EntryKind::folder && file.file->kind != image::EntryKind::other &&
          (is_code(path) || is_of_system(path))) {
        check_file(path, file);
      }
    }
    for (const auto& [folder, count] : folders_) {
      const TreeFile* entry = image_.tree.find(folder);
      findings_.add(
          "EL1142", folder.empty() ? "/" : folder,
          fmt::format("the folder cannot be entered or listed by Lambda's user (mode {:04o}): {} in it",
                      entry->file->mode, text::counted(count, "file")),
          fmt::format("`chmod o+rx /{}`", folder));
    }
    for (const auto& [folder, paths] : files_) {
      findings_.add("EL1142", paths,
                    fmt::format("the file cannot be read by Lambda's user (mode {:04o}){}",
                                image_.tree.find(paths.front())->file->mode, more(paths.size())),
                    fmt::format("`chmod {} /{}`", paths.size() > 1 ? "-R o+rX" : "o+r",
                                paths.size() > 1 ? folder : paths.front()));
    }
  }

private:
  bool is_code(std::string_view path) const
  {
    return path == entry_point_ || is_in_home(path) ||
           std::ranges::any_of(code_folders_, [&](const std::string& folder) {
             return path == folder || is_below(path, folder);
           });
  }

  // "home/app/model.bin"; dot files there are a shell's and its programs'.
  static bool is_in_home(std::string_view path)
  {
    const auto parts = text::split(path, '/');
    return parts.size() > 2 && parts[0] == "home" && path.find("/.") == std::string_view::npos;
  }

  static bool is_of_system(std::string_view path)
  {
    const bool is_there = std::ranges::any_of(
        k_system_folders, [&](std::string_view folder) { return path == folder || is_below(path, folder); });
    const std::string_view name = path::file_name(path);
    return is_there && (name.find(".so.") != std::string_view::npos || name.ends_with(".so") ||
                        name.ends_with(".py") || name.ends_with(".pem") || name.ends_with(".crt"));
  }

  // The highest folder on the way that keeps Lambda's user out; nothing when none does.
  const std::optional<std::string>& barrier(const std::string& folder)
  {
    const auto [known, is_new] = barriers_.try_emplace(folder);
    if (!is_new) {
      return known->second;
    }
    std::optional<std::string> found;
    if (!folder.empty()) {
      found = barrier(std::string(path::folder_of(folder)));
    }
    const TreeFile* entry = image_.tree.find(folder);
    if (!found && entry != nullptr && entry->file->kind == image::EntryKind::folder) {
      const unsigned wanted = is_code(folder) ? k_read | k_execute : k_execute;   // importlib lists folders
      if ((entry->file->mode & wanted) != wanted) {
        found = folder;
      }
    }
    return barriers_[folder] = found;
  }

  void check_file(const std::string& path, const TreeFile& file)
  {
    if (const auto& folder = barrier(std::string(path::folder_of(path)))) {
      if (!base_.has(file) || !base_.has(*folder)) {
        ++folders_[*folder];
      }
      return;
    }
    // A link's own mode counts for nothing.
    const bool is_hidden = file.file->kind != image::EntryKind::symlink && (file.file->mode & k_read) == 0;
    const bool is_program = file.file->elf && (file.file->mode & k_execute) != 0;   // runs without being read
    if (is_hidden && !is_program && !base_.has(file)) {
      files_[std::string(path::folder_of(path))].push_back(path);
    }
    if (file.file->kind == image::EntryKind::symlink && is_code(path) && !base_.has(file)) {
      check_target(path);
    }
  }

  // What a link leads to may lie where the code's own folders end: in root's home, for one.
  void check_target(const std::string& path)
  {
    const std::string real = image_.tree.resolve(path);
    const TreeFile* target = image_.tree.find(real);
    if (target == nullptr || is_code(real)) {
      return;   // it is looked at by itself
    }
    const bool is_folder = target->file->kind == image::EntryKind::folder;
    const auto& folder = barrier(is_folder ? real : std::string(path::folder_of(real)));
    const unsigned wanted = is_folder ? k_read | k_execute : k_read;
    const bool is_program = target->file->elf && (target->file->mode & k_execute) != 0;
    if (!folder && ((target->file->mode & wanted) == wanted || is_program)) {
      return;
    }
    const std::string& closed = folder ? *folder : real;
    findings_.add("EL1142", path,
                  fmt::format("the link leads to /{}, which Lambda's user cannot reach (mode {:04o} of /{})",
                              real, image_.tree.find(closed)->file->mode, closed),
                  "put the file itself here, with `chmod -R o+rX`");
  }

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  std::vector<std::string> code_folders_;
  std::string entry_point_;
  std::map<std::string, std::optional<std::string>> barriers_;
  std::map<std::string, std::size_t> folders_;   // that keep out, and how many files lie below
  std::map<std::string, std::vector<std::string>> files_;   // by folder
};

// What every system puts into root's home.
bool is_of_shell(std::string_view name)
{
  static constexpr std::array<std::string_view, 8> k_names = {".bashrc",    ".bash_profile", ".bash_logout",
                                                              ".profile",   ".cshrc",        ".tcshrc",
                                                              ".wget-hsts", ".bash_history"};
  return std::ranges::find(k_names, name) != k_names.end();
}

// Links that lead out of the image, or that only people follow: manuals, and what distributions leave behind.
bool may_dangle(std::string_view path, std::string_view target)
{
  static constexpr std::array<std::string_view, 7> k_mounted = {"proc", "dev",     "run", "tmp",
                                                                "sys",  "var/run", "mnt"};
  const std::string goal = path::normal(
      target.starts_with('/') ? std::string(target) : fmt::format("{}/{}", path::folder_of(path), target));
  const bool is_mounted = std::ranges::any_of(
      k_mounted, [&](std::string_view folder) { return goal == folder || is_below(goal, folder); });
  return is_mounted || has_part(path, "man") || has_part(path, "doc") || has_part(path, ".build-id") ||
         is_below(path, "etc/alternatives") || is_test_data(path);
}

}   // namespace

void check_readable(const Audited& image, Findings& findings)
{
  Readable(image, findings).check();
}

void check_root_home(const Audited& image, Findings& findings)
{
  const BaseLayers base(image);
  struct Part {
    std::size_t files = 0;
    unsigned long long bytes = 0;
  };
  std::map<std::string, Part> parts;   // by what lies directly in the home
  for (const auto& [path, file] : image.tree.files()) {
    if (!is_below(path, k_root_home) || base.has(file) || file.file->kind == image::EntryKind::folder) {
      continue;
    }
    const std::string part = path.substr(0, path.find('/', k_root_home.size() + 1));
    if (!is_of_shell(path::file_name(part))) {
      ++parts[part].files;
      parts[part].bytes += file.file->size;
    }
  }
  for (const auto& [path, part] : parts) {
    findings.add(
        "EL1143", path,
        fmt::format("{} ({}) in root's home, which Lambda's user does not see", text::counted(part.files, "file"),
                    text::human_bytes(part.bytes)),
        "remove it in the step that makes it, or put what the function needs below /opt or /var/task");
  }
}

void check_links(const Audited& image, Findings& findings)
{
  const BaseLayers base(image);
  std::map<std::string, std::vector<std::string>> dangling;   // by folder
  for (const auto& [path, file] : image.tree.files()) {
    if (file.file->kind == image::EntryKind::symlink && !base.has(file) && image.tree.resolve(path).empty() &&
        !may_dangle(path, file.file->target)) {
      dangling[std::string(path::folder_of(path))].push_back(path);
    }
  }
  for (const auto& [folder, paths] : dangling) {
    findings.add("EL1144", paths,
                 fmt::format("the link to {} leads nowhere{}", image.tree.find(paths.front())->file->target,
                             paths.size() > 1
                                 ? fmt::format(" (and {} more)", text::counted(paths.size() - 1, "link"))
                                 : ""),
                 "bring what it leads to, or remove the link");
  }
}

}   // namespace envlift::audit
