// THE LIST of formats, and which file of a folder is taken.
#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "input/asked_parts.hpp"
#include "input/decode.hpp"
#include "input/formats.hpp"
#include "input/hashes.hpp"
#include "input/own_project.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::string_view k_rendered_x86 = "conda-linux-64.lock";
constexpr std::string_view k_rendered_arm = "conda-linux-aarch64.lock";

// Why no bytes came.
void report_problem(FileSource::Problem problem, const std::string& path, std::size_t limit_bytes,
                    diag::Diagnostics& diagnostics)
{
  const diag::Span place{.file = path};
  switch (problem) {
    case FileSource::Problem::none: return;
    case FileSource::Problem::missing:
      diagnostics.add("EL0101", fmt::format("{}: no such file", path), "check the path", place);
      return;
    case FileSource::Problem::is_folder:
      diagnostics.add("EL0102", fmt::format("{} is a folder, not an environment file", path),
                      "name a file in it", place);
      return;
    case FileSource::Problem::too_large:
      diagnostics.add("EL0103", fmt::format("{} is larger than {}", path, text::human_bytes(limit_bytes)),
                      "an environment file is a short text; check that this is the right one", place);
      return;
    case FileSource::Problem::unreadable:
      diagnostics.add("EL0102", fmt::format("{} cannot be read", path), "check its permissions", place);
      return;
    case FileSource::Problem::outside:
      diagnostics.add("EL0109", fmt::format("{} lies outside of the project", path),
                      "move it into the project's folder", place);
      return;
  }
}

// Whether the bytes are of UTF-16 or UTF-32: such a text has a NUL or a mark among its first bytes.
bool is_wide(std::string_view bytes)
{
  const std::string_view head = bytes.substr(0, 4);
  return head.find('\0') != std::string_view::npos || head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
}

const Reader* find_reader(std::string_view name, std::string_view bytes)
{
  // Formats are told apart by words, which Windows' shell writes in UTF-16, and its editors behind a mark.
  constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
  const std::string decoded = is_wide(bytes) ? decode(std::string(bytes), Encoding::conda).text : "";
  const std::string_view plain = bytes.starts_with(utf8_mark) ? bytes.substr(utf8_mark.size()) : bytes;
  const std::string_view text = decoded.empty() ? plain : decoded;
  const auto found =
      std::ranges::find_if(readers(), [&](const Reader& reader) { return reader.detects(name, text); });
  return found == readers().end() ? nullptr : &*found;
}

const Reader* choose_reader(const std::string& path, std::string_view text, diag::Diagnostics& diagnostics)
{
  const Reader* reader = find_reader(path::file_name(path), text);
  const Reader* by_name = reader == nullptr ? find_reader(path::file_name(path), "") : nullptr;
  const bool is_ini = by_name != nullptr && by_name->format == "setup-cfg";
  if (is_ini && (has_top_key(text, "[metadata]") || has_top_key(text, "[options]"))) {
    return by_name;   // a project that needs nothing, which is said; in a folder it is no environment file
  }
  if (by_name != nullptr) {
    diagnostics.add("EL0108",
                    is_ini ? fmt::format("{} has no `install_requires`", path)
                           : fmt::format("{} lists no dependencies", path),
                    is_ini ? "list the packages in its [options], or name another file"
                           : "list the packages in it, or name another file",
                    {.file = path});
  }
  else if (reader == nullptr) {
    diagnostics.add("EL0108", fmt::format("the format of {} is not one that envlift reads", path),
                    "name an environment.yml, a requirements.txt, a pyproject.toml or a lock", {.file = path});
  }
  return reader;
}

// Whether a name is the pattern's, whose `*` stands for any text.
bool fits(std::string_view pattern, std::string_view name)
{
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return name == pattern;
  }
  const std::string_view end = pattern.substr(star + 1);
  return name.size() >= pattern.size() - 1 && name.starts_with(pattern.substr(0, star)) && name.ends_with(end);
}

// Whether the text is an environment file whatever its name: few other YAML files have both keys.
bool looks_like_environment(std::string_view text)
{
  const auto lines = text::lines(text);
  const auto has = [&](std::string_view key) {
    return std::ranges::any_of(lines, [&](std::string_view line) { return line.starts_with(key); });
  };
  return has("dependencies:") && has("channels:");
}

// The file that is read, whose format is known without looking into it again.
struct Taken {
  std::string path = {};
  const Reader* reader = nullptr;
  std::size_t bytes = 0;
};

