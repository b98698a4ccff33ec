#include "input/pip_locked.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "environment/platform_packages.hpp"
#include "input/conda_sections.hpp"
#include "input/hashes.hpp"
#include "input/requirements.hpp"
#include "input/requirements_direct.hpp"
#include "input/wheel_name.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::string_view k_pypi = "https://pypi.org/simple";

// A normalised name (PEP 508).
bool is_name(std::string_view name)
{
  return !name.empty() && text::is_alnum(name.front()) && text::is_alnum(name.back()) &&
         std::ranges::all_of(name, [](char c) { return text::is_alnum(c) || c == '-'; });
}

// As plan writes it into a requirements file.
bool is_carriable(std::string_view file_name)
{
  return std::ranges::all_of(file_name, [](char c) {
    return text::is_alnum(c) || std::string_view("._+-!~").find(c) != std::string_view::npos;
  });
}

// The first names, and how many more there are.
std::string some_names(const std::vector<LockedFile>& files)
{
  constexpr std::size_t k_most = 4;
  std::vector<std::string> names;
  for (const LockedFile& file : files) {
    if (names.size() == k_most) {
      names.push_back(fmt::format("and {} more", files.size() - k_most));
      break;
    }
    names.push_back(shown(file.name));
  }
  return text::join(names, ", ");
}

}  // namespace

LockWriter::LockWriter(std::string path, const FileSource& files, const environment::Target& target,
                       ReadResult& result)
    : path_(std::move(path)),
      files_(files),
      target_(target),
      result_(result)
{}

bool LockWriter::refuse(std::string_view code, std::string message, std::string hint, const diag::Span& place)
{
  result_.diagnostics.add(code, std::move(message), std::move(hint), place);
  return false;
}

void LockWriter::drop(std::string name, std::string reason, diag::Span place)
{
  result_.environment.dropped.push_back({std::move(name), std::move(reason), std::move(place)});
}

std::string LockWriter::false_marker(std::string_view marker) const
{
  return fmt::format("its marker is false for Python {} on Linux {}: {}", target_.python_minor, target_.arch,
                     shown(marker));
}

void LockWriter::add(const LockedPackage& package)
{
  if (!is_name(package.name)) {
    refuse("EL0119", fmt::format("`{}` is not the name of a package", shown(package.name)), "lock again",
           package.place);
    return;
  }
  if (auto reason = environment::not_on_linux_pip(package.name)) {
    foreign_.push_back(result_.environment.dropped.size());
    drop(package.name, std::move(*reason), package.place);
    return;
  }
  environment::PipPackage row;
  row.name = package.name;
  row.span = package.place;
  row.editable = package.editable;
  const bool is_taken = !package.path.empty()  ? take_path(package, row)
                        : !package.url.empty() ? take_url(package, row)
                                               : take_files(package, row);
  if (is_taken) {
    result_.environment.pip.push_back(std::move(row));
  }
  else {
    list_refused(package);
  }
}

void LockWriter::list_refused(const LockedPackage& package)
{
  if (!is_name(package.name)) {
    return;
  }
  environment::PipPackage row = named_row(package.name, package.place);
  row.editable = package.editable;
  const auto version = environment::Version::parse(package.version);
  row.specifier = version ? "==" + version->str() : "";
  row.requirement += row.specifier;
  result_.environment.pip.push_back(std::move(row));
}

void LockWriter::take_hashes(const LockedPackage& package, const std::vector<const LockedFile*>& chosen,
                             environment::PipPackage& row)
{
  bool is_said = false;
  for (const LockedFile* file : chosen) {
    if (file->hash.empty()) {
      continue;
    }
    if (!check_pip_hash(file->hash)) {
      row.hashes.push_back(text::to_lower(file->hash));
    }
    else if (!std::exchange(is_said, true)) {
      refuse("EL0311",
             fmt::format("`{}` is no hash that pip takes, for {}", shown(file->hash), shown(file->name)),
             "lock again: pip takes sha256, sha384 and sha512", package.place);
    }
  }
  std::ranges::sort(row.hashes);
  const auto repeated = std::ranges::unique(row.hashes);
  row.hashes.erase(repeated.begin(), repeated.end());
}

// Whether the file is no wheel, or one for the target, whose glibc the row then tells.
bool LockWriter::take_wheel(std::string_view file_name, environment::PipPackage& row) const
{
  const auto wheel = parse_wheel_name(file_name);
  const auto glibc = wheel ? needed_glibc_minor(*wheel, target_) : 0;
  row.glibc_minor = glibc.value_or(0);
  return glibc.has_value();
}

// pip takes one of the wheels, and an archive of the source where there is none.
void LockWriter::take_size(const std::vector<const LockedFile*>& fitting, environment::PipPackage& row)
{
  const auto smallest = [&](bool of_wheels) {
    unsigned long long bytes = 0;
    for (const LockedFile* file : fitting) {
      const bool is_one = file->name.ends_with(".whl") == of_wheels && file->bytes > 0;
      bytes = is_one && (bytes == 0 || file->bytes < bytes) ? file->bytes : bytes;
    }
    return bytes;
  };
  const unsigned long long wheel = smallest(true);
  row.archive_bytes = wheel > 0 ? wheel : smallest(false);
}

