#include "input/locked.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "environment/requirement.hpp"
#include "input/hashes.hpp"
#include "input/wheel_name.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// One word: what stands in a requirement's line must not end or widen it.
bool is_word(std::string_view text)
{
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != '"' && c != '\'';
  });
}

bool is_pip_name(std::string_view name)
{
  return is_word(name) && std::ranges::all_of(name, [](char c) {
           return text::is_alnum(c) || c == '-' || c == '_' || c == '.';
         });
}

std::string_view file_of(std::string_view url)
{
  return path::file_name(url.substr(0, url.find_first_of("?#")));
}

// Files of PyPI are found by name, version and hash; the URL need not be repeated.
bool is_pypi(std::string_view url)
{
  return url.starts_with("https://files.pythonhosted.org/") || url.starts_with("https://pypi.org/");
}

// `https://github.com/a/b.git?subdirectory=c&rev=d#COMMIT` as pip writes it: `…b.git@COMMIT#subdirectory=c`.
std::string pip_repository(const std::string& url)
{
  const std::size_t query = url.find('?');
  const std::size_t mark = url.find('#');
  const std::string fragment = mark == std::string::npos ? "" : url.substr(mark + 1);
  const bool is_commit = fragment.size() >= 7 && text::is_lower_hex(fragment);
  if (query == std::string::npos && !is_commit) {
    return url;
  }
  std::string subdirectory;
  std::string revision = is_commit ? fragment : "";
  if (query != std::string::npos) {
    const std::string parameters = url.substr(query + 1, mark == std::string::npos ? mark : mark - query - 1);
    for (const std::string_view one : text::split(parameters, '&')) {
      if (one.starts_with("subdirectory=")) {
        subdirectory = one.substr(13);
      }
      else if (revision.empty() && (one.starts_with("rev=") || one.starts_with("tag="))) {
        revision = one.substr(4);
      }
    }
  }
  std::string out = url.substr(0, std::min(query, mark));
  out += revision.empty() ? "" : "@" + revision;
  return out + (subdirectory.empty() ? "" : "#subdirectory=" + subdirectory);
}

// 28 of ">=2.28,<3.0.a0", as packages state what they were built for; 0 where nothing of the kind stands there.
int least_glibc_minor(std::string_view bounds)
{
  constexpr std::string_view k_least = ">=2.";
  const std::size_t at = bounds.find(k_least);
  int minor = 0;
  if (at != std::string_view::npos) {
    std::from_chars(bounds.data() + at + k_least.size(), bounds.data() + bounds.size(), minor);
  }
  return minor;
}

}  // namespace

std::string channel_name(std::string_view url)
{
  while (url.ends_with('/')) {
    url.remove_suffix(1);
  }
  constexpr std::string_view host = "https://conda.anaconda.org/";
  const bool is_named = url.starts_with(host) && !url.substr(host.size()).starts_with("t/");
  return std::string(is_named ? url.substr(host.size()) : url);
}

void add_locked_channel(const std::string& url, const YamlNode& item, CondaFile& file)
{
  if (url.empty()) {
    return;
  }
  const YamlNode* node = item.kind == YamlKind::map ? item.find("url") : nullptr;
  const diag::Span& place = node == nullptr ? item.span : node->span;
  if (environment::has_fixed_credentials(url)) {
    file.diagnostics().add(
        "EL0208", "a channel carries credentials, which would lie in the image's layers",
        "lock again with the URL without them, and put it with them into a condarc that the setting "
        "`condarc` names",
        place);
    return;
  }
  environment::Environment& environment = file.environment();
  environment.channels.push_back(channel_name(url));
  environment.channel_places.emplace(environment.channels.back(), place);
}

std::string_view platform_comment(std::string_view line)
{
  line = text::trim(line);
  if (!line.starts_with('#')) {
    return "";
  }
  line = text::trim(line.substr(1));
  constexpr std::string_view key = "platform:";
  return line.starts_with(key) ? text::trim(line.substr(key.size())) : "";
}