// The project's folder while it is searched: several formats share a name, and a lock is large.
class Folder {
public:
  struct Look {
    const Reader* reader = nullptr;
    bool is_empty = false;
  };

  Folder(const FileSource& files, const Taken& taken) : files_(files), taken_(taken) {}

  // Reads the file no more than once with a limit, and the taken one not at all.
  const Look& look(const std::string& name, std::size_t limit_bytes)
  {
    const auto [known, is_new] = looks_.try_emplace({name, limit_bytes});
    if (is_new && name == taken_.path && taken_.bytes <= limit_bytes) {
      known->second = {taken_.reader, taken_.bytes == 0};
    }
    else if (is_new) {
      const std::string bytes = files_.read(name, limit_bytes).bytes;
      known->second = {find_reader(name, bytes), bytes.empty()};
    }
    return known->second;
  }

  bool is_folder(const std::string& name) const { return files_.is_folder(name); }

private:
  const FileSource& files_;
  const Taken& taken_;
  std::map<std::pair<std::string, std::size_t>, Look> looks_;
};

// The files of the project's folder that have one of the reader's names and its format.
void add_usual_files(const Reader& reader, Folder& folder, const std::vector<std::string>& names,
                     std::vector<std::string>& found)
{
  for (const std::string_view pattern : reader.usual_names) {
    for (const std::string& name : names) {
      const bool is_new = std::ranges::find(found, name) == found.end();
      if (is_new && fits(pattern, name) && !folder.is_folder(name) &&
          folder.look(name, reader.limit_bytes).reader == &reader) {
        found.push_back(name);
      }
    }
  }
}

// Of the locks that conda-lock renders, one for each platform, the image's comes first.
void put_own_platform_first(const environment::Target& target, std::vector<std::string>& found)
{
  const bool is_arm = target.arch == "arm64";
  const auto own = std::ranges::find(found, is_arm ? k_rendered_arm : k_rendered_x86);
  const auto other = std::ranges::find(found, is_arm ? k_rendered_x86 : k_rendered_arm);
  if (own != found.end() && other < own) {
    std::iter_swap(own, other);
  }
}

// All environment files of the project's folder, the one to take first.
std::vector<std::string> environment_files(const FileSource& files, const environment::Target& target,
                                           const Taken& taken = {})
{
  const std::vector<std::string> names = files.list(".");
  Folder folder(files, taken);
  std::vector<std::string> found;
  for (const Reader& reader : readers()) {
    add_usual_files(reader, folder, names, found);
  }
  put_own_platform_first(target, found);
  // An empty file says nothing; it is named only where there is no other.
  std::ranges::stable_partition(
      found, [&](const std::string& name) { return !folder.look(name, k_lock_limit_bytes).is_empty; });
  if (!found.empty()) {
    return found;
  }
  for (const std::string& name : names) {
    const bool is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    if (is_yaml && looks_like_environment(files.read(name, k_handwritten_limit_bytes).bytes)) {
      found.push_back(name);
    }
  }
  return found;
}

// "a is", "a, b and c are".
std::string listed(std::vector<std::string> names)
{
  if (names.size() == 1) {
    return names.front() + " is";
  }
  const std::string last = std::move(names.back());
  names.pop_back();
  return fmt::format("{} and {} are", text::join(names, ", "), last);
}

// Names the files that were passed over, but for those that the taken one includes.
void note_others(const Taken& taken, const FileSource& files, const environment::Target& target, ReadResult& result)
{
  const std::string& path = taken.path;
  std::vector<std::string> others = environment_files(files, target, taken);
  if (others.empty() || others.front() != path) {
    return;
  }
  const auto is_read = [&](const std::string& name) {
    const auto is_from = [&](const auto& item) { return item.span.file == name; };
    return name == path || std::ranges::find(result.also_read, name) != result.also_read.end() ||
           std::ranges::any_of(result.environment.pip, is_from) ||
           std::ranges::any_of(result.environment.constraints, is_from) ||
           std::ranges::any_of(result.environment.dropped, is_from) ||
           std::ranges::any_of(result.environment.pip_options, is_from);
  };
  std::erase_if(others, is_read);
  if (!others.empty()) {
    result.diagnostics.add("EL0403", fmt::format("{} is taken; {} not read", path, listed(others)),
                           "name the file to take with --environment", {.file = path});
  }
}

