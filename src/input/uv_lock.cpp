// uv.lock, version 1 of any revision: a graph that is walked from the project for one platform and Python
// (uv: crates/uv-resolver/src/lock).
#include "base/path.hpp"
#include "base/text.hpp"
#include "input/asked_parts.hpp"
#include "input/conda_sections.hpp"
#include "input/default_groups.hpp"
#include "input/formats.hpp"
#include "input/own_project.hpp"
#include "input/pip_locked.hpp"
#include "input/requirements_direct.hpp"
#include "input/toml_lock.hpp"
#include "input/uv_graph.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// `https://host/r?rev=v1&subdirectory=s#COMMIT` as pip writes it.
std::string git_url(std::string_view written)
{
  const std::size_t hash = written.find('#');
  const std::string_view commit = hash == std::string_view::npos ? "" : written.substr(hash + 1);
  const std::string_view front = written.substr(0, hash);
  const std::size_t query = front.find('?');
  std::string url = "git+" + std::string(front.substr(0, query));
  std::string subdirectory;
  for (const std::string_view pair :
       text::split(query == std::string_view::npos ? "" : front.substr(query + 1), '&')) {
    if (pair.starts_with("subdirectory=")) {
      subdirectory = pair.substr(13);
    }
  }
  url += commit.empty() ? "" : "@" + std::string(commit);
  return url + (subdirectory.empty() ? "" : "#subdirectory=" + text::replace_all(subdirectory, "%2F", "/"));
}

LockedFile file_of(const toml::table& entry)
{
  const std::string_view url = text_at(entry, "url");
  const std::string_view path = url.empty() ? text_at(entry, "path") : url;
  return {file_name_of(path.empty() ? text_at(entry, "filename") : path), std::string(text_at(entry, "hash")),
          bytes_at(entry, "size")};
}

// Takes them out of the package.
std::vector<LockedFile> take_files(toml::table& package)
{
  std::vector<LockedFile> files;
  if (const toml::node* sdist = package.get("sdist"); sdist != nullptr && sdist->is_table()) {
    files.push_back(file_of(*sdist->as_table()));
  }
  const toml::node* wheels = package.get("wheels");
  if (wheels != nullptr && wheels->is_array()) {
    for (const toml::node& wheel : *wheels->as_array()) {
      if (const toml::table* entry = wheel.as_table()) {
        files.push_back(file_of(*entry));
      }
    }
  }
  package.erase("sdist");
  package.erase("wheels");
  files.shrink_to_fit();
  return files;
}

class UvReader : TomlLockReader<LockedFile> {
public:
  using TomlLockReader::TomlLockReader;

  void read()
  {
    if (!check_version()) {
      return;
    }
    if (!graph_.build()) {
      list_all();
      return;
    }
    read_python();
    auto extras = asked_parts(PartKind::extra, target_.extras, graph_.extras(), path_, result_.diagnostics);
    auto groups = asked_parts(PartKind::group, target_.groups, graph_.groups(), path_, result_.diagnostics);
    groups.merge(groups_by_default());
    check_environments();
    graph_.choose(std::move(extras), std::move(groups));
    graph_.walk();
    result_.environment.pip.reserve(graph_.nodes().size());
    for (std::size_t i = 0; i < graph_.nodes().size(); ++i) {
      if (graph_.nodes()[i].is_reached) {
        add(graph_.nodes()[i], files_of_packages_.take(i));
      }
    }
    leave_out();
    writer_.finish();
  }

private:
  bool check_version()
  {
    const auto version = toml_.integer(root_, "version");
    if (version == 1) {
      return true;
    }
    const toml::node* node = root_.get("version");
    if (!version && node != nullptr) {
      return false;   // of the wrong kind, and said so
    }
    result_.diagnostics.add(
        version ? "EL0118" : "EL0119",
        version ? fmt::format("the uv.lock is of version {}, and envlift reads version 1", *version)
                : "the uv.lock has no `version`",
        "write a pylock.toml with `uv export --format pylock.toml -o pylock.toml`",
        node == nullptr ? diag::Span{.file = path_} : toml_.place(*node));
    return false;
  }

  // Of a lock that is wrong as a whole.
  void list_all()
  {
    for (const UvNode& node : graph_.nodes()) {
      writer_.list_refused({.name = environment::normalize_name(node.name),
                            .version = std::string(node.version),
                            .place = node.place});
    }
  }

  void read_python()
  {
    if (const auto python = toml_.text(root_, "requires-python")) {
      take_python(*python, toml_.place(*root_.get("requires-python")), target_, result_);
    }
  }

