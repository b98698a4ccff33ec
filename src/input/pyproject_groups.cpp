// Extras (PEP 621, poetry) and dependency groups (PEP 735, poetry, uv, pdm).
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/default_groups.hpp"
#include "input/pyproject.hpp"
#include "input/requirements_direct.hpp"
#include "input/requirements_unread.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::size_t k_deepest_include = 64;
constexpr std::size_t k_most_includes =
    2'000;   // a group that includes another one twice doubles with every step

// One group under its normalised name; several tools' tables can have it.
struct Group {
  std::vector<std::string> spellings;
  std::vector<const toml::node*> lists;        // PEP 735, uv, pdm
  std::vector<const toml::table*> tables;      // poetry: name = constraint
  std::vector<std::string> includes;           // poetry: include-groups
  std::size_t definitions = 0;                 // in [dependency-groups]
};

using Groups = std::map<std::string, Group>;

// An extra as the file spells it; two spellings can have one normalised name.
struct Extra {
  std::string written;
  const toml::array* items = nullptr;
};

class Parts {
public:
  explicit Parts(ProjectFile& file) : file_(file)
  {
    collect_extras();
    collect_groups();
  }

  void read()
  {
    const auto extras =
        asked_parts(PartKind::extra, file_.target.extras, names_of_extras(), file_.path, file_.diagnostics());
    auto groups =
        asked_parts(PartKind::group, file_.target.groups, names_of_groups(), file_.path, file_.diagnostics());
    groups.merge(default_groups(file_.root));
    for (const std::string& extra : extras) {
      add_extra(extra);
    }
    for (const std::string& group : groups) {
      add_group(group);
    }
    add_own_extras();
    leave_out();
  }

private:
  // What `mypackage[a,b]` in mypackage's own lists asks for; those extras can name more of them.
  void add_own_extras()
  {
    for (std::size_t i = 0; i < file_.own_extras.size(); ++i) {   // grows on the way
      const auto [name, place] = file_.own_extras[i];
      if (!extras_.contains(name)) {
        file_.diagnostics().add("EL0411", fmt::format("the project has no extra `{}`", name),
                                "correct its name, or add it to [project.optional-dependencies]", place);
      }
      add_extra(name);
    }
  }

  // The extra's requirements; the project's own extras among them once.
  void add_extra(const std::string& name)
  {
    const auto extra = extras_.find(name);
    if (extra == extras_.end() || !added_extras_.insert(name).second) {
      return;
    }
    const std::vector<Extra>& spellings = extra->second;
    if (spellings.size() > 1) {
      refuse_part(fmt::format("the extra `{}` is defined more than once, in other spellings", name),
                  "keep one of them", file_.toml.place(*spellings[1].items));
      return;
    }
    for (const toml::node& item : *spellings.front().items) {
      add_extra_item(item, name);
    }
  }

  // --- What is there -------------------------------------------------------------------------------

  void collect_extras()
  {
    const toml::table* project = table_at(file_.root, "project");
    const toml::table* of_project =
        project == nullptr ? nullptr : file_.toml.table(*project, "optional-dependencies");
    const toml::table* of_poetry = table_at(file_.root, "tool.poetry.extras");
    is_poetry_ = of_project == nullptr && of_poetry != nullptr;
    const toml::table* table = is_poetry_ ? of_poetry : of_project;
    if (table == nullptr) {
      return;
    }
    for (const auto& [key, value] : *table) {
      if (const toml::array* items = value.as_array()) {
        extras_[environment::normalize_name(key.str())].push_back({std::string(key.str()), items});
      }
      else {
        file_.toml.wrong_kind(key.str(), "an array", value);
      }
    }
  }

  Group& group(std::string_view name)
  {
    Group& group = groups_[environment::normalize_name(name)];
    if (std::ranges::find(group.spellings, name) == group.spellings.end()) {
      group.spellings.emplace_back(name);
    }
    return group;
  }

  void collect_lists(const toml::table* table)
  {
    if (table == nullptr) {
      return;
    }
    for (const auto& [key, value] : *table) {
      Group& found = group(key.str());
      found.lists.push_back(&value);
      ++found.definitions;
    }
  }

  void collect_groups()
  {
    collect_lists(file_.toml.table(file_.root, "dependency-groups"));
    if (const toml::table* uv = table_at(file_.root, "tool.uv");
        uv != nullptr && uv->get("dev-dependencies") != nullptr) {
      group("dev").lists.push_back(uv->get("dev-dependencies"));
    }
    if (const toml::table* pdm = table_at(file_.root, "tool.pdm.dev-dependencies")) {
      for (const auto& [key, value] : *pdm) {
        group(key.str()).lists.push_back(&value);
      }
    }
    if (const toml::table* dev = table_at(file_.root, "tool.poetry.dev-dependencies")) {
      group("dev").tables.push_back(dev);
    }
    if (const toml::table* poetry = table_at(file_.root, "tool.poetry.group")) {
      collect_poetry(*poetry);
    }
  }

