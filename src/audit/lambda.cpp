// What Lambda itself asks of an image: an entry point, a handler, limits, a manifest and layers that it takes.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/leaks.hpp"
#include "audit/machines.hpp"
#include "audit/names.hpp"
#include "base/path.hpp"
#include "base/text.hpp"
#include "function/function.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

constexpr unsigned long long k_most_bytes = 10ULL << 30U;   // AWS: "maximum image size, uncompressed": 10 GB
constexpr std::size_t k_most_layers = 127;   // the kernel's overlay and docker's layer store
constexpr std::size_t k_many_layers = 60;
constexpr unsigned long long k_least_worth_a_note = 50'000'000;
constexpr std::size_t k_most_packages = 5;

std::string_view first_word(std::string_view line)
{
  line = text::trim(line);
  return line.substr(0, line.find_first_of(" \t"));
}

class EntryPoint {
public:
  EntryPoint(const Audited& image, Findings& findings) : image_(image), findings_(findings) {}

  void check()
  {
    if (check_entry_point_word(image_, findings_)) {
      path_ = path::normal(command_line(image_.facts.image.config).front());
      if (check_link()) {
        check_file();
      }
    }
  }

private:
  void add(const std::string& path, std::string message, std::string hint)
  {
    findings_.add("EL1131", path, std::move(message), std::move(hint));
  }

  // The line that starts `program` with the arguments that ENTRYPOINT gives; a shell's is best left out as a whole.
  std::string cure(const std::string& program) const
  {
    const std::vector<std::string>& words = image_.facts.image.config.entrypoint;
    if (words.size() > 1 && words[1] == "-c") {
      return "write ENTRYPOINT in its JSON form, with the program's whole path and no shell";
    }
    std::string line = fmt::format("write `ENTRYPOINT [\"/{}\"", program);
    // A secret among them is told by itself, and not repeated.
    const bool is_open =
        std::ranges::none_of(words, [](const std::string& word) { return holds_secret(word); });
    for (std::size_t i = 1; i < words.size() && is_open; ++i) {
      line += fmt::format(", \"{}\"", words[i]);
    }
    return line + "]`";
  }

  // Whether there is more to look at.
  bool check_link()
  {
    const TreeFile* file = image_.tree.find(path_);
    const std::string real = image_.tree.resolve(path_);
    if (real.empty() || image_.tree.find(real) == nullptr) {
      add(path_,
          file == nullptr ? "the entry point is not there" : "the entry point is a link that leads nowhere",
          "correct ENTRYPOINT, or put the file there");
      return false;
    }
    if (file != nullptr && file->file->kind == image::EntryKind::symlink) {
      add(path_, fmt::format("the entry point is a symbolic link to /{}", real), cure(real));
    }
    else if (real != path_) {
      findings_.add("EL1132", path_,
                    fmt::format("the entry point is reached through a link: it is /{}", real), cure(real));
    }
    return true;
  }

  void check_file()
  {
    const File& file = *image_.tree.open(path_)->file;
    if (file.kind != image::EntryKind::file && file.kind != image::EntryKind::hardlink) {
      add(path_, "the entry point is not a file", "name the program itself");
      return;
    }
    // The kernel reads a script's interpreter; the script itself is read by that.
    const unsigned wanted = file.elf ? 0001U : 0005U;
    if ((file.mode & wanted) != wanted) {
      add(path_, "the entry point cannot be run by every user", fmt::format("`chmod 0755 /{}`", path_));
    }
    if (file.elf) {
      check_loader(*file.elf);
    }
    else {
      check_shebang(file);
    }
  }

  void check_loader(const ElfFacts& elf)
  {
    if (!elf.interpreter.empty() && image_.tree.open(path::normal(elf.interpreter)) == nullptr) {
      add(path_, fmt::format("the entry point's loader {} is not in the image", elf.interpreter),
          "use a program that was built for the base's C library");
    }
  }

  void check_shebang(const File& file)
  {
    const std::string_view program = first_word(file.shebang);
    if (program.empty()) {
      add(path_, "the entry point is neither a program nor a script with a first line `#!`",
          "begin it with `#!` and the path of its interpreter");
      return;
    }
    if (text::lines(file.text.substr(0, 256)).size() > 1 && file.text.find("\r\n") < file.text.find('\n')) {
      add(path_, "the entry point's lines end as on Windows: its interpreter is not found",
          "save it with Unix line ends");
      return;
    }
    if (image_.tree.open(path::normal(program)) == nullptr) {
      add(path_, fmt::format("the entry point's interpreter {} is not in the image", program),
          "correct its first line, or bring the interpreter");
      return;
    }
    check_env(text::trim(text::trim(file.shebang).substr(program.size())), program);
  }

