#include "slim/slim.hpp"

#include "audit/slimmed.hpp"
#include "base/path.hpp"
#include "slim/paths.hpp"
#include "slim/pattern.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace envlift::slim {

namespace {

using audit::File;
using image::EntryKind;
using Names = std::set<std::string, std::less<>>;

bool is_below(std::string_view path, std::string_view folder)
{
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

class Chooser {
public:
  Chooser(const std::vector<audit::LayerFacts>& layers, const Trace& trace, const Place& place,
          const std::vector<std::string>& kept)
      : trace_(trace),
        place_(place),
        patterns_(kept)
  {
    for (const audit::LayerFacts& layer : layers) {
      for (const auto& [path, file] : layer.files) {
        if (is_below(path, place.prefix)) {
          files_[path] = &file;
        }
      }
    }
    note_names();
  }

  Fates run()
  {
    keep_modules();
    for (const auto& [path, file] : files_) {
      if (stays_by_itself(path, *file)) {
        keep(path);
      }
    }
    for (const std::string& name : trace_.libraries) {
      keep_library(name);
    }
    keep_links();
    return fates();
  }

private:
  // The names that a loader may ask for, and the files that they lead to.
  void note_names()
  {
    for (const auto& [path, file] : files_) {
      const std::string name(path::file_name(path));
      if (file->kind != EntryKind::folder && is_shared_object(name)) {
        named_[name].push_back(path);
        aliases_[target_of(path)].insert(name);
      }
      if (file->elf) {
        asked_.insert(file->elf->needed.begin(), file->elf->needed.end());
        if (!file->elf->soname.empty()) {
          named_[file->elf->soname].push_back(path);
          aliases_[path].insert(file->elf->soname);
        }
      }
    }
  }

  const File* find(std::string_view path) const
  {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : found->second;
  }

  // Where a link leads to in the end; the path itself for everything else.
  std::string target_of(std::string path) const
  {
    constexpr int k_most_links = 40;   // as the kernel
    for (int i = 0; i < k_most_links; ++i) {
      const File* file = find(path);
      if (file == nullptr || (file->kind != EntryKind::symlink && file->kind != EntryKind::hardlink)) {
        break;
      }
      path = file->kind == EntryKind::hardlink ? file->target
                                               : path::joined(path::folder_of(path), file->target);
    }
    return path;
  }

  bool is_named(std::string_view path) const
  {
    return std::ranges::any_of(patterns_, [&](const std::string& pattern) {
      return fits(path.substr(place_.prefix.size() + 1), pattern);
    });
  }

  bool is_protected(std::string_view path) const { return is_safe(path, place_) || is_named(path); }

  // With what it asks the loader for, and where it leads to.
  void keep(const std::string& path)
  {
    if (!kept_.insert(path).second) {
      return;
    }
    const File* file = find(path);
    if (file == nullptr) {
      return;
    }
    if (file->kind == EntryKind::symlink || file->kind == EntryKind::hardlink) {
      keep(target_of(path));
    }
    if (file->elf) {
      std::ranges::for_each(file->elf->needed, [this](const std::string& name) { keep_library(name); });
    }
  }

  void keep_library(const std::string& name)
  {
    if (const auto found = named_.find(name); found != named_.end()) {
      std::ranges::for_each(found->second, [this](const std::string& path) { keep(path); });
    }
  }

  // A module stays with its bytecode, and with the packages that it lies in.
  void keep_modules()
  {
    for (const auto& [path, file] : files_) {
      const bool is_used = trace_.files.contains(path) || is_protected(path);
      if (is_used && (is_module(path, place_) || is_extension(path, place_))) {
        modules_.insert(source_of(path));
        for (std::string_view folder = path::folder_of(path); is_below(folder, place_.library);
             folder = path::folder_of(folder)) {
          modules_.insert(std::string(folder) + "/__init__.py");
        }
      }
    }
  }

  bool is_in_unused_package(std::string_view path) const
  {
    for (std::string_view folder = path::folder_of(path); is_below(folder, place_.library);
         folder = path::folder_of(folder)) {
      const std::string init = std::string(folder) + "/__init__.py";
      if (find(init) != nullptr && !modules_.contains(init)) {
        return true;
      }
    }
    return false;
  }

  // Whether other shared objects or programs ask for this one by its name; who loads it by a path is not known.
  bool is_asked_for(const std::string& path) const
  {
    const auto names = aliases_.find(path);
    return names != aliases_.end() && std::ranges::any_of(names->second, [this](const std::string& name) {
             return asked_.contains(name);
           });
  }

  bool stays_by_itself(const std::string& path, const File& file) const
  {
    if (file.kind == EntryKind::folder || file.kind == EntryKind::symlink) {
      return file.kind == EntryKind::symlink && trace_.files.contains(path);
    }
    if (is_module(path, place_) || is_extension(path, place_)) {
      return modules_.contains(source_of(path));
    }
    if (trace_.files.contains(path) || is_protected(path)) {
      return true;
    }
    if (is_for_compilers(path, place_) || is_in_unused_package(path)) {
      return false;
    }
    return !(file.elf && is_shared_object(path::file_name(path)) && is_asked_for(path));
  }

  void keep_links()
  {
    for (const auto& [path, file] : files_) {
      if (file->kind == EntryKind::symlink || file->kind == EntryKind::hardlink) {
        const std::string target = target_of(path);
        const File* there = find(target);
        if (there == nullptr || there->kind == EntryKind::folder || kept_.contains(target)) {
          kept_.insert(path);
        }
      }
    }
  }

  // Python takes the module's bytecode without a look at its source, and nobody else read that.
  bool needs_no_source(const std::string& path, const File& file) const
  {
    if (!path.ends_with(".py") || file.size <= audit::k_reduced_source.size() ||
        trace_.files.contains(path) || is_named(path)) {
      return false;
    }
    const std::string cache = std::string(path::folder_of(path)) + "/__pycache__/";
    for (auto at = files_.lower_bound(cache); at != files_.end() && at->first.starts_with(cache); ++at) {
      const auto& pyc = at->second->pyc;
      if (source_of(at->first) == path && pyc && pyc->is_hash_based && !pyc->is_checked) {
        return true;
      }
    }
    return false;
  }

  Fates fates() const
  {
    Fates fates;
    Names filled;   // folders with something that stays
    Names touched;   // folders with something that goes
    for (const auto& [path, file] : files_) {
      if (file->kind == EntryKind::folder) {
        continue;
      }
      const bool stays = kept_.contains(path);
      if (!stays) {
        fates[path] = Fate::left_out;
      }
      else if (is_module(path, place_) && needs_no_source(path, *file)) {
        fates[path] = Fate::reduced;
      }
      for (std::string_view folder = path::folder_of(path); is_below(folder, place_.prefix);
           folder = path::folder_of(folder)) {
        (stays ? filled : touched).insert(std::string(folder));
      }
    }
    // An empty folder would be a package to Python.
    for (const std::string& folder : touched) {
      if (!filled.contains(folder)) {
        fates[folder] = Fate::left_out;
      }
    }
    return fates;
  }

  const Trace& trace_;
  const Place& place_;
  const std::vector<std::string>& patterns_;
  std::map<std::string, const File*, std::less<>> files_;
  std::map<std::string, std::vector<std::string>, std::less<>> named_;   // by a name, the paths that have it
  std::map<std::string, Names, std::less<>> aliases_;   // by path, all its names
  Names asked_;
  Names modules_;   // by their sources' paths, or those of extension modules
  Names kept_;
};

std::string owner_of(std::string_view path, const Place& place)
{
  const std::string site = place.library + "/site-packages";
  if (is_below(path, site)) {
    const std::string source = source_of(path);
    const std::string_view rest = std::string_view(source).substr(site.size() + 1);
    return std::string(rest.substr(0, rest.find_first_of("/.")));
  }
  return is_below(path, place.library) ? "Python's own library" : "shared libraries and programs";
}

}   // namespace

Fates choose(const std::vector<audit::LayerFacts>& layers, const Trace& trace, const Place& place,
             const std::vector<std::string>& kept)
{
  return Chooser(layers, trace, place, kept).run();
}

Summary summary(const std::vector<audit::LayerFacts>& layers, const Fates& fates, const Place& place)
{
  Summary all;
  std::map<std::string, unsigned long long> losses;
  for (const audit::LayerFacts& layer : layers) {
    for (const auto& [path, file] : layer.files) {
      const auto fate = fates.find(path);
      if (fate == fates.end() || file.kind == EntryKind::folder) {
        continue;
      }
      ++(fate->second == Fate::reduced ? all.reduced : all.files);
      const unsigned long long bytes =
          file.size - (fate->second == Fate::reduced ? audit::k_reduced_source.size() : 0);
      all.bytes += bytes;
      losses[owner_of(path, place)] += bytes;
    }
  }
  for (const auto& [name, bytes] : losses) {
    all.losses.push_back({name, bytes});
  }
  std::ranges::stable_sort(all.losses, std::ranges::greater{}, &Loss::bytes);
  return all;
}

std::vector<std::string> missed(std::string_view text, const Fates& fates, const Place& place)
{
  std::vector<std::string> found;
  for (const auto& [path, fate] : fates) {
    const std::string module = module_name(path, place);
    const bool is_named = text.find("/" + path) != std::string_view::npos ||
                          (!module.empty() && text.find("'" + module + "'") != std::string_view::npos) ||
                          (is_shared_object(path::file_name(path)) &&
                           text.find(path::file_name(path)) != std::string_view::npos);
    if (fate == Fate::left_out && is_named) {
      found.push_back(path);
    }
  }
  return found;
}

}   // namespace envlift::slim
