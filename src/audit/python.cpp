// The interpreter that answers is the environment's, with packages that were made for it.
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

constexpr std::string_view k_bootstrap = "opt/envlift/bootstrap.py";
constexpr std::string_view k_base_bin = "var/lang/bin";
constexpr std::string_view k_runtime = "var/runtime/bootstrap";

bool has_folder(const Tree& tree, std::string_view folder)
{
  const auto first = tree.files().lower_bound(std::string(folder) + "/");
  return first != tree.files().end() && is_below(first->first, folder);
}

// The native part of the runtime client among the top-level files of a site folder: it was `runtime_client` in all
// versions so far.
bool has_native_client(const Tree& tree, std::string_view site, std::string_view minor)
{
  return std::ranges::any_of(tree.list(site), [&](const std::string& name) {
    const bool is_ours = name.starts_with("runtime_client.") && name.ends_with(".so");
    return is_ours && (name.find(".cpython-") == std::string::npos ||
                       name.find(".cpython-" + digits_of(minor) + "-") != std::string::npos);
  });
}

class Swap {
public:
  Swap(const Audited& image, Findings& findings)
      : image_(image),
        findings_(findings),
        base_(image),
        python_(find_interpreter(image))
  {}

  void check()
  {
    check_home();
    if (has_folder(image_.tree, "opt/envlift") || (python_ && python_->is_launched)) {
      check_runtime();
      check_launchers();
      check_bootstrap();
      check_target();
    }
    else if (is_replaced()) {
      check_target();
    }
    else {
      check_left_out();
      if (!starts_client()) {
        return;   // the base's own Python and client
      }
    }
    check_client();
  }

private:
  // `python -m awslambdaric`: the Python that is named has to have the client.
  bool starts_client() const
  {
    const image::Config& config = image_.facts.image.config;
    const auto words = command_line(config);
    return !words_of_client(config).empty() && path::file_name(words.front()).starts_with("python");
  }

  // PYTHONHOME replaces the prefix that Python finds by its own place ("prefix:exec_prefix").
  void check_home()
  {
    const std::string home = variable(image_.facts.image.config, "PYTHONHOME");
    const std::string prefix = path::normal(home.substr(0, home.find(':')));
    if (python_ && !home.empty() && !python_->prefix.empty() && !prefix.empty() &&
        prefix != python_->prefix && image_.tree.resolve(prefix) != image_.tree.resolve(python_->prefix)) {
      findings_.add("EL1121", python_->prefix,
                    fmt::format("PYTHONHOME is {}: the Python in /{} takes its standard library from there",
                                home, python_->prefix),
                    "take PYTHONHOME out of the image's variables");
    }
  }

  // A Python that somebody put in the place of the base's.
  bool is_replaced() const
  {
    return python_ && starts_with_base_script(image_) && path::folder_of(python_->called) == k_base_bin &&
           base_.count() > 0 && !base_.has(python_->called);
  }

  void check_launchers()
  {
    const std::string minor = python_ ? minor_of(python_->called) : "";
    if (minor.empty() || path::folder_of(python_->called) != k_base_bin) {
      if (starts_with_base_script(image_)) {
        findings_.add("EL1121", std::string(k_base_bin),
                      "the base's Python is not there, and nothing in its place",
                      "build the image again with `envlift build`");
      }
      return;
    }
    for (const std::string& name : {"python" + minor, std::string("python3"), std::string("python")}) {
      check_launcher(path::joined(k_base_bin, name));
    }
  }

  void check_launcher(const std::string& path)
  {
    const TreeFile* file = image_.tree.open(path);
    if (file == nullptr || !is_launcher(*file->file)) {
      findings_.add("EL1121", path,
                    file == nullptr ? "the launcher is not there"
                                    : "this is not the launcher: another Python answers",
                    "build the image again, and let no later step write to /var/lang/bin");
    }
    else if ((file->file->mode & 0005U) != 0005U) {
      findings_.add("EL1121", path, "the launcher cannot be run by every user",
                    fmt::format("`chmod 0755 /{}`", path));
    }
  }

  // What the base's entry script starts. A base without a language has none but ours.
  void check_runtime()
  {
    if (!starts_with_base_script(image_)) {
      return;
    }
    const TreeFile* file = image_.tree.open(k_runtime);
    if (file == nullptr || file->file->kind == image::EntryKind::folder) {
      findings_.add("EL1121", std::string(k_runtime),
                    "the entry script starts this program, which is not there",
                    "build the image again with `envlift build`");
    }
    else if ((file->file->mode & 0005U) != 0005U) {
      findings_.add("EL1121", std::string(k_runtime),
                    "the entry script starts this program, which not every user can run",
                    fmt::format("`chmod 0755 /{}`", k_runtime));
    }
  }