  // `#!/usr/bin/env NAME` looks along PATH.
  void check_env(std::string_view arguments, std::string_view program)
  {
    const std::string_view name = first_word(arguments);
    if (path::file_name(program) != "env" || name.empty() || name.starts_with('-')) {
      return;
    }
    const std::string path = variable(image_.facts.image.config, "PATH");
    const bool is_there = std::ranges::any_of(text::split(path, ':'), [&](std::string_view folder) {
      return image_.tree.open(path::joined(path::normal(folder), name)) != nullptr;
    });
    if (!is_there) {
      add(path_, fmt::format("the entry point's interpreter {} is not on PATH", name),
          "name the interpreter by its whole path");
    }
  }

  const Audited& image_;
  Findings& findings_;
  std::string path_;
};

class Handler {
public:
  Handler(const Audited& image, Findings& findings) : image_(image), findings_(findings) {}

  void check()
  {
    if (image_.handler.empty()) {
      report_none();
      return;
    }
    const std::string module = module_path();
    if (!module.empty() && !is_in(image_.task_root, module) && is_elsewhere(module)) {
      return;   // a package's module: its source is not read
    }
    locate();
  }

private:
  // The entry script takes exactly one word.
  void report_none()
  {
    const auto& config = image_.facts.image.config;
    if (!starts_with_base_script(image_)) {
      return;   // another kind of program: it knows its handler
    }
    const std::size_t count = command_line(config).size() - 1;
    if (count == 0) {
      findings_.add("EL1134", "", "the image names no handler",
                    "write `CMD [\"module.function\"]`, or name the handler with --handler");
    }
    else {
      findings_.add("EL1133", "",
                    fmt::format("CMD has {} words, and the entry script takes one: the handler", count),
                    "write `CMD [\"module.function\"]` in its JSON form");
    }
  }

  // "pkg/mod" of "pkg.mod.function"
  std::string module_path() const
  {
    const std::size_t dot = image_.handler.rfind('.');
    return dot == std::string::npos ? "" : text::replace_all(image_.handler.substr(0, dot), ".", "/");
  }

  bool is_in(const std::string& folder, const std::string& module) const
  {
    const std::string path = path::joined(folder, module);
    const auto extension = image_.tree.files().lower_bound(path + ".");
    return image_.tree.open(path + ".py") != nullptr || image_.tree.open(path + "/__init__.py") != nullptr ||
           (extension != image_.tree.files().end() && extension->first.starts_with(path + ".") &&
            extension->first.ends_with(".so"));
  }

  bool is_elsewhere(const std::string& module) const
  {
    const auto python = find_interpreter(image_);
    std::vector<std::string> folders = python_path(image_.facts.image.config);
    folders.insert(folders.end(), {"opt/python", "var/runtime"});
    if (python && !python->minor.empty()) {
      folders.push_back(python->site());
      folders.push_back(fmt::format("opt/python/lib/python{}/site-packages", python->minor));
      folders.push_back(fmt::format("var/lang/lib/python{}/site-packages", python->minor));
    }
    return std::ranges::any_of(folders, [&](const std::string& folder) { return is_in(folder, module); });
  }

  std::vector<function::CodeFile> code_files() const
  {
    std::vector<function::CodeFile> files;
    // Of an image without a working folder the code is beside the system: only what the handler names is taken.
    const bool is_root = image_.task_root.empty();
    const std::string begin =
        is_root ? image_.handler.substr(0, image_.handler.find_first_of("./")) : image_.task_root + "/";
    for (auto file = image_.tree.files().lower_bound(begin);
         file != image_.tree.files().end() && file->first.starts_with(begin); ++file) {
      const TreeFile* real = image_.tree.open(file->first);
      if (real != nullptr && real->file->kind != image::EntryKind::folder) {
        files.push_back({is_root ? file->first : file->first.substr(begin.size()),
                         (real->file->mode & 0111U) != 0, "/" + file->first});
      }
    }
    return files;
  }

  void locate()
  {
    const function::ReadCode read = [&](const std::string& path) -> std::optional<std::string> {
      const TreeFile* file = image_.tree.open(path::joined(image_.task_root, path));
      const bool is_known = file != nullptr && (!file->file->text.empty() || file->file->size == 0);
      return is_known ? std::optional(file->file->text) : std::nullopt;
    };
    diag::Diagnostics diagnostics;
    diag::Sources sources;
    function::locate(image_.handler, code_files(), read, diagnostics, sources);
    for (const diag::Diagnostic& found : diagnostics.all()) {
      if (found.code == "EL0510" || found.code == "EL0511") {
        continue;   // about building, not about what was built
      }
      const std::string notes =
          found.notes.empty() ? "" : fmt::format(" ({})", text::join(found.notes, "; "));
      const std::string place = found.span.line == 0 ? "" : fmt::format(", line {}", found.span.line);
      findings_.add(found.code, found.span.file.empty() ? image_.task_root : found.span.file,
                    found.message + place + notes, found.hint);
    }
  }

