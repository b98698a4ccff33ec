// Files that are not as their package's list says: cut off, changed or removed after the installation.
#include "audit/base_layers.hpp"
#include "audit/checks.hpp"
#include "audit/names.hpp"
#include "audit/slimmed.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

bool is_shared_object(std::string_view path)
{
  const std::string_view name = path::file_name(path);
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

// conda writes its prefix into some texts and makes programs in bin anew; caches and certificates are added to.
bool is_altered_of_conda(const Package& package, std::string_view path, const File& file,
                         unsigned long long installed)
{
  const bool is_made_anew = std::ranges::find(package.prefixed, path) != package.prefixed.end() || file.elf ||
                            path.ends_with(".pyc") || path.ends_with(".a") || has_part(path, "bin") ||
                            path.find(".dist-info/") != std::string_view::npos ||
                            path.find(".egg-info/") != std::string_view::npos;
  return !is_made_anew && (path.ends_with(".py") || file.size < installed);
}

// Builders add the certificates of a house to a bundle.
bool is_longer_bundle(std::string_view path, const File& file, unsigned long long installed)
{
  return path.ends_with(".pem") && file.size > installed;
}

// Stripped files are smaller and still ELF; pip's own records change.
bool is_altered(const Package& package, std::string_view path, const File& file, unsigned long long installed)
{
  if (installed == 0 || file.size == installed || is_longer_bundle(path, file, installed)) {
    return false;
  }
  if (file.size == 0 || (is_shared_object(path) && !file.elf && file.size < installed)) {
    return true;
  }
  return package.kind == Package::Kind::pip ? !file.elf && path::folder_of(path) != package.place
                                            : is_altered_of_conda(package, path, file, installed);
}

// Whether the file has the size that it was installed with, and another content.
bool is_rewritten(const Package& package, const File& file, std::size_t index)
{
  return index < package.sums.size() && !package.sums[index].empty() && !file.sha256.empty() &&
         package.sums[index] != file.sha256;
}

// What a function can import. Tests and the parts of the standard library that programs on a desk use are left out of
// many images on purpose.
bool is_importable(std::string_view path)
{
  static constexpr std::array<std::string_view, 7> k_left_out = {
    "idlelib", "lib2to3", "turtledemo", "ensurepip", "tkinter", "pip", "_vendor"};
  return (path.ends_with(".py") || is_shared_object(path)) && !is_test_data(path) &&
         std::ranges::none_of(k_left_out, [&](std::string_view name) { return has_part(path, name); });
}

class Altered {
public:
  explicit Altered(const Audited& image)
      : image_(image),
        base_(image),
        is_slimmed_(is_slimmed(image.facts.image.config))
  {}

  void check(std::size_t index, Findings& findings) const
  {
    const Package& package = image_.packages.all()[index];
    std::vector<std::string> altered;
    std::string first;   // what is so with the first
    for (std::size_t i = 0; i < package.installed.size(); ++i) {
      const std::string& path = package.files[i];
      const TreeFile* file = image_.tree.find(path);
      const bool is_own = file != nullptr && file->file->kind == image::EntryKind::file &&
                          !base_.has(*file) && image_.packages.index_of(path) == index &&
                          !(is_slimmed_ && is_reduced(path, *file->file));
      const unsigned long long installed = package.installed[i];
      const bool is_resized = is_own && is_altered(package, path, *file->file, installed);
      if (is_resized || (is_own && is_rewritten(package, *file->file, i))) {
        altered.push_back(path);
        first = altered.size() > 1 ? first
                : is_resized ? fmt::format("{} bytes, {} when it was installed", file->file->size, installed)
                             : "another content than when it was installed";
      }
    }
    if (!altered.empty()) {
      findings.add(
          "EL1148", altered,
          fmt::format("this file of {} has {}{}", package.name, first,
                      altered.size() == 1 ? "" : fmt::format("; {} more are altered", altered.size() - 1)),
          "install the package again, and let no later step change its files");
    }
    check_removed(package, findings);
  }

private:
  // What an image never had was left out on purpose; what one of its layers has and a later one removes was not.
  void check_removed(const Package& package, Findings& findings) const
  {
    std::vector<std::string> removed;
    bool is_used = false;
    for (const std::string& path : package.files) {
      const bool is_there = image_.tree.open(path) != nullptr;
      is_used = is_used || (is_there && path != package.place && !is_below(path, package.place));
      if (!is_there && is_importable(path) && image_.tree.open(path + "c") == nullptr && was_there(path)) {
        removed.push_back(path);
      }
    }
    if (is_used && !removed.empty()) {
      findings.add_for(
          package.name, "EL1148", removed,
          fmt::format("a later layer removes this file of {}{}", package.name,
                      removed.size() == 1 ? "" : fmt::format(", and {} more", removed.size() - 1)),
          "install the package again, and let no later step remove its files");
    }
  }

  bool was_there(const std::string& path) const
  {
    for (std::size_t i = base_.count(); i < image_.facts.image.layers.size(); ++i) {
      if (layer_facts(image_.facts, i).files.contains(path)) {
        return true;
      }
    }
    return false;
  }

  const Audited& image_;
  const BaseLayers base_;
  const bool is_slimmed_;
};

}   // namespace

void check_altered(const Audited& image, Findings& findings)
{
  const Altered altered(image);
  for (std::size_t i = 0; i < image.packages.all().size(); ++i) {
    altered.check(i, findings);
  }
}

}   // namespace envlift::audit
