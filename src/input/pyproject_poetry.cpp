// Poetry's own dependencies -> PEP 508 (poetry-core: Factory.create_dependency, Dependency.to_pep_508).
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/poetry_constraint.hpp"
#include "input/pyproject.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

namespace {

std::string text_in(const toml::table& entry, std::string_view key, const ProjectFile& file)
{
  return file.toml.text(entry, key).value_or("");
}

// `linux`, `!=win32`, `linux || darwin` (poetry-core: parse_generic_constraint).
std::string platform_marker(std::string_view platform)
{
  std::vector<std::string> sides;
  const std::string one_bar = text::replace_all(std::string(platform), "||", "|");
  for (const std::string_view side : text::split(one_bar, '|')) {
    std::vector<std::string> parts;
    for (std::string_view part : text::split(side, ',')) {
      part = text::trim(part);
      const bool is_not = part.starts_with("!=");
      const std::string_view value =
          text::trim(part.substr(std::min(part.find_first_not_of("=!"), part.size())));
      parts.push_back(fmt::format("sys_platform {} \"{}\"", is_not ? "!=" : "==", value));
    }
    sides.push_back(text::join(parts, " and "));
  }
  return text::join(sides, " or ");
}

std::string both(const std::vector<std::string>& markers)
{
  std::vector<std::string> parts;
  for (const std::string& marker : markers) {
    if (!marker.empty()) {
      parts.push_back(marker);
    }
  }
  return parts.size() == 1 ? parts.front() : (parts.empty() ? "" : "(" + text::join(parts, ") and (") + ")");
}

// One entry on its way to a line.
class EntryReader {
public:
  EntryReader(std::string name, diag::Span place, ProjectFile& file)
      : name_(std::move(name)),
        place_(std::move(place)),
        file_(file)
  {}

  void read(const toml::node& value)
  {
    if (const auto version = value.value_exact<std::string>()) {
      add_version(*version, {}, "");
    }
    else if (const toml::table* entry = value.as_table()) {
      read_table(*entry);
    }
    else if (const toml::array* entries = value.as_array(); entries != nullptr && !entries->empty()) {
      for (const toml::node& alternative : *entries) {
        place_ = file_.toml.place(alternative);
        read(alternative);
      }
    }
    else {
      file_.toml.wrong_kind(name_, "a constraint or a table", value);
    }
  }

private:
  void read_table(const toml::table& entry)
  {
    // poetry-core's json/schemas/poetry-schema.json; `develop` and `optional` say nothing about the image.
    static const std::vector<std::string> known = {
      "allow-prereleases", "allows-prereleases", "branch", "develop", "extras", "file", "git", "markers", "optional",
      "path", "platform", "python", "rev", "source", "subdirectory", "tag", "url", "version"};
    file_.toml.warn_unknown(entry, known, name_);
    const auto marker = marker_of(entry);
    if (!marker) {
      return;
    }
    const std::vector<std::string> extras = file_.toml.texts(entry, "extras");
    const DirectSource source = source_of(entry);
    if (source.is_given()) {
      add_direct(name_, extras, *marker, source, place_, file_);
      return;
    }
    add_version(file_.toml.text(entry, "version").value_or("*"), extras, *marker);
    if (file_.toml.boolean(entry, "allow-prereleases").value_or(false)) {
      file_.diagnostics().add(
          "EL0345",
          fmt::format("`{}` may be a pre-release for poetry; pip takes one only where no release "
                      "fits",
                      name_),
          "write a version with a pre-release in it, as `>=2.0b1`", place_);
    }
    if (const auto index = file_.toml.text(entry, "source")) {
      file_.bound_indexes.emplace(*index, place_);
    }
  }

  DirectSource source_of(const toml::table& entry) const
  {
    DirectSource source;
    source.git = text_in(entry, "git", file_);
    for (const std::string_view key : {"branch", "tag", "rev"}) {
      const std::string ref = text_in(entry, key, file_);
      source.rev = ref.empty() ? source.rev : ref;
    }
    source.url = text_in(entry, "url", file_);
    source.path = text_in(entry, "path", file_);
    source.path = source.path.empty() ? text_in(entry, "file", file_) : source.path;
    source.subdirectory = text_in(entry, "subdirectory", file_);
    return source;
  }

