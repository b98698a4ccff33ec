#include "input/requirements_item.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/platform_packages.hpp"
#include "environment/requirement.hpp"
#include "input/conda_sections.hpp"
#include "input/requirements_direct.hpp"
#include "input/requirements_unread.hpp"
#include "input/wheel_name.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

using environment::PipPackage;

bool is_repository(std::string_view url)
{
  return url.starts_with("git+");
}

// One item on its way; every step returns whether there is something left to do.
class ItemReader {
public:
  ItemReader(const Item& item, RequirementsRun& run) : item_(item), run_(run) {}

  void read()
  {
    // A file's lines are joined by now; in YAML, which joins them itself, the backslash stays.
    if (item_.text.ends_with(" \\")) {
      refuse("EL0315", fmt::format("`{}` ends in a backslash", shown(item_.text)),
             "remove it: here a text goes on in the next line without one");
      return;
    }
    if (item_.kind == ItemKind::editable) {
      read_editable();
    }
    else if (is_url(item_.text)) {
      read_bare_url();
    }
    else if (is_path(text::trim(std::string_view(item_.text).substr(0, item_.text.find(';'))))) {
      read_path();
    }
    else {
      read_named();
    }
    if (is_refused_ && item_.kind != ItemKind::constraint) {
      list_anyway();
    }
  }

private:
  // A URL that was refused may hold anything, so that only the name is kept.
  void list_anyway()
  {
    if (is_url(item_.text) || !package_.url.empty()) {
      const std::string egg = fragment_value(item_.text.substr(0, item_.text.find(' ')), "egg");
      const auto parsed = environment::parse_requirement(package_.name.empty() ? egg : package_.name);
      if (parsed.requirement) {
        list_refused(named_row(parsed.requirement->name, item_.place()), run_);
      }
      return;
    }
    package_.requirement = package_.requirement.empty() ? item_.text : package_.requirement;
    package_.hashes = item_.hashes;
    package_.span = item_.place();
    list_refused(std::move(package_), run_);
  }

  void read_named()
  {
    auto parsed = environment::parse_requirement(item_.text);
    if (!parsed.requirement) {
      report_unread(item_, parsed.problem, run_.diagnostics());
      return;
    }
    environment::Requirement& requirement = *parsed.requirement;
    // At the end of a line of the file that pip reads it would join the next one.
    if (requirement.specifier.ends_with('\\')) {
      run_.diagnostics().add("EL0315", fmt::format("`{}` ends in a backslash", shown(item_.text)), "remove it",
                             item_.place());
      return;
    }
    take_names(requirement);
    package_.marker = requirement.marker;
    take_text(requirement);   // for a row that is refused
    if (!applies() || (!requirement.url.empty() && !take_url(requirement))) {
      return;
    }
    take_text(requirement);
    finish();
  }

  void take_text(const environment::Requirement& requirement)
  {
    package_.requirement = requirement.str();
    package_.specifier = requirement.specifier;
    package_.url = requirement.url;
  }

  void take_names(const environment::Requirement& requirement)
  {
    package_.name = environment::normalize_name(requirement.name);
    for (const std::string& extra : requirement.extras) {
      package_.extras.push_back(environment::normalize_name(extra));
    }
    std::ranges::sort(package_.extras);
  }

  // The URL of `name @ URL`.
  bool take_url(environment::Requirement& requirement)
  {
    if (is_conda_build_leftover(requirement.url)) {
      repair_leftover(requirement);
      return true;
    }
    return url_is_usable(requirement.url) && wheel_fits(file_name_of(requirement.url));
  }

  // A package that conda has built: public, and found by its name. Its hash was that of the build.
  void repair_leftover(environment::Requirement& requirement)
  {
    const auto wheel = parse_wheel_name(file_name_of(requirement.url));
    requirement.url.clear();
    requirement.specifier = wheel ? "==" + wheel->version : "";
    keeps_hashes_ = false;
    auto& finding = run_.diagnostics().add(
        "EL0318",
        fmt::format(
            "`{}` is taken from the index: its path is one of the machine that built the conda package",
            requirement.name),
        wheel ? fmt::format("write `{}`", requirement.str())
              : fmt::format("write `{}==VERSION` with the version that you want", requirement.name),
        item_.place());
    if (!wheel) {
      finding.notes.emplace_back("the path does not tell the version, so the newest one is installed");
    }
  }