void refuse_platform(std::string_view platform, const diag::Span& place, CondaFile& file)
{
  file.diagnostics().add("EL0240",
                         fmt::format("the list is for {}, and the image is {}", shown(platform), file.subdir()),
                         fmt::format("write the list for {}, or name the file that it was solved from",
                                     file.subdir()),
                         place);
}

void refuse_missing_platform(const std::vector<std::string>& there, const diag::Span& place, CondaFile& file)
{
  auto& finding = file.diagnostics().add(
      "EL0240", fmt::format("the lock has no packages for {}, which the image is", file.subdir()),
      fmt::format("add {} to the platforms and lock again", file.subdir()), place);
  finding.notes.push_back(there.empty() ? "it has none for any platform"
                                        : "it has: " + shown(text::join(there, ", ")));
}

bool LockedPackages::refuse(const LockedConda& package, const environment::MatchSpec& spec)
{
  if (package.url.find('$') != std::string::npos) {
    file_.diagnostics().add("EL0219", "a variable in a package's URL is not set when the image is built",
                            "write the URL out; its credentials belong into a netrc or condarc", package.span);
    return true;
  }
  if (!spec.subdir.empty() && spec.subdir != "noarch" && spec.subdir != file_.subdir()) {
    first_other_subdir_ = other_subdirs_.empty() ? package.span : first_other_subdir_;
    other_subdirs_.push_back(spec);
    return true;
  }
  if (refuse_source(spec, package.span, file_)) {
    return true;
  }
  if (spec.name == "*" || spec.subdir.empty()) {
    file_.diagnostics().add("EL0242", fmt::format("`{}` does not say its platform", shown(package.url)),
                            "write https://HOST/CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda", package.span);
    return true;
  }
  return false;
}

void LockedPackages::add(const LockedConda& package)
{
  auto parsed = environment::parse_match_spec(package.url);
  if (parsed.spec && parsed.spec->url.empty()) {
    parsed.spec.reset();
    parsed.problem.message = "it is not the URL of a .conda or .tar.bz2 file";
  }
  if (!parsed.spec) {
    file_.diagnostics().add("EL0242",
                            fmt::format("`{}` is not a package: {}", shown(package.url), parsed.problem.message),
                            "write https://HOST/CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda", package.span);
    return;
  }
  const environment::MatchSpec& spec = *parsed.spec;
  if (refuse(package, spec)) {
    if (const auto plain = without_place(spec)) {
      list_refused_conda(*plain, package.span, file_);
    }
    return;
  }
  if (is_repeated(spec, package.span)) {
    return;
  }
  environment::CondaPackage taken;
  take_hashes(package, taken);
  environment::MatchSpec plain;
  plain.name = spec.name;
  plain.version = spec.version;
  plain.build = spec.build;
  taken.name = spec.name;
  taken.spec = plain.str();
  taken.version = spec.version;
  taken.build = spec.build;
  taken.channel = spec.channel;
  taken.subdir = spec.subdir;
  taken.url = spec.url;
  taken.glibc_minor = least_glibc_minor(package.glibc);
  taken.archive_bytes = package.bytes;
  taken.span = package.span;
  take_python(taken);
  file_.environment().conda.push_back(std::move(taken));
}

void LockedPackages::take_python(const environment::CondaPackage& package)
{
  if (package.name == "python") {
    file_.environment().python = package.version;
    file_.environment().python_span = package.span;
  }
}