bool LockWriter::take_url(const LockedPackage& package, environment::PipPackage& row)
{
  if (environment::has_fixed_credentials(package.url)) {
    return refuse("EL0306",
                  fmt::format("the URL of `{}` carries credentials, which would lie in the image's layers",
                              package.name),
                  "lock again without them, and give them in a netrc that the setting `netrc` names", package.place);
  }
  if (const auto complaint = check_url(package.url)) {
    return refuse(complaint->code, fmt::format("`{}`: {}", package.name, complaint->message), complaint->hint,
                  package.place);
  }
  const std::string name = file_name_of(package.url);
  if (!take_wheel(name, row)) {
    return refuse("EL0413",
                  fmt::format("`{}` is locked as `{}`, which does not fit Linux {} with Python {}",
                              package.name, shown(name), target_.arch, target_.python_minor),
                  "lock it from an index, which has a file for every platform", package.place);
  }
  row.url = package.url;
  row.from_index = package.from_index;
  row.requirement = fmt::format("{} @ {}", package.name, package.url);
  std::vector<const LockedFile*> own;
  for (const LockedFile& file : package.files) {
    own.push_back(&file);
  }
  take_hashes(package, own, row);
  return true;
}

bool LockWriter::take_path(const LockedPackage& package, environment::PipPackage& row)
{
  const auto place = path::project_path(path::folder_of(path_), package.path);
  if (!place || package.path.find('\\') != std::string::npos) {
    return refuse("EL0307",
                  fmt::format("`{}` of `{}` lies outside of the project", shown(package.path), package.name),
                  "move it into the project's folder and lock again", package.place);
  }
  const bool is_file = environment::is_archive(*place);
  const auto names = files_.list(path::parent(*place));
  const std::string name(path::file_name(*place));
  if (is_file ? std::ranges::find(names, name) == names.end() : !files_.is_folder(*place)) {
    return refuse("EL0308",
                  fmt::format("there is no {} `{}`, from which `{}` is installed",
                              is_file ? "file" : "folder", shown(*place), package.name),
                  "check the path; it starts at the lock's folder", package.place);
  }
  if (is_file && !is_carriable(name)) {
    return refuse("EL0315",
                  fmt::format("the file name `{}` cannot be carried into a requirements file", shown(name)),
                  "give it the name that its build gave it: letters, digits and `._+-!~`", package.place);
  }
  if (!take_wheel(name, row)) {
    return refuse("EL0413",
                  fmt::format("`{}` does not fit Linux {} with Python {}", shown(name), target_.arch,
                              target_.python_minor),
                  "build the wheel for Linux", package.place);
  }
  row.path = *place;
  row.requirement = "./" + *place;
  std::vector<const LockedFile*> own;
  for (const LockedFile& file : package.files) {
    own.push_back(&file);
  }
  take_hashes(package, is_file ? own : std::vector<const LockedFile*>{}, row);
  return true;
}

// The files that can be installed on the target with some glibc; the row tells the least that the wheels among them need.
std::vector<const LockedFile*> LockWriter::take_fitting(const LockedPackage& package,
                                                        environment::PipPackage& row) const
{
  std::vector<const LockedFile*> fitting;
  std::optional<int> least;
  for (const LockedFile& file : package.files) {
    const bool is_wheel = file.name.ends_with(".whl");
    const auto wheel = is_wheel ? parse_wheel_name(file.name) : std::nullopt;
    const auto need = wheel ? needed_glibc_minor(*wheel, target_) : std::nullopt;
    if (!is_wheel || need) {
      fitting.push_back(&file);
    }
    row.has_source = row.has_source || !is_wheel;
    least = need && (!least || *need < *least) ? need : least;
  }
  row.glibc_minor = least.value_or(0);
  return fitting;
}

bool LockWriter::take_files(const LockedPackage& package, environment::PipPackage& row)
{
  const auto version = environment::Version::parse(package.version);
  if (!version) {
    return refuse("EL0119",
                  package.version.empty()
                      ? fmt::format("`{}` has no version", package.name)
                      : fmt::format("`{}` is not a version of `{}`", shown(package.version), package.name),
                  "lock again", package.place);
  }
  const std::vector<const LockedFile*> fitting = take_fitting(package, row);
  if (fitting.empty() && !package.files.empty()) {
    auto& finding = result_.diagnostics.add(
        "EL0413",
        fmt::format("`{}=={}` has no file for Linux {} with Python {} in the lock", package.name,
                    package.version, target_.arch, target_.python_minor),
        "choose another Python with --python, or lock again for this platform", package.place);
    finding.notes.push_back(fmt::format("the lock has {}", some_names(package.files)));
    return false;
  }
  row.specifier = "==" + version->str();
  row.requirement = package.name + row.specifier;
  const std::string index =
      package.index == k_pypi || package.index == "https://pypi.org/simple/" ? "" : package.index;
  if (std::ranges::find(indexes_, index, &Index::url) == indexes_.end()) {
    indexes_.push_back({index, package.index_place.line > 0 ? package.index_place : package.place});
  }
  take_hashes(package, fitting, row);
  take_size(fitting, row);
  return true;
}