  // `https://host/x.whl`, `git+https://host/repo@ref#egg=name`.
  void read_bare_url()
  {
    const std::size_t mark = item_.text.find("; ");
    const std::string url(text::trim(std::string_view(item_.text).substr(0, mark)));
    if (!take_marker(mark) || !applies()) {
      return;
    }
    const auto wheel = parse_wheel_name(file_name_of(url));
    if (wheel && is_conda_build_leftover(url)) {
      environment::Requirement requirement{
        .name = wheel->name, .extras = {}, .specifier = "", .url = url, .marker = package_.marker};
      package_.name = wheel->name;
      repair_leftover(requirement);
      take_text(requirement);
      finish();
      return;
    }
    if (!url_is_usable(url) || !take_egg(url) || !wheel_fits(file_name_of(url))) {
      return;
    }
    if (package_.requirement.empty()) {
      package_.requirement = item_.text;
    }
    package_.url = url;
    finish();
  }

  // The marker behind the `;` at the offset.
  bool take_marker(std::size_t mark)
  {
    if (mark == std::string::npos || text::trim(item_.text.substr(mark + 1)).empty()) {
      return true;
    }
    // A marker has no place of its own in the grammar; any name will do.
    auto parsed = environment::parse_requirement("x" + item_.text.substr(mark));
    if (!parsed.requirement) {
      parsed.problem.offset += mark - 1;
      report_unread(item_, parsed.problem, run_.diagnostics());
      return false;
    }
    package_.marker = parsed.requirement->marker;
    return true;
  }

  // `#egg=name[extra]`. Newer releases of pip refuse the extras, so they move: `name[extra] @ URL`.
  bool take_egg(const std::string& url)
  {
    const std::string egg = fragment_value(url, "egg");
    if (egg.empty()) {
      return true;
    }
    auto parsed = environment::parse_requirement(egg);
    const bool has_more =
        parsed.requirement && parsed.requirement->str().find_first_of("<>=!~@;") != std::string::npos;
    if (!parsed.requirement || has_more) {
      return refuse("EL0301", fmt::format("`egg={}` does not name a package", shown(egg)),
                    "write `NAME @ URL` instead");
    }
    take_names(*parsed.requirement);
    if (!package_.extras.empty()) {
      parsed.requirement->url = text::replace_all(url, "egg=" + egg, "egg=" + parsed.requirement->name);
      parsed.requirement->marker = package_.marker;
      package_.requirement = parsed.requirement->str();
    }
    return true;
  }

  void read_editable()
  {
    if (item_.text.find(" @ ") != std::string::npos) {
      const auto parsed = environment::parse_requirement(item_.text);
      if (parsed.requirement && !is_repository(parsed.requirement->url)) {
        take_names(*parsed.requirement);
        package_.url = parsed.requirement->url;
        refuse("EL0309", "-e takes a folder of the project or a repository's URL", "remove the -e");
        return;
      }
      package_.editable = true;
      read_named();
      return;
    }
    package_.editable = true;
    if (!is_url(item_.text)) {
      read_path();
    }
    else if (is_repository(item_.text) && fragment_value(item_.text, "egg").empty()) {
      refuse("EL0309", "the URL of an editable repository does not name the package", "append `#egg=NAME`");
    }
    else {
      read_bare_url();
    }
  }

  void read_path()
  {
    const std::size_t mark = package_.editable ? std::string::npos : item_.text.find(';');
    std::string path(text::trim(std::string_view(item_.text).substr(0, mark)));
    if (!take_marker(mark) || !applies() || !take_path_extras(path)) {
      return;
    }
    const auto place = place_in_project(path);
    package_.path = place.value_or("");
    if (!place || !(environment::is_archive(path) ? archive_is_usable(path, *place) : folder_is_usable(path, *place))) {
      return;
    }
    package_.requirement = item_.text;
    finish();
  }