bool LockedPackages::is_repeated(const environment::MatchSpec& spec, const diag::Span& span)
{
  const auto [first, is_new] = by_name_.emplace(spec.name, Artifact{spec.url, span.line});
  if (is_new) {
    return false;
  }
  if (first->second.url == spec.url) {
    auto& finding = file_.diagnostics().add("EL0217", fmt::format("`{}` stands in the list twice", spec.name),
                                            "remove one of the two", span);
    finding.notes.push_back(fmt::format("line {} has it as well", first->second.line));
    return true;
  }
  auto& finding = file_.diagnostics().add("EL0244", fmt::format("the list has two builds of `{}`", spec.name),
                                          "keep the one that is meant", span);
  finding.notes.push_back(fmt::format("line {} has {}", first->second.line, file_of(first->second.url)));
  return true;
}

void LockedPackages::take_hashes(const LockedConda& package, environment::CondaPackage& into)
{
  const auto is_hash = [](std::string_view hash, std::size_t digits) {
    return hash.empty() || (hash.size() == digits && text::is_lower_hex(hash));
  };
  const bool good = is_hash(package.md5, 32) && is_hash(package.sha256, 64);
  if (!good) {
    file_.diagnostics().add("EL0241", "the hash is neither an MD5 nor a SHA-256",
                            "write 32 lower-case hex digits of an MD5, or 64 of a SHA-256", package.span);
    return;
  }
  into.md5 = package.md5;
  into.sha256 = package.sha256;
}

void LockedPackages::add_requirement(std::string text, const diag::Span& span)
{
  lines_.push_back({std::move(text), span});
}

void LockedPackages::add_option(std::string_view option, std::string_view value, const diag::Span& span)
{
  if (!is_word(value)) {
    file_.diagnostics().add("EL0225", fmt::format("the value of {} holds a space or a control character", option),
                            "write it as a URL does, with %20 for a space", span);
    return;
  }
  has_other_index_ = has_other_index_ || option == "--index-url";
  lines_.push_back({fmt::format("{} {}", option, value), span});
}

bool LockedPackages::refuse(const LockedPip& package)
{
  std::string problem;
  const std::string& place = package.path.empty() ? package.url : package.path;
  if (!is_pip_name(package.name)) {
    problem = fmt::format("`{}` is not a name of PyPI", shown(package.name));
  }
  else if (!package.version.empty() && !environment::Version::parse(package.version)) {
    problem = fmt::format("`{}` is not a version that `{}` can have", shown(package.version), package.name);
  }
  else if (!place.empty() && !is_word(place)) {
    problem = fmt::format("`{}` is not a place that `{}` can come from", shown(place), package.name);
  }
  if (!problem.empty()) {
    file_.diagnostics().add("EL0243", std::move(problem), "write the lock again with the tool that made it",
                            package.span);
    return true;
  }
  return false;
}

// Whether pip finds the package by name and version; a wheel's URL then only says what was chosen.
bool LockedPackages::is_by_index(const LockedPip& package) const
{
  return package.path.empty() && !package.version.empty() &&
         (package.url.empty() || (is_pypi(package.url) && !has_other_index_));
}

bool LockedPackages::refuse_wheel(const LockedPip& package)
{
  const std::string file = text::replace_all(std::string(file_of(package.url)), "%2B", "+");
  const auto wheel = is_by_index(package) ? parse_wheel_name(file) : std::nullopt;
  std::optional<std::string> reason = wheel ? other_system(*wheel) : std::nullopt;
  if (wheel && !reason) {
    reason = misfit(*wheel, file_.target);
  }
  if (reason) {
    file_.diagnostics().add(
        "EL0413",
        fmt::format("`{}` is locked to {}, which does not fit the image: {}", package.name, shown(file), *reason),
        "lock again for the image's Python, platform and C library", package.span);
  }
  return reason.has_value();
}

std::string LockedPackages::line_of(const LockedPip& package) const
{
  if (!package.path.empty()) {
    // A drive's path is refused as it is written.
    const bool is_plain = package.path.starts_with('.') || package.path.starts_with('/') ||
                          package.path.find(':') != std::string::npos;
    return fmt::format("{}{}{}", package.editable ? "-e " : "", is_plain ? "" : "./", package.path);
  }
  if (is_by_index(package)) {
    return fmt::format("{}=={}", package.name, package.version);
  }
  const std::string url = package.url.starts_with("git+") ? pip_repository(package.url) : package.url;
  return fmt::format("{} @ {}", package.name, url);
}