  void collect_poetry(const toml::table& groups)
  {
    for (const auto& [key, value] : groups) {
      const toml::table* table = value.as_table();
      if (table == nullptr) {
        file_.toml.wrong_kind(key.str(), "a table", value);
        continue;
      }
      Group& found = group(key.str());
      if (const toml::table* dependencies = file_.toml.table(*table, "dependencies")) {
        found.tables.push_back(dependencies);
      }
      for (const std::string& name : file_.toml.texts(*table, "include-groups")) {
        found.includes.push_back(name);
      }
    }
  }

  std::vector<std::string> names_of_extras() const
  {
    std::vector<std::string> names;
    for (const auto& [name, spellings] : extras_) {
      std::ranges::transform(spellings, std::back_inserter(names), &Extra::written);
    }
    return names;
  }

  std::vector<std::string> names_of_groups() const
  {
    std::vector<std::string> names;
    for (const auto& [name, group] : groups_) {
      names.insert(names.end(), group.spellings.begin(), group.spellings.end());
    }
    return names;
  }

  // --- What is asked for ---------------------------------------------------------------------------

  void add_extra_item(const toml::node& item, const std::string& extra)
  {
    const auto text = item.value_exact<std::string>();
    if (!text) {
      file_.toml.wrong_kind(extra, "an array of strings", item);
    }
    else if (is_poetry_) {
      add_poetry_extra(*text, item);
    }
    else {
      add_text(*text, file_.toml.place(item), {.extra = extra}, file_);
    }
  }

  // poetry: the extra names optional dependencies.
  void add_poetry_extra(const std::string& text, const toml::node& item)
  {
    const std::string name = environment::normalize_name(text);
    const toml::table* table = table_at(file_.root, "tool.poetry.dependencies");
    if (table != nullptr && added_optional_.insert(name).second) {
      for (const auto& [key, value] : *table) {
        if (environment::normalize_name(key.str()) == name) {
          // Those that are not optional are there already.
          if (is_optional_poetry_entry(value)) {
            add_poetry_entry(key, value, file_);
          }
          return;
        }
      }
      file_.diagnostics().add(
          "EL0411", fmt::format("the extra names `{}`, which is no dependency", shown(text)),
          "add it to [tool.poetry.dependencies] with `optional = true`", file_.toml.place(item));
    }
  }

  bool refuse_part(std::string message, std::string hint, const diag::Span& place)
  {
    file_.diagnostics().add("EL0341", std::move(message), std::move(hint), place);
    return false;
  }

  void add_group(const std::string& name)
  {
    const Group& group = groups_.at(name);
    if (group.definitions > 1) {
      refuse_part(fmt::format("the group `{}` is defined more than once, in other spellings", name),
                  "keep one of them", file_.toml.place(*group.lists[1]));
      return;
    }
    open_groups_.push_back(name);
    added_groups_.insert(name);
    for (const toml::node* list : group.lists) {
      add_group_list(*list, name);
    }
    for (const std::string& included : group.includes) {
      include(included, {.file = file_.path});
    }
    for (const toml::table* table : group.tables) {
      for (const auto& [key, value] : *table) {
        add_poetry_entry(key, value, file_);
      }
    }
    open_groups_.pop_back();
  }

  void add_group_list(const toml::node& list, const std::string& name)
  {
    const toml::array* items = list.as_array();
    if (items == nullptr) {
      file_.toml.wrong_kind(name, "an array", list);
      return;
    }
    for (const toml::node& item : *items) {
      if (const auto text = item.value_exact<std::string>()) {
        add_text(*text, file_.toml.place(item), {.group = name}, file_);
      }
      else if (!add_include(item)) {
        refuse_part(fmt::format("an item of the group `{}` is neither a requirement nor an include", name),
                    "write a string, or `{include-group = \"NAME\"}`", file_.toml.place(item));
      }
    }
  }

  // Whether the item is `{include-group = "NAME"}` and nothing else.
  bool add_include(const toml::node& item)
  {
    const toml::table* table = item.as_table();
    const toml::node* named = table == nullptr || table->size() != 1 ? nullptr : table->get("include-group");
    const auto name = named == nullptr ? std::nullopt : named->value_exact<std::string>();
    if (name) {
      include(*name, file_.toml.place(item));
    }
    return name.has_value();
  }

  void include(const std::string& written, const diag::Span& place)
  {
    const std::string name = environment::normalize_name(written);
    if (std::ranges::find(open_groups_, name) != open_groups_.end()) {
      refuse_part(fmt::format("the group `{}` includes itself: {} -> {}", name,
                              text::join(open_groups_, " -> "), name),
                  "remove one of the includes", place);
    }
    else if (!groups_.contains(name)) {
      refuse_part(fmt::format("the included group `{}` is not in the file", shown(written)),
                  "correct its name, or add the group", place);
    }
    else if (open_groups_.size() > k_deepest_include || ++includes_ > k_most_includes) {
      refuse_part("the groups include each other too often", "put the requirements into one group", place);
    }
    else {
      add_group(name);
    }
  }

  // --- What is not ---------------------------------------------------------------------------------