  // `./pkg[extra]`: the extras, and `path` without them.
  bool take_path_extras(std::string& path)
  {
    const std::size_t bracket = path.ends_with(']') ? path.rfind('[') : std::string::npos;
    if (bracket == std::string::npos) {
      return true;
    }
    const auto parsed = environment::parse_requirement("x" + path.substr(bracket));
    if (!parsed.requirement) {
      return refuse("EL0301",
                    fmt::format("the extras of `{}` cannot be read: {}", shown(path), parsed.problem.message),
                    "write them as `[NAME,NAME]`");
    }
    take_names(*parsed.requirement);
    package_.name.clear();
    path = text::trim(std::string_view(path).substr(0, bracket));
    return true;
  }

  std::optional<std::string> place_in_project(const std::string& path)
  {
    const bool has_drive = path.size() > 1 && text::is_alpha(path[0]) && path[1] == ':';
    if (path.starts_with('/') || path.starts_with('~') || has_drive) {
      refuse("EL0307",
             fmt::format("`{}` is a path of one machine, which the build does not see", shown(path)),
             "copy the package into the project and write its path: `./FOLDER`");
      return std::nullopt;
    }
    if (path.find('\\') != std::string::npos) {
      refuse("EL0307", fmt::format("`{}` is a path as Windows writes it", shown(path)),
             fmt::format("write `{}`", text::replace_all(shown(path), "\\", "/")));
      return std::nullopt;
    }
    auto place = path::project_path(run_.folder, path);
    if (!place) {
      refuse("EL0307", fmt::format("`{}` lies outside of the project", shown(path)),
             "move it into the project's folder");
    }
    return place;
  }

  bool archive_is_usable(const std::string& path, const std::string& place)
  {
    const std::string name(path::file_name(place));
    if (!run_.has(path::parent(place), name)) {
      return refuse("EL0308", fmt::format("there is no file `{}`", shown(path)),
                    "check the path; it starts at the project's folder");
    }
    const auto is_safe = [](char c) {
      return text::is_alnum(c) || std::string_view("._+-!~").find(c) != std::string_view::npos;
    };
    if (!std::ranges::all_of(name, is_safe)) {
      return refuse("EL0315",
                    fmt::format("the file name `{}` cannot be carried into a requirements file", shown(name)),
                    "give it the name that its build gave it: letters, digits and `._+-!~`");
    }
    return wheel_fits(name);
  }

  bool folder_is_usable(const std::string& path, const std::string& place)
  {
    if (!run_.files.is_folder(place)) {
      const bool is_file = run_.has(path::parent(place), std::string(path::file_name(place)));
      return is_file ? refuse("EL0308", fmt::format("`{}` is neither a folder nor an archive", shown(path)),
                              fmt::format("write `-r {}` if it lists requirements", shown(path)))
                     : refuse("EL0308", fmt::format("there is no folder `{}`", shown(path)),
                              "check the path; it starts at the project's folder");
    }
    if (!run_.has(place, "pyproject.toml") && !run_.has(place, "setup.py")) {
      return refuse(
          "EL0308",
          fmt::format("`{}` cannot be installed: it has neither pyproject.toml nor setup.py", shown(path)),
          "name the folder that has one of them");
    }
    return true;
  }

  bool url_is_usable(const std::string& url)
  {
    if (const auto complaint = check_url(url)) {
      return refuse(complaint->code, complaint->message, complaint->hint);
    }
    if (package_.editable && !is_repository(url)) {
      return refuse("EL0309", "-e takes a folder of the project or a repository's URL", "remove the -e");
    }
    return true;
  }

  // Takes the name from a wheel's file name and sees whether the wheel can be installed.
  bool wheel_fits(const std::string& file_name)
  {
    if (!file_name.ends_with(".whl")) {
      return true;
    }
    const auto wheel = parse_wheel_name(file_name);
    if (!wheel) {
      return refuse("EL0310", fmt::format("`{}` is not the name of a wheel", shown(file_name)),
                    "give it the name that its build gave it: NAME-VERSION-PYTHON-ABI-PLATFORM.whl");
    }
    if (!package_.name.empty() && package_.name != wheel->name) {
      return refuse(
          "EL0310",
          fmt::format("`{}` is a wheel of another package than `{}`", shown(file_name), package_.name),
          fmt::format("name it `{}`", wheel->name));
    }
    package_.name = wheel->name;
    if (auto reason = other_system(*wheel)) {
      drop_foreign(std::move(*reason));
      return false;
    }
    if (const auto reason = misfit(*wheel, run_.target)) {
      return refuse("EL0310", fmt::format("`{}` does not fit the image: {}", shown(file_name), *reason),
                    fmt::format("write `{}=={}` and let pip choose the wheel", wheel->name, wheel->version));
    }
    return true;
  }