  // Those that the pyproject.toml beside the lock names, as far as the lock has them.
  std::set<std::string> groups_by_default()
  {
    const std::string path = path::project_path(path::folder_of(path_), "pyproject.toml").value_or("");
    const auto answer = files_.read(path, k_handwritten_limit_bytes);
    diag::Diagnostics ignored;   // its own faults are not the lock's
    const auto project =
        answer.problem == FileSource::Problem::none ? parse_toml(path, answer.bytes, ignored) : std::nullopt;
    std::set<std::string> found = project ? default_groups_of_uv(*project) : std::set<std::string>{};
    std::erase_if(found, [&](const std::string& group) {
      return std::ranges::none_of(graph_.groups(), [&](const std::string& there) {
        return environment::normalize_name(there) == group;
      });
    });
    if (!found.empty()) {
      result_.also_read.push_back(path);
    }
    return found;
  }

  // [tool.uv] environments, which uv writes into the lock: it holds for no others.
  void check_environments() { refuse_environments("supported-markers", root_, toml_, target_, {}, result_); }

  void add(const UvNode& node, std::vector<LockedFile> files)
  {
    const std::string name = environment::normalize_name(node.name);
    const auto source = [&](std::string_view key) { return std::string(text_at(*node.source, key)); };
    if (node.is_root) {
      writer_.drop(name, std::string(k_own_project), node.place);
      return;
    }
    if (node.source->contains("virtual")) {
      writer_.drop(name, "a virtual package of the workspace: only its dependencies are installed",
                   node.place);
      return;
    }
    LockedPackage package{.name = name,
                          .version = std::string(node.version),
                          .files = std::move(files),
                          .url = source("url"),
                          .path = source("path"),
                          .editable = node.source->contains("editable"),
                          .index = source("registry"),
                          .place = node.place,
                          .index_place = toml_.place(*node.source)};
    if (!package.url.empty() && !source("subdirectory").empty()) {
      package.url += "#subdirectory=" + source("subdirectory");
    }
    if (node.source->contains("git")) {
      package.url = git_url(source("git"));
    }
    for (const char* key : {"directory", "editable"}) {
      package.path = package.path.empty() ? source(key) : package.path;
    }
    if (package.url.empty() && package.path.empty() && package.index.empty()) {
      result_.diagnostics.add("EL0344", fmt::format("the source of `{}` is not one that envlift knows", name),
                              "write a pylock.toml with `uv export --format pylock.toml -o pylock.toml`",
                              node.place);
      writer_.list_refused(package);
      return;
    }
    writer_.add(package);
  }

  // Everything else of the file, with the reason why it is not needed.
  void leave_out()
  {
    std::vector<std::string> groups;
    for (const std::string& group : graph_.groups()) {
      if (!graph_.is_group_chosen(group)) {
        groups.push_back(group);
        graph_.mark("dev-dependencies", group, not_asked_reason(PartKind::group, group));
      }
    }
    std::vector<std::string> extras;
    for (const std::string& extra : graph_.extras()) {
      if (!graph_.is_extra_chosen(extra)) {
        extras.push_back(extra);
        graph_.mark("optional-dependencies", extra, not_asked_reason(PartKind::extra, extra));
      }
    }
    for (const UvNode& node : graph_.nodes()) {
      if (!node.is_reached && !node.is_root) {
        std::string reason = node.reason;
        if (reason.empty() && !node.false_marker.empty()) {
          reason = writer_.false_marker(node.false_marker);
        }
        if (reason.empty() && node.table->contains("resolution-markers")) {
          reason = "this version is locked for another Python or platform";
        }
        writer_.drop(environment::normalize_name(node.name),
                     reason.empty() ? "nothing that is asked for needs it" : std::move(reason), node.place);
      }
    }
    note_left_out(groups, extras, {.file = path_}, result_);
  }

  UvGraph graph_{path_, root_, target_, result_};
};

}  // namespace

bool detects_uv_lock(std::string_view name, std::string_view text)
{
  const bool is_named = name == "uv.lock" || name.ends_with(".py.lock");
  return is_named ||
         (name.ends_with(".lock") && has_top_key(text, "[[package]]") && has_top_key(text, "source = {"));
}

void read_uv_lock(const std::string& path, std::string bytes, const FileSource& files,
                  environment::Target& target, ReadResult& result)
{
  read_toml_lock<UvReader>(k_uv_packages, &take_files, path, std::move(bytes), TomlVersion::v1_1, files,
                           target, result);
}

}  // namespace envlift::input
