// poetry.lock, lock-version 1.0 to 2.1 (poetry: packages/locker.py).
#include "base/path.hpp"
#include "base/text.hpp"
#include "input/asked_parts.hpp"
#include "input/conda_sections.hpp"
#include "input/default_groups.hpp"
#include "input/formats.hpp"
#include "input/poetry_graph.hpp"
#include "input/poetry_hash.hpp"
#include "input/poetry_package.hpp"
#include "input/requirements_direct.hpp"
#include "input/toml_lock.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::array<std::string_view, 1> k_packages = {"package"};
constexpr std::string_view k_main = "main";

bool contains(const std::vector<std::string>& names, std::string_view name)
{
  return std::ranges::find(names, name) != names.end();
}

class PoetryReader : TomlLockReader<LockedFile> {
public:
  using TomlLockReader::TomlLockReader;

  void read()
  {
    if (!check_version() || !read_packages()) {
      return;
    }
    read_python();
    read_project();
    names_of_parts();
    asked_extras_ = asked_parts(PartKind::extra, target_.extras, extras_, path_, result_.diagnostics);
    asked_groups_ = asked_parts(PartKind::group, target_.groups, groups_, path_, result_.diagnostics);
    if (project_) {
      asked_groups_.merge(default_groups_of_poetry(*project_));
    }
    if (!tells_groups_ && !project_) {
      result_.diagnostics.add(
          "EL0352",
          fmt::format("a poetry.lock of version {} does not tell what the project needs, and there "
                      "is no pyproject.toml of poetry 1 beside it",
                      version_),
          "put the pyproject.toml beside it that it was locked from, or lock with poetry 2", {.file = path_});
      list_all();
      return;
    }
    if (tells_groups_) {
      select();
    }
    else {
      walk();
    }
    write();
  }

private:
  // --- Reading -------------------------------------------------------------------------------------

  bool check_version()
  {
    const toml::table* metadata = toml_.table(root_, "metadata");
    if (metadata != nullptr) {
      version_ =
          metadata->contains("lock-version") ? text_at(*metadata, "lock-version") : "1.0";   // poetry 0.12
    }
    const auto version = environment::Version::parse(version_);
    if (version && (version->release[0] == 1 || version->release[0] == 2)) {
      const unsigned long minor = version->release.size() > 1 ? version->release[1] : 0;
      tells_groups_ = version->release[0] == 2 && minor >= 1;
      return true;
    }
    result_.diagnostics.add(
        version ? "EL0118" : "EL0119",
        version
            ? fmt::format("the poetry.lock is of version {}, and envlift reads 1.0 to 2.1", shown(version_))
            : "the poetry.lock has no `lock-version`",
        "lock again with `poetry lock`",
        metadata == nullptr ? diag::Span{.file = path_} : toml_.place(*metadata));
    return false;
  }

  bool read_packages()
  {
    const toml::array* packages = toml_.array(root_, "package");
    if (packages == nullptr) {
      return root_.get("package") == nullptr;
    }
    result_.environment.pip.reserve(packages->size());
    graph_.reserve(packages->size());
    for (const toml::node& node : *packages) {
      const toml::table* table = node.as_table();
      if (table == nullptr || text_at(*table, "name").empty() || text_at(*table, "version").empty()) {
        result_.diagnostics.add("EL0119", "a package has no `name` or no `version`",
                                "lock again with `poetry lock`", toml_.place(node));
        return false;
      }
      PoetryNode found;
      found.name = environment::normalize_name(text_at(*table, "name"));
      found.version = text_at(*table, "version");
      found.table = table;
      found.files = files_of_packages_.take(graph_.nodes().size());
      found.place = toml_.place(*table->get("name"));
      graph_.add(std::move(found));
    }
    return true;
  }

  void read_python()
  {
    const toml::table& metadata = *root_.get("metadata")->as_table();
    const std::string text(text_at(metadata, "python-versions"));
    const auto constraint = parse_poetry_constraint(text);
    if (!constraint) {
      return;
    }
    const diag::Span place = toml_.place(*metadata.get("python-versions"));
    result_.environment.python = constraint->text();
    result_.environment.python_span = place;
    environment::settle_python(result_.environment, target_);
    if (!python_fits(*constraint, target_)) {
      refuse_python(text, place, target_, result_);
    }
  }

  // The pyproject.toml beside the lock, for its groups; its own faults are not the lock's.
  void read_project()
  {
    const std::string path = path::project_path(path::folder_of(path_), "pyproject.toml").value_or("");
    const auto answer = files_.read(path, k_handwritten_limit_bytes);
    diag::Diagnostics ignored;
    project_ =
        answer.problem == FileSource::Problem::none ? parse_toml(path, answer.bytes, ignored) : std::nullopt;
    if (!project_) {
      return;
    }
    result_.also_read.push_back(path);
    warn_of_old_lock(root_, result_.sources.line(path_, 1), *project_, toml_, result_.diagnostics);
    // Older locks are of poetry 1, which reads its own tables alone: a [project] came later, with other dependencies.
    const toml::table* pep_621 = table_at(*project_, "project");
    const bool is_of_poetry_2 = pep_621 != nullptr && pep_621->contains("dependencies");
    if (!tells_groups_ && (table_at(*project_, "tool.poetry") == nullptr || is_of_poetry_2)) {
      project_.reset();
    }
  }