// By what is known of it without its place.
void LockedPackages::list_refused(const LockedPip& package)
{
  if (!is_pip_name(package.name)) {
    return;
  }
  const auto version = environment::Version::parse(package.version);
  environment::PipPackage row = named_row(package.name, package.span);
  row.specifier = version ? "==" + version->str() : "";
  row.requirement += row.specifier;
  file_.environment().pip.push_back(std::move(row));
}

void LockedPackages::add(LockedPip package)
{
  pip_.push_back(std::move(package));
}

void LockedPackages::add_line(const LockedPip& package)
{
  if (refuse(package) || refuse_wheel(package)) {
    list_refused(package);
    return;
  }
  std::string line = line_of(package);
  // A repository or a folder is no file to hash.
  const bool is_file = !package.editable && !package.url.starts_with("git+");
  for (const std::string& hash : package.hashes) {
    if (auto complaint = check_pip_hash(hash)) {
      file_.diagnostics().add(complaint->code, std::move(complaint->message), "write the lock again",
                              package.span);
    }
    else if (is_file) {
      line += fmt::format(" --hash={}", hash);
    }
  }
  if (!package.path.empty()) {
    path_names_[{package.span.line, package.span.column}] = environment::normalize_name(package.name);
  }
  if (package.from_index && !is_by_index(package)) {
    from_index_.insert({package.span.line, package.span.column});
  }
  lines_.push_back({std::move(line), package.span});
}

// A path tells no name and a URL not where it was found, but the lock does.
void LockedPackages::take_names_and_origins()
{
  for (environment::PipPackage& package : file_.environment().pip) {
    const Place place{package.span.line, package.span.column};
    package.from_index = from_index_.contains(place);
    const auto found = path_names_.find(place);
    if (package.name.empty() && found != path_names_.end()) {
      package.name = found->second;
    }
  }
}

void LockedPackages::report_other_subdirs()
{
  if (other_subdirs_.empty()) {
    return;
  }
  const environment::MatchSpec& first = other_subdirs_.front();
  const std::string what = other_subdirs_.size() == 1
                               ? fmt::format("`{}` is", first.name)
                               : fmt::format("{} packages are", other_subdirs_.size());
  auto& finding = file_.diagnostics().add(
      "EL0240", fmt::format("{} for {}, and the image is {}", what, first.subdir, file_.subdir()),
      fmt::format("write the list for {}, or name the file that it was solved from", file_.subdir()),
      first_other_subdir_);
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(most, other_subdirs_.size()); ++i) {
    finding.notes.push_back(fmt::format("{}: {}", other_subdirs_[i].subdir, other_subdirs_[i].name));
  }
}

void LockedPackages::finish()
{
  report_other_subdirs();
  environment::Environment& environment = file_.environment();
  environment.uses_conda = true;
  environment.conda_locked = true;
  environment.pip_locked = true;
  std::unordered_set<std::string_view> seen(environment.channels.begin(), environment.channels.end());
  if (environment.channels.empty()) {
    for (const environment::CondaPackage& package : environment.conda) {
      if (!package.channel.empty() && seen.insert(package.channel).second) {
        environment.channels.push_back(package.channel);
        environment.channel_places.emplace(package.channel, package.span);
      }
    }
  }
  environment::settle_python(environment, file_.target);
  std::ranges::for_each(pip_, [&](const LockedPip& package) { add_line(package); });
  if (!lines_.empty()) {
    read_requirement_lines(lines_, file_.path, file_.files, file_.target, file_.result);
    take_names_and_origins();
    warn_shared_names(file_);
  }
}

}  // namespace envlift::input