// No text of the environment keeps a password: the build gets it as a secret.
void set_credentials_apart(const std::string& path, ReadResult& result)
{
  const auto place_of = [&](const environment::Credential& one) {
    return one.span.file.empty() ? diag::Span{.file = path} : one.span;
  };
  for (const environment::Credential& one : environment::take_credentials(result.environment)) {
    result.diagnostics.add(
        "EL0404", fmt::format("{} has other credentials above", one.host),
        "one host can have one: move the others into a pip.conf or condarc, and name it with "
        "`pip_config` or `condarc`",
        place_of(one));
  }
  for (const environment::Credential& one : result.environment.credentials) {
    result.diagnostics.add(
        "EL0405",
        fmt::format("the credentials for {} reach the build as a secret and stay out of the image", one.host),
        "keep them in a netrc and name it with the setting `netrc`", place_of(one));
  }
}

// An image of nothing but Python may be meant, and is said: a table may have lost its entries, or stand elsewhere.
void note_nothing(const std::string& path, ReadResult& result)
{
  const environment::Environment& read = result.environment;
  const bool has_dropped = std::ranges::any_of(
      read.dropped, [](const environment::Dropped& one) { return one.reason != k_own_project; });
  const bool has_statements = !read.conda.empty() || !read.pip.empty() || has_dropped ||
                              !read.pip_options.empty() || !read.constraints.empty();
  const bool is_said = std::ranges::find(result.diagnostics.all(), "EL0226", &diag::Diagnostic::code) !=
                       result.diagnostics.all().end();
  if (!has_statements && !is_said && !result.diagnostics.has_errors()) {
    result.diagnostics.add("EL0226", fmt::format("{} lists no package: there will be nothing but Python", path),
                           "list what the function needs, or leave it so where that is nothing", {.file = path});
  }
}

// The command that writes a file of the format; "" for those that are written by hand.
std::string_view command_of(std::string_view format)
{
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> commands = {{
    {"pylock", "pip lock` or `uv export --format pylock.toml -o pylock.toml"},
    {"conda-lock", "conda-lock --file environment.yml --platform linux-64"},
    {"conda-explicit", "conda list --explicit --md5"},
    {"pixi-lock", "pixi lock"},
    {"uv-lock", "uv lock"},
    {"poetry-lock", "poetry lock"},
    {"pipfile-lock", "pipenv lock"},
  }};
  const auto found = std::ranges::find(commands, format, &std::pair<std::string_view, std::string_view>::first);
  return found == commands.end() ? "" : found->second;
}

// How the file comes to have something in it: no one writes a lock by hand.
std::string hint_of_empty(std::string_view format)
{
  const std::string_view command = command_of(format);
  return command.empty() ? "list the packages in it"
                         : fmt::format("write it with `{}`, or name the file that it is made from", command);
}

// pip and pipenv install nothing from an empty file and are content; a function may need nothing but Python.
bool may_be_empty(std::string_view format)
{
  return format == "pip-requirements" || format == "pipfile";
}

// Names that a format has no place for, which its reader does not look at.
void refuse_asked(std::string_view format, const std::string& path, const environment::Target& target,
                  ReadResult& result)
{
  static constexpr std::array<std::string_view, 5> without_parts = {
    "conda-environment", "conda-explicit", "conda-list", "pip-requirements", "pixi-lock"};
  if (std::ranges::find(without_parts, format) != without_parts.end()) {
    asked_parts(PartKind::group, target.groups, {}, path, result.diagnostics);
    asked_parts(PartKind::extra, target.extras, {}, path, result.diagnostics);
  }
  const std::string& environment = target.pixi_environment;
  const bool is_pixi = format == "pixi-lock" || format == "pixi-manifest";
  if (!is_pixi && !environment.empty() && environment != "default") {
    result.diagnostics.add(
        "EL0412", fmt::format("{} has no pixi environment `{}`", path, text::printable(environment)),
        "remove --pixi-environment, or name the pixi.lock or pixi.toml with --environment", {.file = path});
  }
}

void read_with(const Reader& reader, const std::string& path, std::string bytes, const FileSource& files,
               environment::Target target, ReadResult& result)
{
  result.environment.sources.push_back({path, std::string(reader.format)});
  if (bytes.empty() && !may_be_empty(reader.format)) {
    result.diagnostics.add("EL0104", fmt::format("{} is empty", path), hint_of_empty(reader.format), {.file = path});
  }
  else if (!refuse_long_line(path, bytes, result.diagnostics)) {
    const Taken taken{path, &reader, bytes.size()};
    reader.read(path, std::move(bytes), files, target, result);
    refuse_asked(reader.format, path, target, result);
    note_unhashed(command_of(reader.format), result);
    set_credentials_apart(path, result);
    note_others(taken, files, target, result);
    note_nothing(path, result);
  }
  result.python_minor = target.python_minor;
  result.diagnostics.note_suppressed();
}

}  // namespace

