// Packages that were made for the interpreter that answers.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/names.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

int number_of(std::string_view digits)
{
  int number = -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// Whether Python 3.`minor` takes a wheel with the compressed tag "py2.py3-none-any" (packaging's rules, for CPython).
bool fits_python(std::string_view tag, int minor)
{
  const auto parts = text::split(tag, '-');
  if (parts.size() < 3) {
    return true;   // not a tag that is known
  }
  const auto abis = text::split(parts[1], '.');
  const bool is_stable =
      std::ranges::any_of(abis, [](std::string_view abi) { return abi == "abi3" || abi == "none"; });
  return std::ranges::any_of(text::split(parts[0], '.'), [&](std::string_view python) {
    if (python == "py3") {
      return true;
    }
    const bool is_generic = python.starts_with("py3");
    if (!is_generic && !python.starts_with("cp3")) {
      return false;
    }
    const int wanted = number_of(python.substr(3));
    return is_generic || is_stable ? wanted <= minor : wanted == minor;
  });
}

bool fits_system(std::string_view tag)
{
  const auto parts = text::split(tag, '-');
  return parts.size() < 3 || std::ranges::any_of(
                                 text::split(parts[2], '.'),
                                 [](std::string_view platform) {
                                   return platform == "any" ||
                                          platform.find("linux") != std::string_view::npos;
                                 });
}

// The Python that a conda build string names: 311 of "py311", "py311h5eee18b_0", "cp311"; -1 for none.
int minor_of_build(std::string_view build)
{
  for (const std::string_view begin : {"py3", "cp3"}) {
    for (std::size_t at = build.find(begin); at != std::string_view::npos; at = build.find(begin, at + 1)) {
      const bool is_word = at == 0 || !text::is_alnum(build[at - 1]);
      std::size_t end = at + begin.size();
      while (end < build.size() && text::is_digit(build[end])) {
        ++end;
      }
      if (is_word && end > at + begin.size()) {
        return number_of(build.substr(at + begin.size(), end - at - begin.size()));
      }
    }
  }
  return -1;
}

class Tags {
public:
  Tags(const Audited& image, const Interpreter& python, Findings& findings)
      : image_(image),
        findings_(findings),
        base_(image),
        python_(python),
        minor_(number_of(python.minor.substr(2)))
  {}

  void check_packages()
  {
    for (const Package& package : image_.packages.all()) {
      if (!is_imported_from(package.site) || base_.has(package.place) || package.tags.empty()) {
        continue;
      }
      if (package.kind == Package::Kind::conda) {
        check_build(package);
      }
      else if (package.kind == Package::Kind::pip) {
        check_wheel(package);
      }
    }
  }

  // Extension modules whose file name is another Python's, where nothing beside them stands in.
  void check_names()
  {
    std::map<std::string, std::pair<std::string, std::size_t>> wrong;   // by package: the first, and how many
    for (const auto& [path, file] : image_.tree.files()) {
      const std::size_t at = path.find(".cpython-3");
      if (at == std::string::npos || !path.ends_with(".so") || !is_imported_from(path::folder_of(path)) ||
          base_.has(file) || is_test_data(path)) {
        continue;
      }
      const std::string_view rest = std::string_view(path).substr(at + std::string_view(".cpython-3").size());
      if (number_of(rest) != minor_ && !has_substitute(path.substr(0, at))) {
        const std::string owner = image_.packages.owner_of(path);
        auto& group = wrong.try_emplace(owner.empty() ? path : owner, path, 0).first->second;
        ++group.second;
      }
    }
    for (const auto& [owner, group] : wrong) {
      if (!reported_.contains(owner)) {
        report(image_.packages.owner_of(group.first), group.first,
               fmt::format("the extension module is not for Python {}{}", python_.minor,
                           group.second > 1 ? fmt::format(", and {} more", text::counted(group.second - 1, "file"))
                                            : ""));
      }
    }
  }

private:
  bool is_imported_from(std::string_view folder) const
  {
    const auto is_at = [&](const std::string& place) {
      return !place.empty() && (folder == place || is_below(folder, place));
    };
    return is_at(python_.prefix) || is_at(image_.task_root) || is_at("opt/python");
  }

  bool has_substitute(const std::string& module) const
  {
    const std::string tag = fmt::format("{}.cpython-3{}-", module, minor_);
    const auto next = image_.tree.files().lower_bound(tag);
    return (next != image_.tree.files().end() && next->first.starts_with(tag)) ||
           std::ranges::any_of(std::array{".abi3.so", ".so", ".py"},
                               [&](const char* end) { return image_.tree.find(module + end) != nullptr; });
  }

  void check_build(const Package& package)
  {
    for (const std::string& tag : package.tags) {
      const int wanted = minor_of_build(tag);
      if (wanted >= 0 && wanted != minor_ && !package.files.empty()) {
        report(package.name, package.place,
               fmt::format("{} {} is built for Python 3.{}, the image has {}", package.name, package.version,
                           wanted, python_.minor));
        return;
      }
    }
  }

  void check_wheel(const Package& package)
  {
    const auto fits = [&](const std::string& tag) { return fits_python(tag, minor_) && fits_system(tag); };
    if (std::ranges::none_of(package.tags, fits)) {
      report(package.name, package.place,
             fmt::format("{} {} is a wheel for {}, the image has Python {} on Linux", package.name,
                         package.version, package.tags.front(), python_.minor));
    }
  }

  void report(const std::string& package, const std::string& path, std::string message)
  {
    reported_[package] = true;
    findings_.add_for(package, "EL1123", path, std::move(message),
                      fmt::format("install {} with the Python {} of the image",
                                  package.empty() ? "its package" : package, python_.minor));
  }

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  const Interpreter& python_;
  int minor_;
  std::map<std::string, bool> reported_;
};

}   // namespace

void check_python_tags(const Audited& image, Findings& findings)
{
  const auto python = find_interpreter(image);
  if (!python || python->minor.empty()) {
    return;
  }
  Tags tags(image, *python, findings);
  tags.check_packages();
  tags.check_names();
}

}   // namespace envlift::audit