void LockWriter::finish()
{
  result_.environment.pip_locked = true;
  const bool has_pypi = indexes_.empty() || std::ranges::find(indexes_, "", &Index::url) != indexes_.end();
  bool is_first = !has_pypi;
  for (const auto& [index, place] : indexes_) {
    if (index.empty()) {
      continue;
    }
    if (environment::has_fixed_credentials(index)) {
      refuse("EL0306", "the URL of an index carries credentials, which would lie in the image's layers",
             "lock again without them, and give them with the setting `pip_config`", place);
    }
    else if (!index.starts_with("https://") && !index.starts_with("http://")) {
      refuse("EL0344", fmt::format("`{}` is not the URL of an index", shown(index)),
             "lock with an index that the build can reach", place);
    }
    else if (index.find_first_of(" \t\r\n\"'\\`") != std::string::npos) {
      refuse("EL0303", "the URL of an index holds characters that it cannot have", "lock again", place);
    }
    else {
      result_.environment.pip_options.push_back(
          {is_first ? "--index-url" : "--extra-index-url", index, place});
      is_first = false;
    }
  }
  if (!foreign_.empty()) {
    const auto& dropped = result_.environment.dropped;
    auto& finding =
        result_.diagnostics.add("EL0401", "packages of another platform are not installed",
                                "lock again with a marker such as `sys_platform == \"win32\"` on them",
                                dropped[foreign_.front()].span);
    for (const std::size_t index : foreign_) {
      finding.notes.push_back(fmt::format("{}: {}", dropped[index].name, dropped[index].reason));
    }
  }
}

bool LockMarkers::holds(std::string_view marker, const diag::Span& place)
{
  if (marker.empty()) {
    return true;
  }
  const auto [entry, is_new] = known_.emplace(marker, true);
  if (!is_new) {
    return entry->second;
  }
  const auto truth = environment::evaluate_lock_marker(marker, target_, chosen_);
  if (!truth) {
    diagnostics_.add("EL0316", fmt::format("the marker `{}` cannot be evaluated", shown(marker)),
                     "lock again with a current release of the tool", place);
    return true;
  }
  if (!truth->unknown.empty()) {
    diagnostics_.add("EL0317",
                     fmt::format("whether the marker `{}` is true shows in the build only: it asks for {}",
                                 shown(marker), truth->unknown),
                     "nothing has to be done where the package does no harm; it is installed", place);
  }
  entry->second = truth->value;
  return truth->value;
}

namespace {

// The set as a marker; nothing when it is not PEP 440.
std::optional<std::string> python_marker(std::string_view specifiers)
{
  const auto canonical = environment::canonical_specifiers(specifiers);
  if (!canonical) {
    return std::nullopt;
  }
  std::string marker = "os_name == 'posix'";
  for (const std::string_view clause : text::split(*canonical, ',')) {
    const std::size_t version = std::min(clause.find_first_not_of("<>=!~ "), clause.size());
    if (version < clause.size()) {
      marker += fmt::format(" and python_full_version {} '{}'", text::trim(clause.substr(0, version)),
                            clause.substr(version));
    }
  }
  return marker;
}

}  // namespace

std::optional<bool> python_fits(std::string_view specifiers, const environment::Target& target)
{
  const auto marker = python_marker(specifiers);
  if (!marker) {
    return std::nullopt;
  }
  const auto truth = environment::evaluate_marker(*marker, target, {});
  return !truth || truth->value;
}

bool python_fits_surely(std::string_view specifiers, const environment::Target& target)
{
  const auto marker = python_marker(specifiers);
  const auto truth = marker ? environment::evaluate_marker(*marker, target, {}) : std::nullopt;
  return truth && truth->value && truth->unknown.empty();
}

void refuse_python(std::string_view written, const diag::Span& place, const environment::Target& target,
                   ReadResult& result)
{
  result.diagnostics.add(
      "EL0414", fmt::format("the lock is for Python {}, and the image has {}", shown(written), target.python_minor),
      "choose a Python of the lock with --python, or lock again", place);
}

void take_python(const std::string& specifiers, const diag::Span& place, environment::Target& target,
                 ReadResult& result)
{
  if (!python_fits(specifiers, target)) {
    result.diagnostics.add("EL0119", fmt::format("`{}` is no set of Python versions", shown(specifiers)),
                           "lock again", place);
    return;
  }
  result.environment.python = text::trim(specifiers);
  result.environment.python_span = place;
  environment::settle_python(result.environment, target);
  if (!*python_fits(specifiers, target)) {
    refuse_python(specifiers, place, target, result);
  }
}

}  // namespace envlift::input