bool refuse_long_line(const std::string& path, std::string_view bytes, diag::Diagnostics& diagnostics)
{
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < bytes.size();) {
    ++number;
    const std::size_t end = text::line_end(bytes, begin);
    if (end - begin > k_longest_line_bytes) {
      diagnostics.add("EL0122",
                      fmt::format("the line is longer than {}", text::human_bytes(k_longest_line_bytes)),
                      "check that this is the right file; a requirement or a package needs one short line",
                      {path, number, 1, 0});
      return true;
    }
    begin = end + (bytes.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return false;
}

// The order decides which reader knows a file, and which file of a folder is taken: locks before loose files,
// conda before pip, because an environment file can hold requirements for pip and not the other way round.
// A new format is one file and one line here.
const std::vector<Reader>& readers()
{
  static const std::vector<Reader> list = {
    {"conda-lock",
     k_lock_limit_bytes,
     {"conda-lock.yml", "conda-lock.yaml", "*.conda-lock.yml"},
     &detects_conda_lock,
     &read_conda_lock},
    {"conda-explicit",
     k_lock_limit_bytes,
     {k_rendered_x86, k_rendered_arm},
     &detects_conda_explicit,
     &read_conda_explicit},
    {"pixi-lock", k_lock_limit_bytes, {"pixi.lock"}, &detects_pixi_lock, &read_pixi_lock},
    {"pylock",
     k_lock_limit_bytes,
     {"pylock.envlift.toml", "pylock.lambda.toml", "pylock.toml", "pylock.*.toml"},
     &detects_pylock,
     &read_pylock},
    {"uv-lock", k_lock_limit_bytes, {"uv.lock"}, &detects_uv_lock, &read_uv_lock},
    {"poetry-lock", k_lock_limit_bytes, {"poetry.lock"}, &detects_poetry_lock, &read_poetry_lock},
    {"pipfile-lock", k_lock_limit_bytes, {"Pipfile.lock"}, &detects_pipfile_lock, &read_pipfile_lock},
    {"conda-environment",
     k_handwritten_limit_bytes,
     {"environment.yml", "environment.yaml", "env.yml", "env.yaml"},
     &detects_conda_environment,
     &read_conda_environment},
    {"pixi-manifest",
     k_handwritten_limit_bytes,
     {"pixi.toml", "pyproject.toml"},
     &detects_pixi_manifest,
     &read_pixi_manifest},
    {"conda-list",
     k_handwritten_limit_bytes,
     {"requirements.txt", "package-list.txt", "spec-file.txt"},
     &detects_conda_list,
     &read_conda_list},
    {"pip-requirements",
     k_lock_limit_bytes,
     {"requirements.txt"},
     &detects_pip_requirements,
     &read_pip_requirements},
    {"pipfile", k_handwritten_limit_bytes, {"Pipfile"}, &detects_pipfile, &read_pipfile},
    {"pyproject", k_handwritten_limit_bytes, {"pyproject.toml"}, &detects_pyproject, &read_pyproject},
    {"setup-cfg", k_handwritten_limit_bytes, {"setup.cfg"}, &detects_setup_cfg, &read_setup_cfg},
  };
  return list;
}

std::optional<std::string> find_environment_file(const FileSource& files, const environment::Target& target)
{
  const std::vector<std::string> found = environment_files(files, target);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

ReadResult read_environment(const std::string& path, const FileSource& files,
                            const environment::Target& target)
{
  ReadResult result;
  // By its name alone, before there is a text: a lock may be far larger than what is written by hand.
  const Reader* by_name = find_reader(path::file_name(path), "");
  const std::size_t limit_bytes = by_name == nullptr ? k_lock_limit_bytes : by_name->limit_bytes;
  FileSource::Answer answer = files.read(path, limit_bytes);
  if (answer.problem != FileSource::Problem::none) {
    report_problem(answer.problem, path, limit_bytes, result.diagnostics);
    return result;
  }
  const Reader* reader = choose_reader(path, answer.bytes, result.diagnostics);
  if (reader == nullptr) {
    return result;
  }
  read_with(*reader, path, std::move(answer.bytes), files, target, result);
  return result;
}

}  // namespace envlift::input
