// `pypi-options` of a pixi manifest as options of pip, and what a pyproject.toml adds to the manifest.
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/pixi_manifest.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

class Options {
public:
  explicit Options(PixiFile& file) : file_(file) {}

  void add(const toml::table& options)
  {
    add_value(options, "index-url", "--index-url");
    add_values(options, "extra-index-urls", "--extra-index-url");
    add_links(options);
    add_names(options, "no-binary", "--no-binary");
    add_names(options, "no-build", "--only-binary");
    if (file_.toml.text(options, "prerelease-mode").value_or("") == "allow") {
      add_line("--pre", "", *options.get("prerelease-mode"));
    }
    if (const toml::table* overrides = file_.toml.table(options, "dependency-overrides")) {
      file_.diagnostics().add("EL0248", "pip has no overrides of dependencies",
                              "pin the packages in [pypi-dependencies] instead", file_.toml.place(*overrides));
    }
    if (const toml::node* isolation = options.get("no-build-isolation")) {
      file_.note_no_effect("no-build-isolation", "pip builds each package apart", "choose packages that have wheels",
                           file_.toml.place(*isolation));
    }
  }

private:
  void add_line(std::string_view option, const std::string& value, const toml::node& node)
  {
    const bool is_word = std::ranges::all_of(value, [](char c) {
      return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    });
    if (!is_word) {
      file_.diagnostics().add("EL0225", fmt::format("the value of {} holds a space or a control character", option),
                              "write it as a URL does, with %20 for a space", file_.toml.place(node));
      return;
    }
    std::string line = value.empty() ? std::string(option) : fmt::format("{} {}", option, value);
    if (file_.seen.insert(line).second) {
      file_.pip_options.push_back({std::move(line), file_.toml.place(node)});
    }
  }

  void add_value(const toml::table& options, std::string_view key, std::string_view option)
  {
    if (const auto value = file_.toml.text(options, key); value && !value->empty()) {
      add_line(option, *value, *options.get(key));
    }
  }

  void add_values(const toml::table& options, std::string_view key, std::string_view option)
  {
    for (const std::string& value : file_.toml.texts(options, key)) {
      add_line(option, value, *options.get(key));
    }
  }

  void add_links(const toml::table& options)
  {
    const toml::array* links = file_.toml.array(options, "find-links");
    if (links == nullptr) {
      return;
    }
    for (const toml::node& link : *links) {
      if (const toml::table* table = link.as_table()) {
        add_value(*table, "path", "--find-links");
        add_value(*table, "url", "--find-links");
      }
      else {
        file_.toml.wrong_kind("find-links", "an array of tables", link);
      }
    }
  }

  // `true` for all packages, or their names.
  void add_names(const toml::table& options, std::string_view key, std::string_view option)
  {
    const toml::node* node = options.get(key);
    if (node == nullptr) {
      return;
    }
    if (node->is_boolean()) {
      if (*node->value_exact<bool>()) {
        add_line(option, ":all:", *node);
      }
      return;
    }
    const std::vector<std::string> names = file_.toml.texts(options, key);
    if (!names.empty()) {
      add_line(option, text::join(names, ","), *node);
    }
  }

  PixiFile& file_;
};

const toml::table* project_table(const PixiFile& file, std::string_view key)
{
  const toml::table* project =
      file.pyproject == nullptr ? nullptr : file.toml.table(*file.pyproject, "project");
  return project == nullptr || key.empty() ? project : file.toml.table(*project, key);
}

const toml::table* groups_table(const PixiFile& file)
{
  return file.pyproject == nullptr ? nullptr : file.toml.table(*file.pyproject, "dependency-groups");
}

constexpr int k_deepest = 20;   // ends a circle of groups or extras

void add_list(const toml::array& list, const toml::table* groups, int depth, PixiFile& file);

// The extras of `NAME[EXTRA]` where NAME is the project itself; empty for every other requirement.
std::vector<std::string> own_extras(const std::string& text, const PixiFile& file)
{
  const toml::table* project = project_table(file, "");
  const auto name = project == nullptr ? std::nullopt : file.toml.text(*project, "name");
  const auto parsed = environment::parse_requirement(text).requirement;
  const bool is_own = name && parsed &&
                      environment::normalize_name(parsed->name) == environment::normalize_name(*name);
  return is_own ? parsed->extras : std::vector<std::string>{};
}