  const Audited& image_;
  Findings& findings_;
};

unsigned long long unpacked_bytes(const ImageFacts& facts)
{
  unsigned long long bytes = 0;
  for (std::size_t i = 0; i < facts.image.layers.size(); ++i) {
    for (const auto& [path, file] : layer_facts(facts, i).files) {
      bytes += file.kind == image::EntryKind::file ? file.size : 0;
    }
  }
  return bytes;
}

std::vector<const Package*> largest_packages(const Audited& image)
{
  const BaseLayers base(image);
  std::vector<const Package*> all;
  for (const Package& package : image.packages.all()) {
    const bool is_twin =
        std::ranges::any_of(all, [&](const Package* one) { return one->name == package.name; });
    if (!base.has(package.place) && !is_twin) {
      all.push_back(&package);
    }
  }
  std::ranges::stable_sort(all, std::ranges::greater(), &Package::bytes);
  return all;
}

void note_largest(const Audited& image, Findings& findings)
{
  std::vector<const Package*> packages = largest_packages(image);
  unsigned long long sum = 0;
  for (const Package* package : packages) {
    sum += package->bytes;
  }
  if (sum < k_least_worth_a_note) {
    return;
  }
  packages.resize(std::min(packages.size(), k_most_packages));
  std::vector<std::string> words;
  for (const Package* package : packages) {
    words.push_back(fmt::format("{} {}", package->name, text::human_bytes(package->bytes)));
  }
  findings.add_for(packages.front()->name, "EL1137", packages.front()->place,
                   fmt::format("the packages have {}; the largest are {}", text::human_bytes(sum),
                               text::join(words, ", ")),
                   "leave out what the function does not import");
}

}   // namespace

bool check_entry_point_word(const Audited& image, Findings& findings)
{
  const auto words = command_line(image.facts.image.config);
  if (words.empty() || words.front().empty()) {
    findings.add("EL1131", "", "the image names no entry point",
                 "set `ENTRYPOINT` in its JSON form, with an absolute path");
    return false;
  }
  if (!words.front().starts_with('/')) {
    findings.add("EL1131", "", fmt::format("the entry point `{}` is not an absolute path", words.front()),
                 "write it with its whole path, as `ENTRYPOINT [\"/…\"]`");
    return false;
  }
  return true;
}

void check_entry_point(const Audited& image, Findings& findings)
{
  EntryPoint(image, findings).check();
}

void check_handler(const Audited& image, Findings& findings)
{
  Handler(image, findings).check();
}

void check_working_folder(const Audited& image, Findings& findings)
{
  const std::string folder = path::normal(image.facts.image.config.working_dir);
  const std::string real = image.tree.resolve(folder);
  const bool is_below_tmp = folder != "tmp" && is_below(folder, "tmp");
  if (folder.empty() || (!real.empty() && image.tree.is_folder(real) && !is_below_tmp)) {
    return;
  }
  findings.add("EL1153", folder,
               is_below_tmp ? "the working folder lies in /tmp, which begins empty in Lambda"
                            : "the working folder is not in the image, and Lambda cannot make it",
               is_below_tmp ? "name a folder outside of /tmp in WORKDIR"
                            : fmt::format("make it in the build: `RUN mkdir -p /{}`", folder));
}

void check_size(unsigned long long unpacked_bytes, Findings& findings)
{
  if (unpacked_bytes > k_most_bytes) {
    findings.add(
        "EL1135", "",
        fmt::format("the image has {} unpacked, and Lambda takes 10 GB", text::human_bytes(unpacked_bytes)),
        "remove packages, or keep large data in S3 or EFS");
  }
}

void check_layer_count(const Audited& image, Findings& findings)
{
  const std::size_t layers = image.facts.image.layers.size();
  if (layers > k_most_layers) {
    findings.add("EL1136", "",
                 fmt::format("the image has {} layers, and engines take {}", layers, k_most_layers),
                 "join steps of the Dockerfile");
  }
  else if (layers > k_many_layers) {
    findings.add("EL1138", "", fmt::format("the image has {} layers", layers),
                 fmt::format("stay below {}, so that images built on this one stay below {}", k_many_layers,
                             k_most_layers));
  }
}

void check_limits(const Audited& image, Findings& findings)
{
  check_size(unpacked_bytes(image.facts), findings);
  check_layer_count(image, findings);
  note_largest(image, findings);
}

}   // namespace envlift::audit