  static void add_keys(const toml::table* table, std::vector<std::string>& names)
  {
    if (table == nullptr) {
      return;
    }
    for (const auto& [key, value] : *table) {
      if (!contains(names, key.str()) && key.str() != k_main) {
        names.emplace_back(key.str());
      }
    }
  }

  void names_of_parts()
  {
    add_keys(toml_.table(root_, "extras"), extras_);
    if (project_) {
      add_keys(table_at(*project_, "tool.poetry.group"), groups_);
      add_keys(table_at(*project_, "dependency-groups"), groups_);
      if (table_at(*project_, "tool.poetry.dev-dependencies") != nullptr && !contains(groups_, "dev")) {
        groups_.emplace_back("dev");
      }
    }
    for (const PoetryNode& node : graph_.nodes()) {
      for (const std::string& group : toml_.texts(*node.table, "groups")) {
        if (group != k_main && !contains(groups_, group)) {
          groups_.push_back(group);
        }
      }
    }
  }

  // --- lock-version 2.1: every package tells its groups and its marker -------------------------------

  // The marker for the groups; "" when one of them has none.
  std::string marker_of(const PoetryNode& node, const std::vector<std::string>& groups) const
  {
    const toml::node* markers = node.table->get("markers");
    if (markers == nullptr || markers->is_string()) {
      return markers == nullptr ? "" : markers->value_or(std::string());
    }
    std::vector<std::string> parts;
    for (const std::string& group : groups) {
      const std::string_view marker = markers->is_table() ? text_at(*markers->as_table(), group) : "";
      if (marker.empty()) {
        return "";
      }
      parts.push_back(fmt::format("({})", marker));
    }
    return text::join(parts, " or ");
  }

  std::vector<std::string> asked_groups_of(const PoetryNode& node) const
  {
    std::vector<std::string> groups = toml_.texts(*node.table, "groups");
    std::erase_if(groups, [&](const std::string& group) {
      return group != k_main && !asked_groups_.contains(environment::normalize_name(group));
    });
    return groups;
  }

  void select()
  {
    environment::Chosen chosen;
    chosen.extras = asked_extras_;
    LockMarkers markers(target_, chosen, result_.diagnostics);
    for (PoetryNode& node : graph_.nodes()) {
      const std::vector<std::string> groups = asked_groups_of(node);
      if (groups.empty()) {
        const auto all = toml_.texts(*node.table, "groups");
        node.reason = not_asked_reason(PartKind::group, all.empty() ? "" : all.front());
        continue;
      }
      const std::string marker = marker_of(node, groups);
      node.is_reached = markers.holds(marker, node.place);
      if (!node.is_reached) {
        node.reason = reason_of_false(marker);
      }
    }
    choose_of_doubles();
  }

  // A marker that is false for the extras alone: the extra is what is missing.
  std::string reason_of_false(const std::string& marker) const
  {
    for (const std::string& extra : extras_) {
      environment::Chosen chosen;
      chosen.extras = {environment::normalize_name(extra)};
      const auto truth = marker.find("extra") == std::string::npos
                             ? std::nullopt
                             : environment::evaluate_lock_marker(marker, target_, chosen);
      if (truth && truth->value) {
        return not_asked_reason(PartKind::extra, extra);
      }
    }
    return writer_.false_marker(marker);
  }

  // Two versions whose markers ask for the patch release: that of the newest is taken.
  void choose_of_doubles()
  {
    std::unordered_map<std::string, std::vector<PoetryNode*>> reached;
    for (PoetryNode& node : graph_.nodes()) {
      if (node.is_reached) {
        reached[node.name].push_back(&node);
      }
    }
    environment::Chosen chosen;
    chosen.extras = asked_extras_;
    chosen.newest_patch = true;
    for (PoetryNode& first : graph_.nodes()) {
      const auto same = reached.find(first.name);
      if (same == reached.end() || same->second.size() < 2 || same->second.front() != &first) {
        continue;
      }
      std::size_t kept = 0;
      for (PoetryNode* node : same->second) {
        const std::string marker = marker_of(*node, asked_groups_of(*node));
        const auto truth = environment::evaluate_lock_marker(marker.empty() ? "os_name == 'posix'" : marker,
                                                             target_, chosen);
        node->is_reached = !truth || truth->value;
        kept += node->is_reached ? 1 : 0;
      }
      report_double(first, kept);
    }
  }

  void report_double(const PoetryNode& node, std::size_t kept)
  {
    if (kept == 1) {
      result_.diagnostics.add(
          "EL0351",
          fmt::format("which `{}` is needed depends on the patch release of Python {}, which only "
                      "the image tells: the lock is read for the newest",
                      node.name, target_.python_minor),
          "nothing has to be done with a current base image", node.place);
      return;
    }
    result_.diagnostics.add(
        "EL0350", fmt::format("the lock has more than one `{}` for this platform and Python", node.name),
        "lock again with `poetry lock`, or ask for one of the extras that exclude each other", node.place);
  }

