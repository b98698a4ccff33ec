// Modules whose bytecode Python would make again at every cold start.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/names.hpp"
#include "audit/slimmed.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

constexpr std::string_view k_cache = "__pycache__";
constexpr std::size_t k_most_packages = 12;   // beyond, the environment as a whole is the finding

// Lib/importlib/_bootstrap_external.py: the magic number of each release.
constexpr std::array<std::pair<std::string_view, std::uint16_t>, 7> k_magics = {{
  {"3.8", 3413},
  {"3.9", 3425},
  {"3.10", 3439},
  {"3.11", 3495},
  {"3.12", 3531},
  {"3.13", 3571},
  {"3.14", 3627},
}};

std::uint16_t magic_of(std::string_view minor)
{
  const auto found = std::ranges::find(k_magics, minor, [](const auto& row) { return row.first; });
  return found == k_magics.end() ? 0 : found->second;
}

bool is_identifier(std::string_view name)
{
  return !name.empty() && !text::is_digit(name.front()) && std::ranges::all_of(name, [](char c) {
    return text::is_alnum(c) || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
}

// Whether an import statement could name the source: the folders below the site folder, or the library's, are
// identifiers. What only other programs run (tests, idle, other Pythons' sources) is not.
bool is_importable(std::string_view path, std::string_view library)
{
  std::string_view rest = path.substr(library.size() + 1);
  if (constexpr std::string_view k_site = "site-packages/"; rest.starts_with(k_site)) {
    rest.remove_prefix(k_site.size());
  }
  rest.remove_suffix(std::string_view(".py").size());
  static constexpr std::array<std::string_view, 5> k_unused = {"lib2to3", "idlelib", "turtledemo",
                                                               "_vendored", "ensurepip"};
  return std::ranges::all_of(text::split(rest, '/'), [](std::string_view part) {
    return is_identifier(part) && std::ranges::find(k_unused, part) == k_unused.end();
  });
}

struct Sources {
  std::vector<std::string> without;   // a pyc that is used
  std::size_t with = 0;
};

class Bytecode {
public:
  Bytecode(const Audited& image, const Interpreter& python, Findings& findings)
      : image_(image),
        findings_(findings),
        base_(image),
        python_(python),
        magic_(magic_of(python.minor)),
        tag_(".cpython-" + digits_of(python.minor)),
        is_slimmed_(is_slimmed(image.facts.image.config))
  {}

  void check()
  {
    for (const auto& [path, file] : image_.tree.files()) {
      if (base_.has(file) || is_test_data(path)) {
        continue;
      }
      if (path.ends_with(".pyc") && file.file->kind == image::EntryKind::file && is_of_interest(path)) {
        check_pyc(path, *file.file);
      }
      else if (path.ends_with(".py") && file.file->kind != image::EntryKind::folder &&
               is_compiled_ahead(path)) {
        take_source(path);
      }
    }
    report_unused();
    report_missing();
    report(cut_, "EL1149", "the bytecode ends before its end: importing the module fails",
           "compile it again: the copy was cut off");
    report(stale_, "EL1150", "Python runs this bytecode, which is of another text of its source",
           "compile with `python -m compileall --invalidation-mode unchecked-hash` after the last change");
  }

private:
  // A source of the environment, or of a package that `pip install --target` put beside the function's code. The code
  // itself is small and compiled in no time.
  bool is_compiled_ahead(const std::string& path) const
  {
    if (is_below(path, python_.library())) {
      return is_importable(path, python_.library());
    }
    return !image_.task_root.empty() && is_below(path, image_.task_root) &&
           is_importable(path, image_.task_root) && !image_.packages.owner_of(path).empty();
  }

  bool is_of_interest(const std::string& path) const
  {
    return is_below(path, python_.library()) ||
           (!image_.task_root.empty() && is_below(path, image_.task_root));
  }

  // "numpy/__init__.py" of "numpy/__pycache__/__init__.cpython-311.pyc"
  static std::string source_of(const std::string& path)
  {
    const std::string_view name = path::file_name(path);
    return path::joined(path::folder_of(path::folder_of(path)), std::string(name.substr(0, name.find('.'))) + ".py");
  }

  // Why Python would not use the pyc; "" when it would.
  std::string defect(const std::string& path, const File& file) const
  {
    if (!file.pyc) {
      return "it has no header of Python's";
    }
    const PycFacts& pyc = *file.pyc;
    if (magic_ != 0 && pyc.magic != magic_) {
      return fmt::format("it is not of Python {}", python_.minor);
    }
    if (path::file_name(path::folder_of(path)) != k_cache) {
      return "";   // a module without a source: its pyc stands for it
    }
    const TreeFile* source = image_.tree.open(source_of(path));
    if (source == nullptr) {
      return "its source is not there";
    }
    if (pyc.is_hash_based) {
      return pyc.is_checked && is_of_other_text(pyc, *source->file) ? "its source is another one now" : "";
    }
    const bool is_fresh = pyc.source_mtime == static_cast<std::uint32_t>(source->file->mtime) &&
                          pyc.source_size == static_cast<std::uint32_t>(source->file->size);
    return is_fresh ? "" : "its source's time or size is another one now";
  }

  std::string group_of(const std::string& path) const
  {
    const std::string owner = image_.packages.owner_of(path);
    if (!owner.empty()) {
      return owner;
    }
    return is_below(path, python_.site()) ? "" : "python";   // the standard library, where no record says so
  }

  // Whether the pyc holds the hash of other bytes than the source has; false where that is not known.
  static bool is_of_other_text(const PycFacts& pyc, const File& source)
  {
    const auto magic = std::ranges::find(k_hashed_magics, pyc.magic);
    return pyc.is_hash_based && source.source_hashes && magic != k_hashed_magics.end() &&
           source.source_hashes->at(static_cast<std::size_t>(magic - k_hashed_magics.begin())) !=
               pyc.source_hash;
  }

  void check_pyc(const std::string& path, const File& file)
  {
    const bool is_cached = path::file_name(path::folder_of(path)) == k_cache;
    if (is_cached && path.find(tag_ + ".") == std::string::npos && !file.pyc) {
      return;   // another Python's
    }
    if (!is_cached && !file.pyc) {
      cut_[group_of(path)].push_back(path);   // nothing else stands for the module
      return;
    }
    if (const std::string why = defect(path, file); !why.empty()) {
      unused_[group_of(path)].push_back({path, why});
    }
    else if (file.pyc->is_cut) {
      cut_[group_of(path)].push_back(path);
    }
    else if (const TreeFile* source = is_cached ? image_.tree.open(source_of(path)) : nullptr;
             source != nullptr && !(is_slimmed_ && is_reduced(source_of(path), *source->file)) &&
             is_of_other_text(*file.pyc, *source->file)) {
      stale_[group_of(path)].push_back(path);
    }
  }

  void take_source(const std::string& path)
  {
    const std::string_view name = path::file_name(path);
    const std::string stem =
        fmt::format("{}/{}{}", path::joined(path::folder_of(path), k_cache), name.substr(0, name.size() - 3), tag_);
    const bool has_pyc = image_.tree.find(stem + ".pyc") != nullptr;
    Sources& sources = folders_[std::string(path::folder_of(path))];
    if (has_pyc) {
      ++sources.with;   // one that is not used is told by check_pyc
    }
    else {
      sources.without.push_back(path);
    }
  }

  // A few sources among many that have a pyc are those that do not compile: templates, samples for other versions.
  // A package's __init__ always compiles.
  static bool does_not_compile(const std::string& path, const Sources& folder)
  {
    return path::file_name(path) != "__init__.py" && folder.without.size() <= 2 &&
           folder.with >= 4 * folder.without.size();
  }

  using Groups = std::map<std::string, std::vector<std::string>>;   // by package

  void report(const Groups& groups, std::string_view code, std::string_view message, std::string_view cure)
  {
    for (const auto& [group, paths] : groups) {
      findings_.add_for(group, code, paths, fmt::format("{}{}", message, and_more(paths.size())),
                        std::string(cure));
    }
  }

  static std::string and_more(std::size_t count)
  {
    return count > 1 ? fmt::format(" (and {} more)", text::counted(count - 1, "file")) : "";
  }

  void report_unused()
  {
    for (const auto& [group, all] : unused_) {
      const auto& [path, why] = all.front();
      std::vector<std::string> paths(all.size());
      std::ranges::transform(all, paths.begin(), &Unused::path);
      findings_.add_for(
          group, "EL1124", paths,
          fmt::format("Python does not use the bytecode: {}{}", why, and_more(all.size())),
          "compile with `python -m compileall --invalidation-mode unchecked-hash`, after the last step "
          "that changes files or their times");
    }
  }

  void report_missing()
  {
    Groups missing;
    std::vector<std::string> all;
    for (const auto& [folder, sources] : folders_) {
      for (const std::string& path : sources.without) {
        if (!does_not_compile(path, sources)) {
          missing[group_of(path)].push_back(path);
          all.push_back(path);
        }
      }
    }
    if (missing.size() > k_most_packages) {
      add_missing("", all, fmt::format(" of {} packages", missing.size()));
      return;
    }
    for (const auto& [group, paths] : missing) {
      add_missing(group, paths, "");
    }
  }

  void add_missing(const std::string& package, const std::vector<std::string>& paths,
                   const std::string& of_what)
  {
    findings_.add_for(
        package, "EL1125", paths,
        fmt::format("{}{} without bytecode: compiled at every cold start",
                    text::counted(paths.size(), "module"), of_what),
        "compile the environment with `python -m compileall --invalidation-mode unchecked-hash`");
  }

  struct Unused {
    std::string path;
    std::string why;
  };

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  const Interpreter& python_;
  std::uint16_t magic_;
  std::string tag_;
  bool is_slimmed_;
  std::map<std::string, std::vector<Unused>> unused_;   // by package
  Groups cut_;
  Groups stale_;
  std::map<std::string, Sources> folders_;
};

}   // namespace

void check_bytecode(const Audited& image, Findings& findings)
{
  const auto python = find_interpreter(image);
  if (python && !python->minor.empty()) {
    Bytecode(image, *python, findings).check();
  }
}

}   // namespace envlift::audit