  // Whether the item's marker is true for the image; a false one drops it.
  bool applies()
  {
    if (package_.marker.empty()) {
      return true;
    }
    const auto truth = environment::evaluate_marker(package_.marker, run_.target, {});
    if (!truth) {
      return refuse("EL0316",
                    fmt::format("the marker `{}` compares what pip does not compare", package_.marker),
                    "compare a variable such as `python_version` or `sys_platform` with a text");
    }
    if (!truth->value && item_.kind != ItemKind::constraint) {
      drop(fmt::format("its marker is false for Python {} on Linux {}: {}", run_.target.python_minor,
                       run_.target.arch, package_.marker));
    }
    else if (!truth->unknown.empty()) {
      run_.diagnostics().add(
          "EL0317",
          fmt::format("whether the marker `{}` is true shows in the build only: it asks for {}",
                      package_.marker, truth->unknown),
          "compare `python_version` or `sys_platform` instead, or remove the marker", item_.place());
    }
    return truth->value;
  }

  void finish()
  {
    if (item_.kind == ItemKind::constraint) {
      finish_constraint();
      return;
    }
    if (package_.name == "pkg-resources" && package_.specifier == "==0.0.0") {
      drop("a fault of Debian's pip, which lists a piece of setuptools as a package");
      run_.diagnostics().add("EL0319", "`pkg-resources==0.0.0` is not a package and not installed",
                             "remove the line", item_.place());
      return;
    }
    if (auto reason = environment::not_on_linux_pip(package_.name)) {
      drop_foreign(std::move(*reason));
      return;
    }
    package_.hashes = keeps_hashes_ ? item_.hashes : std::vector<std::string>{};
    package_.config_settings = item_.config_settings;
    package_.span = item_.place();
    if (item_.is_refused) {
      list_refused(std::move(package_), run_);
      return;
    }
    run_.environment().pip.push_back(std::move(package_));
  }

  void finish_constraint()
  {
    if (package_.name.empty() || !package_.path.empty()) {
      refuse("EL0313", "a constraint must name a package", "write `NAME==VERSION` or `NAME @ URL`");
    }
    else if (!package_.extras.empty()) {
      refuse("EL0313", "a constraint cannot have extras",
             fmt::format("write the extras where `{}` is required", package_.name));
    }
    else {
      run_.environment().constraints.push_back({package_.requirement, item_.hashes, item_.place()});
    }
  }

  void drop(std::string reason)
  {
    run_.environment().dropped.push_back(
        {package_.name.empty() ? shown(item_.text) : package_.name, std::move(reason), item_.place()});
  }

  void drop_foreign(std::string reason)
  {
    run_.foreign.push_back(run_.environment().dropped.size());
    drop(std::move(reason));
  }

  bool refuse(std::string_view code, std::string message, std::string hint)
  {
    run_.diagnostics().add(code, std::move(message), std::move(hint), item_.place());
    is_refused_ = code != "EL0301";   // which is no requirement at all
    return false;
  }

  const Item& item_;
  RequirementsRun& run_;
  PipPackage package_;
  bool keeps_hashes_ = true;
  bool is_refused_ = false;
};

}  // namespace

void read_item(const Item& item, RequirementsRun& run)
{
  ItemReader(item, run).read();
}

environment::PipPackage named_row(std::string_view name, const diag::Span& place)
{
  PipPackage row;
  row.name = environment::normalize_name(name);
  row.requirement = row.name;
  row.span = place;
  return row;
}

void list_refused(PipPackage package, RequirementsRun& run)
{
  run.refused.insert(run.environment().pip.size());
  run.environment().pip.push_back(std::move(package));
}

}  // namespace envlift::input