  void leave_out()
  {
    std::vector<std::string> extras;
    for (const auto& [name, spellings] : extras_) {
      for (const Extra& extra : added_extras_.contains(name) ? std::vector<Extra>{} : spellings) {
        extras.push_back(extra.written);
        drop_list(*extra.items, PartKind::extra, extra.written);
      }
    }
    std::vector<std::string> groups;
    for (const auto& [name, group] : groups_) {
      if (!added_groups_.contains(name)) {
        groups.insert(groups.end(), group.spellings.begin(), group.spellings.end());
        drop_group(group);
      }
    }
    // The first is the one that the hint proposes.
    std::ranges::stable_partition(groups, [&](const std::string& group) { return can_be_read(group); });
    note_left_out(groups, extras, {.file = file_.path}, file_.result);
  }

  // Whether asking for the group would give no error at once: its items are requirements, or includes of groups that
  // are there.
  bool can_be_read(const std::string& written) const
  {
    const Group& group = groups_.at(environment::normalize_name(written));
    const auto is_good = [&](const toml::node& item) {
      if (const auto text = item.value_exact<std::string>()) {
        return environment::parse_requirement(*text).requirement.has_value();
      }
      const toml::table* table = item.as_table();
      const std::string_view included = table == nullptr ? "" : text_at(*table, "include-group");
      return !included.empty() && groups_.contains(environment::normalize_name(included));
    };
    return group.definitions <= 1 && std::ranges::all_of(group.lists, [&](const toml::node* list) {
             return list->is_array() && std::ranges::all_of(*list->as_array(), is_good);
           });
  }

  void drop(std::string name, PartKind kind, const std::string& part, const diag::Span& place)
  {
    if (name != file_.own_name) {
      file_.environment().dropped.push_back({std::move(name), not_asked_reason(kind, part), place});
    }
  }

  // Not validated: what is not asked for may be anything.
  void drop_list(const toml::array& items, PartKind kind, const std::string& part)
  {
    for (const toml::node& item : items) {
      const auto text = item.value_exact<std::string>();
      if (text) {
        const auto parsed = environment::parse_requirement(*text);
        drop(parsed.requirement ? environment::normalize_name(parsed.requirement->name) : shown(*text), kind,
             part, file_.toml.place(item));
      }
    }
  }

  void drop_group(const Group& group)
  {
    for (const toml::node* list : group.lists) {
      if (const toml::array* items = list->as_array()) {
        drop_list(*items, PartKind::group, group.spellings.front());
      }
    }
    for (const toml::table* table : group.tables) {
      for (const auto& [key, value] : *table) {
        drop(environment::normalize_name(key.str()), PartKind::group, group.spellings.front(),
             file_.toml.place(key));
      }
    }
  }

  ProjectFile& file_;
  std::map<std::string, std::vector<Extra>> extras_;   // by normalised name
  Groups groups_;
  bool is_poetry_ = false;
  std::set<std::string> added_extras_;
  std::set<std::string> added_optional_;
  std::set<std::string> added_groups_;
  std::vector<std::string> open_groups_;
  std::size_t includes_ = 0;
};

// `{root:uri}` and `${PROJECT_ROOT}` are the project's folder as hatch and pdm write it.
std::optional<std::string> path_below_root(std::string_view url)
{
  for (const std::string_view root : {"file:///${PROJECT_ROOT}", "file://${PROJECT_ROOT}", "{root:uri}"}) {
    if (url.starts_with(root)) {
      std::string_view rest = url.substr(root.size());
      rest = rest.substr(0, rest.find('#'));
      return "." + std::string(rest);
    }
  }
  return std::nullopt;
}

}  // namespace

void add_text(const std::string& text, const diag::Span& place, const Scope& scope, ProjectFile& file)
{
  if (text.starts_with("-e ")) {   // pdm's own form
    const auto path = path_below_root(text::trim(std::string_view(text).substr(3)));
    if (path) {
      add_direct(fragment_value(text, "egg"), {}, "", {.path = *path}, place, file);
      return;
    }
  }
  auto parsed = environment::parse_requirement(text);
  if (!parsed.requirement) {
    file.diagnostics().add("EL0301",
                           fmt::format("`{}` is not a requirement: {}", shown(text), parsed.problem.message),
                           hint_of_marker(text).value_or("write it as `NAME>=VERSION` (PEP 508)"), place);
    return;
  }
  environment::Requirement& requirement = *parsed.requirement;
  if (environment::normalize_name(requirement.name) == file.own_name && requirement.url.empty()) {
    const auto truth = environment::evaluate_marker(
        requirement.marker.empty() ? "os_name != ''" : requirement.marker, file.target, {});
    if (!truth || truth->value) {
      for (const std::string& extra : requirement.extras) {
        file.own_extras.emplace_back(environment::normalize_name(extra), place);
      }
    }
    return;
  }
  if (const auto path = path_below_root(requirement.url)) {
    add_direct(requirement.name, requirement.extras, requirement.marker, {.path = *path}, place, file);
    return;
  }
  add_requirement(std::move(requirement), place, scope, file);
}

void read_extras_and_groups(ProjectFile& file)
{
  Parts(file).read();
}

}  // namespace envlift::input