  // `python`, `platform` and `markers` together; nothing, with a finding, when one cannot be read.
  std::optional<std::string> marker_of(const toml::table& entry)
  {
    std::string python;
    if (const auto text = file_.toml.text(entry, "python")) {
      const auto constraint = parse_poetry_constraint(*text);
      if (!constraint) {
        refuse(*text);
        return std::nullopt;
      }
      python = constraint->python_marker();
    }
    const std::string platform = text_in(entry, "platform", file_);
    return both(
        {text_in(entry, "markers", file_), python, platform.empty() ? "" : platform_marker(platform)});
  }

  void add_version(const std::string& text, const std::vector<std::string>& extras, const std::string& marker)
  {
    const auto constraint = parse_poetry_constraint(text);
    if (!constraint) {
      refuse(text);
      return;
    }
    const auto specifiers = constraint->specifiers();
    if (!specifiers) {
      file_.diagnostics().add(
          "EL0343",
          fmt::format("`{}` wants one of several ranges of `{}`, and pip has no `or`", shown(text), name_),
          "keep one range, or lock with poetry and keep the poetry.lock beside this file", place_);
      list_refused(name_, place_, file_);
      return;
    }
    const std::string line =
        fmt::format("{}{}{}{}", name_, extras.empty() ? "" : "[" + text::join(extras, ",") + "]", *specifiers,
                    marker.empty() ? "" : " ; " + marker);
    add_text(line, place_, {}, file_);
  }

  void refuse(const std::string& text)
  {
    file_.diagnostics().add("EL0342", fmt::format("`{}` is not a constraint of poetry", shown(text)),
                            "write it as `^1.2`, `~1.2`, `>=1.2,<2` or `1.*`", place_);
    list_refused(name_, place_, file_);
  }

  std::string name_;
  diag::Span place_;
  ProjectFile& file_;
};

template <typename Predicate>
bool any_table(const toml::node& value, Predicate predicate)
{
  if (const toml::table* table = value.as_table()) {
    return predicate(*table);
  }
  const toml::array* entries = value.as_array();
  return entries != nullptr && std::ranges::any_of(*entries, [&](const toml::node& entry) {
           return entry.as_table() != nullptr && predicate(*entry.as_table());
         });
}

}  // namespace

void read_poetry_python(ProjectFile& file)
{
  const toml::table* table = table_at(file.root, "tool.poetry.dependencies");
  const toml::node* node = table == nullptr ? nullptr : table->get("python");
  if (node != nullptr && node->is_table()) {
    node = node->as_table()->get("version");
  }
  const auto text = node == nullptr ? std::nullopt : node->value_exact<std::string>();
  if (!text) {
    return;
  }
  const auto constraint = parse_poetry_constraint(*text);
  if (!constraint) {
    file.diagnostics().add("EL0342", fmt::format("`{}` is not a constraint of poetry", shown(*text)),
                           "write it as `^3.11` or `>=3.11,<3.14`", file.toml.place(*node));
    return;
  }
  file.environment().python = constraint->text();
  file.environment().python_span = file.toml.place(*node);
}

void add_poetry_entry(const toml::key& key, const toml::node& value, ProjectFile& file)
{
  EntryReader(std::string(key.str()), file.toml.place(key), file).read(value);
}

bool is_direct_poetry_entry(const toml::node& value)
{
  return any_table(value, [](const toml::table& entry) {
    return entry.contains("git") || entry.contains("url") || entry.contains("path") || entry.contains("file");
  });
}

bool is_optional_poetry_entry(const toml::node& value)
{
  return any_table(value, [](const toml::table& entry) {
    const toml::node* optional = entry.get("optional");
    return optional != nullptr && optional->value_exact<bool>().value_or(false);
  });
}

}  // namespace envlift::input