void add_own_extras(const std::vector<std::string>& extras, int depth, const diag::Span& place, PixiFile& file)
{
  const toml::table* lists = project_table(file, "optional-dependencies");
  for (const std::string& extra : extras) {
    const toml::array* list = lists == nullptr ? nullptr : file.toml.array(*lists, extra);
    if (list != nullptr && depth < k_deepest) {
      add_list(*list, nullptr, depth + 1, file);
    }
    else {
      file.diagnostics().add("EL0249", fmt::format("the project has no extra `{}`", shown(extra)),
                             "name one of [project.optional-dependencies]", place);
    }
  }
}

// Requirements of a list, with the groups that it includes.
void add_list(const toml::array& list, const toml::table* groups, int depth, PixiFile& file)
{
  for (const toml::node& item : list) {
    const toml::table* table = item.as_table();
    const auto included = table == nullptr ? std::nullopt : file.toml.text(*table, "include-group");
    if (const auto text = item.value_exact<std::string>()) {
      const bool has_controls = std::ranges::any_of(
          *text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
      const std::vector<std::string> extras = own_extras(*text, file);
      if (has_controls) {
        file.diagnostics().add("EL0225", "a requirement holds a line break or another control character",
                               "write it on one line, without escapes", file.toml.place(item));
      }
      else if (extras.empty()) {
        file.add_requirement(*text, file.toml.place(item));
      }
      else {
        add_own_extras(extras, depth, file.toml.place(item), file);
      }
    }
    else if (included && groups != nullptr && groups->contains(*included) && depth < k_deepest) {
      if (const toml::array* inner = file.toml.array(*groups, *included)) {
        add_list(*inner, groups, depth + 1, file);
      }
    }
    else {
      file.diagnostics().add("EL0249", included ? fmt::format("the group `{}` cannot be included", shown(*included))
                                                : "an entry of a group is neither a requirement nor a group",
                             "name a group of [dependency-groups] that does not include itself",
                             file.toml.place(item));
    }
  }
}

}  // namespace

void add_pypi_options(const toml::table& options, PixiFile& file)
{
  Options(file).add(options);
}

void add_project_dependencies(bool has_python, PixiFile& file)
{
  const toml::table* project = project_table(file, "");
  if (project == nullptr) {
    return;
  }
  const auto python = file.toml.text(*project, "requires-python");
  if (python && !has_python) {
    const std::string plain = text::replace_all(*python, " ", "");
    // `==3.11.*` is no version that conda's exact match takes.
    const bool is_equal = plain.starts_with("==") && plain.find(',') == std::string::npos;
    const bool is_clean = plain.find_first_of("'\\\n\r\t") == std::string::npos;
    file.add_spec(is_clean ? fmt::format("python[version='{}']", is_equal ? plain.substr(2) : plain) : "python[",
                  file.toml.place(*project->get("requires-python")));
  }
  if (const toml::array* list = file.toml.array(*project, "dependencies")) {
    add_list(*list, nullptr, 0, file);
  }
}

std::vector<std::string> project_features(const PixiFile& file)
{
  std::vector<std::string> names;
  for (const toml::table* table : {project_table(file, "optional-dependencies"), groups_table(file)}) {
    if (table != nullptr) {
      for (const auto& [key, value] : *table) {
        names.emplace_back(key.str());
      }
    }
  }
  return names;
}

void add_project_feature(const std::string& name, PixiFile& file)
{
  const toml::table* extras = project_table(file, "optional-dependencies");
  const toml::table* groups = groups_table(file);
  for (const toml::table* table : {extras, groups}) {
    const toml::array* list =
        table != nullptr && table->contains(name) ? file.toml.array(*table, name) : nullptr;
    if (list != nullptr) {
      add_list(*list, groups, 0, file);
    }
  }
}

// Not validated: what is not asked for may be anything.
void drop_project_feature(const std::string& name, const std::string& reason, PixiFile& file)
{
  for (const toml::table* table : {project_table(file, "optional-dependencies"), groups_table(file)}) {
    const toml::node* list = table == nullptr ? nullptr : table->get(name);
    if (list == nullptr || !list->is_array()) {
      continue;
    }
    for (const toml::node& item : *list->as_array()) {
      if (const auto text = item.value_exact<std::string>()) {
        const auto parsed = environment::parse_requirement(*text);
        file.conda.environment().dropped.push_back(
            {parsed.requirement ? environment::normalize_name(parsed.requirement->name) : shown(*text),
             reason, file.toml.place(item)});
      }
    }
  }
}

}  // namespace envlift::input