  // --- Older locks: from the project's dependencies ------------------------------------------------

  std::vector<PoetryEdge> edges_of(const toml::table* dependencies)
  {
    std::vector<PoetryEdge> edges;
    if (dependencies == nullptr) {
      return edges;
    }
    for (const auto& [key, value] : *dependencies) {
      if (environment::normalize_name(key.str()) != "python") {
        for (PoetryEdge& edge : poetry_edges(key.str(), value, toml_)) {
          edge.place = {.file = path_};   // of another file
          edges.push_back(std::move(edge));
        }
      }
    }
    return edges;
  }

  std::vector<PoetryEdge> group_edges(const std::string& group)
  {
    std::vector<PoetryEdge> edges;
    if (const toml::table* groups = table_at(*project_, "tool.poetry.group")) {
      for (const auto& [key, value] : *groups) {
        if (environment::normalize_name(key.str()) == environment::normalize_name(group) &&
            value.is_table()) {
          edges = edges_of(table_at(*value.as_table(), "dependencies"));
        }
      }
    }
    if (environment::normalize_name(group) == "dev") {
      auto more = edges_of(table_at(*project_, "tool.poetry.dev-dependencies"));
      std::ranges::move(more, std::back_inserter(edges));
    }
    return edges;
  }

  // The optional dependencies that an extra asks for.
  std::set<std::string> names_of_extra(const std::string& extra) const
  {
    std::set<std::string> names;
    const toml::table* extras = toml_.table(root_, "extras");
    if (extras == nullptr) {
      return names;
    }
    for (const auto& [key, value] : *extras) {
      if (environment::normalize_name(key.str()) == environment::normalize_name(extra)) {
        for (const std::string& name : toml_.texts(*extras, key.str())) {
          names.insert(environment::normalize_name(name));
        }
      }
    }
    return names;
  }

  void walk()
  {
    const auto main = edges_of(table_at(*project_, "tool.poetry.dependencies"));
    std::set<std::string> wanted;
    for (const std::string& extra : asked_extras_) {
      wanted.merge(names_of_extra(extra));
    }
    graph_.walk(main, wanted, "");
    for (const std::string& group : asked_groups_) {
      graph_.walk(group_edges(group), {}, "");
    }
    for (const std::string& group : groups_) {
      if (!asked_groups_.contains(environment::normalize_name(group))) {
        graph_.walk(group_edges(group), {}, not_asked_reason(PartKind::group, group));
      }
    }
    for (const std::string& extra : extras_) {
      if (!asked_extras_.contains(environment::normalize_name(extra))) {
        graph_.walk(main, names_of_extra(extra), not_asked_reason(PartKind::extra, extra));
      }
    }
  }

  // Without the project nothing says which packages are left out, but for the category of versions before 2.0.
  void list_all()
  {
    for (const PoetryNode& node : graph_.nodes()) {
      const std::string category(text_at(*node.table, "category"));
      if (category.empty() || category == k_main ||
          asked_groups_.contains(environment::normalize_name(category))) {
        writer_.list_refused({.name = node.name, .version = node.version, .place = node.place});
      }
      else {
        writer_.drop(node.name, not_asked_reason(PartKind::group, category), node.place);
      }
    }
  }

  // --- Writing -------------------------------------------------------------------------------------

  void write()
  {
    for (PoetryNode& node : graph_.nodes()) {
      if (node.is_reached) {
        writer_.add(poetry_package(node, root_, toml_));
        continue;
      }
      std::string reason = node.reason;
      if (reason.empty()) {
        reason = node.false_marker.empty() ? "nothing that is asked for needs it"
                                           : writer_.false_marker(node.false_marker);
      }
      writer_.drop(node.name, std::move(reason), node.place);
    }
    const auto is_asked = [](const std::set<std::string>& asked) {
      return [&asked](const std::string& name) { return asked.contains(environment::normalize_name(name)); };
    };
    std::erase_if(groups_, is_asked(asked_groups_));
    std::erase_if(extras_, is_asked(asked_extras_));
    note_left_out(groups_, extras_, {.file = path_}, result_);
    writer_.finish();
  }

  PoetryGraph graph_{target_, toml_, result_.diagnostics};
  std::string version_;
  bool tells_groups_ = false;
  std::optional<toml::table> project_;
  std::vector<std::string> extras_, groups_;   // as written
  std::set<std::string> asked_extras_, asked_groups_;
};

}   // namespace

bool detects_poetry_lock(std::string_view name, std::string_view text)
{
  return name == "poetry.lock" ||
         (name.ends_with(".lock") && has_top_key(text, "[[package]]") && has_top_key(text, "content-hash ="));
}

void read_poetry_lock(const std::string& path, std::string bytes, const FileSource& files, environment::Target& target,
                      ReadResult& result)
{
  read_toml_lock<PoetryReader>(k_packages, &take_files, path, std::move(bytes), TomlVersion::v1_0, files,
                               target, result);
}

}   // namespace envlift::input