  void check_bootstrap()
  {
    const TreeFile* file = image_.tree.open(k_bootstrap);
    if (file == nullptr || file->file->kind == image::EntryKind::folder) {
      findings_.add("EL1121", std::string(k_bootstrap), "the bootstrap that the launcher starts is not there",
                    "build the image again with `envlift build`");
    }
  }

  void check_target()
  {
    if (!python_) {
      return;
    }
    const TreeFile* file = python_->program.empty() ? nullptr : image_.tree.find(python_->program);
    if (file == nullptr) {
      findings_.add("EL1121", python_->target,
                    fmt::format("/{} leads to this interpreter, which is not there", python_->called),
                    "put the environment where it was built for, or build the image again");
      return;
    }
    if (!file->file->elf) {
      findings_.add("EL1121", python_->target, "the environment's interpreter is not a program",
                    "build the image again");
    }
    else if ((file->file->mode & 0001U) == 0) {
      findings_.add("EL1121", python_->target, "the environment's interpreter cannot be run by every user",
                    fmt::format("`chmod 0755 /{}`", python_->program));
    }
    check_minor();
  }

  void check_minor()
  {
    const std::string called = minor_of(python_->called);
    const std::string real = minor_of(python_->program);
    const std::string& minor = real.empty() ? python_->minor : real;
    if (!called.empty() && !minor.empty() && called != minor) {
      findings_.add(
          "EL1121", python_->called,
          fmt::format("the base is for Python {}, the environment's interpreter is {}", called, minor),
          fmt::format("build on the base of Python {}", minor));
    }
    if (!python_->prefix.empty() && !minor.empty() && !has_folder(image_.tree, python_->library())) {
      findings_.add(
          "EL1121", python_->prefix,
          fmt::format("the environment has no packages for Python {} (/{})", minor, python_->library()),
          fmt::format("make the environment for Python {}", minor));
    }
  }

  // An environment that was made to answer, and does not: it has the runtime client.
  void check_left_out()
  {
    if (!python_ || !starts_with_base_script(image_)) {
      return;
    }
    for (const Package& package : image_.packages.all()) {
      const bool is_apart = package.name == "awslambdaric" && package.kind == Package::Kind::pip &&
                            package.place.find("/site-packages/") != std::string::npos &&
                            !is_below(package.place, python_->prefix) && !base_.has(package.place);
      const std::string prefix =
          package.place.substr(0, std::min(package.place.find("/lib/python3"), package.place.size()));
      if (is_apart && image_.tree.open(prefix + "/bin/python") != nullptr) {
        findings_.add("EL1121", python_->called,
                      fmt::format("the base's own Python answers, and not the environment in /{}", prefix),
                      "build with `envlift build`, which puts a launcher in its place");
      }
    }
  }

  // Where modules come from, besides the environment's own: layers below /opt, and for the base's own interpreter the
  // base's.
  std::vector<std::string> sites() const
  {
    std::vector<std::string> sites = {python_->site(),
                                      fmt::format("opt/python/lib/python{}/site-packages", python_->minor),
                                      "opt/python", image_.task_root};
    if (!python_->is_launched) {
      add_plain_sites(sites);
    }
    if (path::folder_of(python_->program) == k_base_bin) {
      sites.push_back("var/runtime");
      sites.push_back(fmt::format("var/lang/lib/python{}/site-packages", python_->minor));
    }
    return sites;
  }

  // Of a Python that nobody put in another's place: a virtual environment's, Debian's, those of PYTHONPATH.
  void add_plain_sites(std::vector<std::string>& sites) const
  {
    const std::string venv(path::folder_of(path::folder_of(python_->called)));
    sites.push_back(fmt::format("{}/lib/python{}/site-packages", venv, python_->minor));
    sites.push_back(fmt::format("usr/local/lib/python{}/dist-packages", python_->minor));
    sites.push_back("usr/lib/python3/dist-packages");
    for (const std::string& folder : python_path(image_.facts.image.config)) {
      sites.push_back(folder);
    }
  }

  void check_client()
  {
    if (!python_ || python_->program.empty() || python_->minor.empty()) {
      return;
    }
    for (const std::string& site : sites()) {
      if (!has_folder(image_.tree, path::joined(site, "awslambdaric"))) {
        continue;
      }
      if (!has_native_client(image_.tree, site, python_->minor)) {
        findings_.add("EL1122", path::joined(site, "awslambdaric"),
                      fmt::format("the runtime client has no native part for Python {}", python_->minor),
                      fmt::format("install awslambdaric with the interpreter of the environment (Python {})",
                                  python_->minor));
      }
      return;
    }
    findings_.add("EL1122", python_->site(), "the environment has no runtime client (awslambdaric)",
                  "add awslambdaric to the environment");
  }

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  std::optional<Interpreter> python_;
};

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

void check_swap(const Audited& image, Findings& findings)
{
  Swap(image, findings).check();
}

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
