#include "input/pipenv.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/conda_sections.hpp"
#include "input/hashes.hpp"
#include "input/own_project.hpp"
#include "input/poetry_constraint.hpp"
#include "input/requirements_direct.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::string_view k_main = "default";
constexpr std::string_view k_develop = "develop";

// `git@host:owner/name.git` and other addresses as pip takes them.
std::string repository_url(const PipenvPackage& package)
{
  std::string url = package.url;
  if (url.starts_with(package.vcs + "+")) {
    url = url.substr(package.vcs.size() + 1);
  }
  // pipenv writes extras behind the URL.
  url = url.substr(0, url.find('['));
  const std::size_t egg = url.find("#egg=");
  url = url.substr(0, egg);
  if (url.find("://") == std::string::npos) {
    const std::size_t colon = url.find(':');
    url = colon == std::string::npos ? url : "ssh://" + url.substr(0, colon) + "/" + url.substr(colon + 1);
  }
  const std::size_t host = url.find("://");
  const std::size_t path = host == std::string::npos ? std::string::npos : url.find('/', host + 3);
  const bool has_ref = path != std::string::npos && url.find('@', path) != std::string::npos;
  url = package.vcs + "+" + url;
  if (!package.ref.empty() && !has_ref) {
    url += "@" + package.ref;
  }
  return package.subdirectory.empty() ? url : url + "#subdirectory=" + package.subdirectory;
}

// `$NAME` as `${NAME}`, the one form that pip expands.
std::string with_braces(std::string_view url)
{
  std::string out;
  for (std::size_t at = 0; at < url.size(); ++at) {
    const auto is_word = [&](std::size_t i) {
      return i < url.size() && (text::is_alnum(url[i]) || url[i] == '_');
    };
    if (url[at] != '$' || !is_word(at + 1) || text::is_digit(url[at + 1])) {
      out += url[at];
      continue;
    }
    std::size_t end = at + 1;
    while (is_word(end)) {
      ++end;
    }
    out += fmt::format("${{{}}}", url.substr(at + 1, end - at - 1));
    at = end - 1;
  }
  return out;
}

// `host` or `host:port` of a URL.
std::string host_of(std::string_view url)
{
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find('/'));
  const std::size_t user = host.rfind('@');
  return std::string(user == std::string_view::npos ? host : host.substr(user + 1));
}

std::string marker_of(const PipenvPackage& package)
{
  if (package.markers.size() == 1) {
    return package.markers.front();
  }
  std::vector<std::string> grouped;
  for (const std::string& marker : package.markers) {
    grouped.push_back("(" + marker + ")");
  }
  return text::join(grouped, " and ");
}

std::string specifier_of(const std::string& version)
{
  const std::string_view trimmed = text::trim(version);
  if (trimmed.empty() || trimmed == "*") {
    return "";
  }
  const bool is_plain = std::string_view("=<>!~(").find(trimmed.front()) == std::string_view::npos;
  return (is_plain ? "==" : "") + std::string(trimmed);
}

bool is_plain_word(std::string_view text)
{
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f &&
           std::string_view("\"'\\#").find(c) == std::string_view::npos;
  });
}

}  // namespace

void PipenvFile::choose_categories(const std::vector<std::string>& there)
{
  std::vector<std::string> asked;
  for (const std::string& group : target_.groups) {
    const std::string name = environment::normalize_name(group);
    const bool is_there = std::ranges::any_of(
        there, [&](const std::string& category) { return environment::normalize_name(category) == name; });
    if (name == k_main || name == "packages") {
      continue;
    }
    const bool means_develop = name == "dev" || name == "dev-packages";
    asked.push_back(means_develop && !is_there ? std::string(k_develop) : group);
  }
  asked_ = asked_parts(PartKind::group, asked, there, path_, diagnostics());
  asked_parts(PartKind::extra, target_.extras, {}, path_, diagnostics());
}

bool PipenvFile::is_asked(std::string_view category) const
{
  return category == k_main || asked_.contains(environment::normalize_name(category));
}

void PipenvFile::add_source(PipenvSource source)
{
  index_names_.push_back(source.name);
  index_names_.push_back(source.url);   // pipenv finds a source by either
  source.url = with_braces(source.url);
  if (!is_plain_word(source.url)) {
    diagnostics().add("EL0119", "a source has no `url`, or not one without spaces and quotes",
                      "add its https:// URL", source.span);
    return;
  }
  sources_.push_back(std::move(source));
}

