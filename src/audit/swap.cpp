// The base's Python gives way to the environment's: each part of that is in its place.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/names.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>

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

// The absolute paths among a shell script's words, as paths of the image.
std::vector<std::string> paths_in(std::string_view script)
{
  constexpr std::string_view k_between = " \t\"'=;|&()";
  std::vector<std::string> paths;
  for (std::string_view line : text::lines(script)) {
    line = text::trim(line);
    for (std::size_t at = 0; at < line.size() && !line.starts_with('#');) {
      const std::size_t end = std::min(line.find_first_of(k_between, at), line.size());
      const std::string_view word = line.substr(at, end - at);
      if (word.starts_with('/') && word.find('$') == std::string_view::npos) {
        paths.push_back(path::normal(word));
      }
      at = end + 1;
    }
  }
  return paths;
}

// "var/lang/bin/base-python3.11"
bool is_python(std::string_view path)
{
  return path::file_name(path::folder_of(path)) == "bin" &&
         path::file_name(path).find("python") != std::string_view::npos;
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
      check_activation();
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
    const std::string runtime = runtime_program();
    const TreeFile* file = image_.tree.open(runtime);
    if (file == nullptr || file->file->kind == image::EntryKind::folder) {
      findings_.add("EL1121", runtime, "the entry script starts this program, which is not there",
                    "build the image again with `envlift build`");
      return;
    }
    if ((file->file->mode & 0005U) != 0005U) {
      findings_.add("EL1121", runtime, "the entry script starts this program, which not every user can run",
                    fmt::format("`chmod 0755 /{}`", runtime));
    }
    check_started(runtime, file->file->text);
  }

  std::string runtime_program() const
  {
    const std::string script = path::normal(command_line(image_.facts.image.config).front());
    const TreeFile* file = image_.tree.open(script);
    for (std::string& path : paths_in(file == nullptr ? std::string_view() : file->file->text)) {
      if (is_below(path, path::folder_of(k_runtime))) {
        return std::move(path);
      }
    }
    return std::string(k_runtime);
  }

  // A script of the base's that names no launcher, but another Python than the environment's.
  void check_started(const std::string& runtime, std::string_view script)
  {
    std::string other;
    for (const std::string& path : paths_in(script)) {
      const TreeFile* file = is_python(path) ? image_.tree.open(path) : nullptr;
      const bool is_ours =
          file != nullptr &&
          (is_launcher(*file->file) || (python_ && image_.tree.resolve(path) == python_->program));
      if (is_ours) {
        return;
      }
      other = is_python(path) && other.empty() ? path : other;
    }
    if (!other.empty()) {
      findings_.add("EL1121", runtime,
                    fmt::format("it starts /{} and not the launcher: the environment does not answer", other),
                    "build the image again, and let no later step write to /var/runtime");
    }
  }

  void check_activation()
  {
    if (python_ && !python_->activation.empty() && image_.tree.open(python_->activation) == nullptr) {
      findings_.add("EL1121", python_->activation,
                    "the launcher loads the environment's variables from this file, which is not there",
                    "build the image again, and let no later step remove it");
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

}  // namespace

void check_swap(const Audited& image, Findings& findings)
{
  Swap(image, findings).check();
}

}  // namespace envlift::audit
