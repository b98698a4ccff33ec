// Files that are not as their package's list says: cut off or changed after the installation.
#include "audit/base_layers.hpp"
#include "audit/checks.hpp"
#include "audit/slimmed.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

bool is_shared_object(std::string_view path)
{
  const std::string_view name = path::file_name(path);
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

// Stripped files are smaller and still ELF. conda writes the prefix into texts, and pip's own records change.
bool is_altered(const Package& package, std::string_view path, const File& file, unsigned long long installed)
{
  if (installed == 0 || file.size == installed) {
    return false;
  }
  if (file.size == 0 || (is_shared_object(path) && !file.elf && file.size < installed)) {
    return true;
  }
  const bool is_text_of_pip = package.kind == Package::Kind::pip && !file.elf;
  return is_text_of_pip && path::folder_of(path) != package.place;
}

// Of a source whose bytecode is all that Python reads.
bool is_reduced(std::string_view path, const File& file)
{
  return path.ends_with(".py") && file.size == k_reduced_source.size();
}

bool is_slimmed(const image::Config& config)
{
  return std::ranges::any_of(config.labels, [](const auto& label) { return label.first == k_slim_label; });
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
    std::size_t count = 0;
    std::string first;
    std::string sizes;
    for (std::size_t i = 0; i < package.installed.size(); ++i) {
      const std::string& path = package.files[i];
      const TreeFile* file = image_.tree.find(path);
      const bool is_own = file != nullptr && file->file->kind == image::EntryKind::file &&
                          !base_.has(*file) && image_.packages.index_of(path) == index &&
                          !(is_slimmed_ && is_reduced(path, *file->file));
      if (is_own && is_altered(package, path, *file->file, package.installed[i]) && ++count == 1) {
        first = path;
        sizes = fmt::format("{} bytes, {} when it was installed", file->file->size, package.installed[i]);
      }
    }
    if (count > 0) {
      findings.add("EL1148", first,
                   fmt::format("this file of {} has {}{}", package.name, sizes,
                               count == 1 ? "" : fmt::format("; so do {} more in other numbers", count - 1)),
                   "install the package again, and let no later step change its files");
    }
  }

private:
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