void PipenvFile::add_options_of(const PipenvSource& source, bool is_first)
{
  lines_.push_back(
      {fmt::format("{} {}", is_first ? "--index-url" : "--extra-index-url", source.url), source.span});
  if (!source.verify_ssl) {
    lines_.push_back({"--trusted-host " + host_of(source.url), source.span});
  }
  if (!is_first && bound_.contains(source.name)) {
    diagnostics().add(
        "EL0346",
        fmt::format("packages are bound to the index `{}`, and pip looks for every package in all indexes",
                    shown(source.name)),
        "install from a Pipfile.lock, whose hashes leave no choice", source.span);
  }
}

void PipenvFile::add_option(std::string_view option, const diag::Span& span)
{
  lines_.push_back({std::string(option), span});
}

void PipenvFile::note_no_effect(std::string message, const diag::Span& span)
{
  diagnostics().add("EL0360", std::move(message),
                    "run `pipenv lock`: of a Pipfile.lock nothing is solved again", span);
}

void PipenvFile::add(const PipenvPackage& package, std::string_view category)
{
  const std::string name = environment::normalize_name(package.name);
  if (taken_.contains(name)) {
    return;
  }
  if (!is_asked(category)) {
    left_out_.emplace(category);
    result_.environment.dropped.push_back({name, not_asked_reason(PartKind::group, category), package.span});
    return;
  }
  taken_.insert(name);
  if (add_line(package)) {
    check_index(package);
    if (package.no_binary) {
      add_option("--no-binary " + name, package.span);
    }
    if (package.editable) {
      editable_.emplace(package.span.line, package.span.column);
    }
    if (package.skip_resolver) {
      note_no_effect(
          fmt::format("`{}` is to come without its dependencies (`skip_resolver`), and pip installs them",
                      name),
          package.span);
    }
  }
}

bool PipenvFile::add_line(const PipenvPackage& package)
{
  const std::string extras = package.extras.empty() ? "" : "[" + text::join(package.extras, ",") + "]";
  const std::string marker = marker_of(package);
  const std::string end = marker.empty() ? "" : " ; " + marker;
  if (!package.vcs.empty()) {
    return add_checked(package.name + extras + " @ " + repository_url(package) + end, package, false);
  }
  if (!package.file.empty() && !is_url(package.file)) {
    return add_path(package, extras + end);
  }
  if (!package.file.empty()) {
    return add_checked(package.name + extras + " @ " + package.file + end, package, true);
  }
  return add_checked(package.name + extras + specifier_of(package.version) + end, package, true);
}

bool PipenvFile::add_path(const PipenvPackage& package, const std::string& end)
{
  const auto place = path::project_path(path::folder_of(path_), package.file);
  if (place && (place->empty() || *place == ".")) {
    result_.environment.dropped.push_back(
        {environment::normalize_name(package.name), std::string(k_own_project), package.span});
    return false;
  }
  if (package.file.find_first_of(" \t\r\n#;[]\"'") != std::string::npos) {
    diagnostics().add(
        "EL0307",
        fmt::format("the path `{}` cannot be carried into a requirements file", shown(package.file)),
        "rename the folder: letters, digits and `._-`", package.span);
    list_refused(package);
    return false;
  }
  // A path has no name in a requirements file; the name only tests the extras and the marker.
  if (!add_checked(package.name + end, package, false)) {
    return false;
  }
  const bool is_marked =
      package.file.starts_with('.') || package.file.starts_with('/') || package.file.starts_with('~');
  lines_.back().text = (is_marked ? "" : "./") + package.file + text::replace_all(end, "\n", " ");
  path_names_[package.span.line] = environment::normalize_name(package.name);
  return true;
}

// Whether the version is one of poetry's, `^1.0` or `~1.0`; then EL0301 says so.
bool PipenvFile::refuse_poetry_version(const PipenvPackage& package)
{
  const std::string_view version = text::trim(package.version);
  if (!version.starts_with('^') && (!version.starts_with('~') || version.starts_with("~="))) {
    return false;
  }
  const auto constraint = parse_poetry_constraint(version);
  const auto specifiers = constraint ? constraint->specifiers() : std::nullopt;
  diagnostics().add(
      "EL0301",
      fmt::format("`{}` asks for `{}`: `{}` is an operator of poetry, which pipenv does not read",
                  shown(package.name), shown(version), version.front()),
      fmt::format("write `{}`", specifiers.value_or(">=VERSION,<VERSION")), package.span);
  return true;
}

// Adds the line if it is a requirement: the file's strings may hold anything, line breaks too.
bool PipenvFile::add_checked(const std::string& line, const PipenvPackage& package, bool takes_hashes)
{
  const auto parsed = environment::parse_requirement(line);
  if (!parsed.requirement) {
    if (!refuse_poetry_version(package)) {
      diagnostics().add("EL0301",
                        fmt::format("`{}` is not a requirement: {}", shown(line), parsed.problem.message),
                        "correct its name, version, extras, URL or markers", package.span);
    }
    list_refused(package);
    return false;
  }
  std::string checked = parsed.requirement->str();
  for (const std::string& hash : takes_hashes ? package.hashes : std::vector<std::string>{}) {
    if (auto complaint = check_pip_hash(hash)) {
      diagnostics().add(complaint->code, std::move(complaint->message),
                        "lock again: `pipenv lock` writes `sha256:` and 64 hex digits", package.span);
      continue;
    }
    checked += " --hash=" + hash;
  }
  lines_.push_back({std::move(checked), package.span});
  return true;
}

void PipenvFile::list_refused(const PipenvPackage& package, std::string_view category)
{
  const auto parsed = environment::parse_requirement(package.name);
  if (is_asked(category) && parsed.requirement && parsed.requirement->name == package.name) {
    result_.environment.pip.push_back(named_row(package.name, package.span));
  }
}

// Hashes leave pip no choice between indexes; without them a name is looked for in all.
void PipenvFile::check_index(const PipenvPackage& package)
{
  if (!package.index.empty()) {
    named_indexes_.emplace_back(package.index, package.span);
  }
  if (!package.index.empty() && package.hashes.empty() && package.vcs.empty() && package.file.empty()) {
    bound_.insert(package.index);
  }
}

void PipenvFile::refuse_unknown_indexes()
{
  if (index_names_.empty()) {
    index_names_.emplace_back("pypi");   // what pipenv takes where the file has no source
  }
  for (const auto& [name, span] : named_indexes_) {
    if (std::ranges::find(index_names_, name) == index_names_.end()) {
      const auto near = text::nearest(name, index_names_);
      diagnostics().add("EL0344", fmt::format("the index `{}` is named and not defined", shown(name)),
                        near ? fmt::format("did you mean `{}`?", shown(*near))
                             : fmt::format("add a source with `name = \"{}\"` and its `url`", shown(name)),
                        span);
    }
  }
}

void PipenvFile::set_python(std::string_view version, bool is_full, const diag::Span& span)
{
  const std::string_view trimmed = text::trim(version);
  const auto parsed = environment::Version::parse(trimmed);
  if (trimmed == "*") {
    return;
  }
  if (!parsed || trimmed.find_first_not_of("0123456789.") != std::string_view::npos) {
    diagnostics().add("EL0119", fmt::format("`{}` is not a version of Python", shown(version)),
                      is_full ? "write it as \"3.11.5\"" : "write it as \"3.11\"", span);
    return;
  }
  result_.environment.python = fmt::format("=={}{}", trimmed, is_full ? "" : ".*");
  result_.environment.python_span = span;
}

void PipenvFile::finish()
{
  refuse_unknown_indexes();
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    add_options_of(sources_[i], i == 0);
  }
  note_left_out({left_out_.begin(), left_out_.end()}, {}, {.file = path_}, result_);
  environment::settle_python(result_.environment, target_);
  read_requirement_lines(lines_, path_, files_, target_, result_);
  complete_rows();
}

// What the lines of requirements do not tell.
void PipenvFile::complete_rows()
{
  for (environment::PipPackage& package : result_.environment.pip) {
    const auto name = path_names_.find(package.span.line);
    if (package.name.empty() && package.span.file == path_ && name != path_names_.end()) {
      package.name = name->second;
    }
    package.editable = package.editable || (package.span.file == path_ &&
                                            editable_.contains({package.span.line, package.span.column}));
  }
}

}  // namespace envlift::input
