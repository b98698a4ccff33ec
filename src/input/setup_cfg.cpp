// setup.cfg as setuptools reads it (setuptools: config/setupcfg.py). setup.py is not run: what it sets is not seen.
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/asked_parts.hpp"
#include "input/conda_sections.hpp"
#include "input/formats.hpp"
#include "input/ini.hpp"
#include "input/requirements.hpp"
#include "input/requirements_unread.hpp"
#include "input/text_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

class SetupFile {
public:
  SetupFile(const std::string& path, const IniFile& ini, const environment::Target& target,
            ReadResult& result)
      : path_(path),
        ini_(ini),
        target_(target),
        result_(result),
        extras_(ini.find("options.extras_require"))
  {}

  std::vector<RequirementLine> read()
  {
    refuse_unknown_sections();
    warn_unknown_options();
    if (const IniEntry* name = option("metadata", "name")) {
      own_name_ = environment::normalize_name(name->lines.front().text);
    }
    read_python();
    if (const IniEntry* requires_ = option("options", "install_requires")) {
      add_list(*requires_);
    }
    read_extras();
    return std::move(lines_);
  }

private:
  // setuptools: config/setupcfg.py, ConfigHandler.parse().
  void refuse_unknown_sections()
  {
    static const std::vector<std::string> known = {"metadata",
                                                   "options",
                                                   "options.data_files",
                                                   "options.entry_points",
                                                   "options.exclude_package_data",
                                                   "options.extras_require",
                                                   "options.package_data",
                                                   "options.packages.find"};
    for (const IniSection& section : ini_.sections) {
      const bool is_ours = section.name.starts_with("metadata") || section.name.starts_with("options");
      if (is_ours && std::ranges::find(known, section.name) == known.end()) {
        const auto near = text::nearest(section.name, known);
        result_.diagnostics.add(
            "EL0371", fmt::format("setuptools has no section `[{}]`", shown(section.name)),
            near ? fmt::format("did you mean `[{}]`?", *near) : "remove it", section.span);
      }
    }
  }

  // setuptools passes over what it does not know (setuptools: config/setupcfg.py, ConfigOptionsHandler.parsers).
  void warn_unknown_options()
  {
    static const std::vector<std::string> known = {"data_files",
                                                   "dependency_links",
                                                   "eager_resources",
                                                   "entry_points",
                                                   "exclude_package_data",
                                                   "extras_require",
                                                   "include_package_data",
                                                   "install_requires",
                                                   "namespace_packages",
                                                   "obsoletes",
                                                   "package_data",
                                                   "package_dir",
                                                   "packages",
                                                   "provides",
                                                   "py_modules",
                                                   "python_requires",
                                                   "requires",
                                                   "scripts",
                                                   "setup_requires",
                                                   "test_suite",
                                                   "tests_require",
                                                   "zip_safe"};
    const IniSection* options = ini_.find("options");
    for (const IniEntry& entry : options == nullptr ? std::vector<IniEntry>{} : options->entries) {
      const std::string key = text::replace_all(entry.key, "-", "_");
      const auto near = text::nearest(key, known);
      if (near && *near != key) {
        result_.diagnostics.add("EL0356",
                                fmt::format("setuptools has no `{}` in [options]", shown(entry.key)),
                                fmt::format("did you mean `{}`?", *near), entry.span);
      }
    }
  }

  // setuptools takes `-` in keys for `_`.
  const IniEntry* option(std::string_view section, std::string_view key) const
  {
    const IniSection* found = ini_.find(section);
    if (found == nullptr) {
      return nullptr;
    }
    const IniEntry* entry = found->find(key);
    return entry != nullptr ? entry : found->find(text::replace_all(std::string(key), "_", "-"));
  }

  void read_python()
  {
    const IniEntry* entry = option("options", "python_requires");
    if (entry == nullptr) {
      return;
    }
    std::string versions;
    for (const IniLine& line : entry->lines) {
      versions += line.text;
    }
    const diag::Span& place = entry->lines.front().text.empty() ? entry->span : entry->lines.front().span;
    if (!environment::canonical_specifiers(versions)) {
      result_.diagnostics.add("EL0119",
                              fmt::format("`python_requires` is no set of versions: `{}`", shown(versions)),
                              "write it as `>=3.11,<3.14`", place);
      return;
    }
    result_.environment.python = versions;
    result_.environment.python_span = place;
  }

  void read_extras()
  {
    std::vector<std::string> there;
    for (const IniEntry& entry : extras_ == nullptr ? std::vector<IniEntry>{} : extras_->entries) {
      there.push_back(entry.key);
    }
    asked_parts(PartKind::group, target_.groups, {}, path_, result_.diagnostics);
    for (const std::string& name :
         asked_parts(PartKind::extra, target_.extras, there, path_, result_.diagnostics)) {
      add_extra(name);
    }
    std::vector<std::string> left_out;
    for (const IniEntry& entry : extras_ == nullptr ? std::vector<IniEntry>{} : extras_->entries) {
      if (!added_.contains(environment::normalize_name(entry.key))) {
        left_out.push_back(entry.key);
        drop_extra(entry);
      }
    }
    note_left_out({}, left_out, {.file = path_}, result_);
  }

  // Keys that are one name to a package's metadata, `my_extra` and `my-extra`, are one extra there.
  std::vector<const IniEntry*> entries_of_extra(const std::string& name) const
  {
    std::vector<const IniEntry*> found;
    if (extras_ != nullptr) {
      for (const IniEntry& entry : extras_->entries) {
        if (environment::normalize_name(entry.key) == name) {
          found.push_back(&entry);
        }
      }
    }
    return found;
  }

  void add_extra(const std::string& name)
  {
    const std::vector<const IniEntry*> entries = entries_of_extra(name);
    if (entries.empty() || !added_.insert(name).second) {
      return;
    }
    for (const IniEntry* entry : entries) {
      add_list(*entry);
    }
  }

  void drop_extra(const IniEntry& entry)
  {
    for (const IniLine& item : items_of(entry)) {
      const auto parsed = environment::parse_requirement(item.text);
      result_.environment.dropped.push_back(
          {parsed.requirement ? environment::normalize_name(parsed.requirement->name) : shown(item.text),
           not_asked_reason(PartKind::extra, entry.key), item.span});
    }
  }

  // What stands behind ` #` is a comment, and a line that ends with `\` goes on in the next (setuptools: _reqs.py,
  // drop_comment and join_continuation).
  static std::vector<IniLine> whole_lines(const std::vector<IniLine>& lines)
  {
    std::vector<IniLine> items;
    bool goes_on = false;
    for (const IniLine& line : lines) {
      const std::string_view text = text::trim(std::string_view(line.text).substr(0, line.text.find(" #")));
      if (text.empty() || text.starts_with('#')) {
        continue;
      }
      if (goes_on) {
        items.back().text += text;
      }
      else {
        items.push_back({std::string(text), line.span});
        items.back().span.length = text.size();
      }
      std::string& whole = items.back().text;
      goes_on = whole.ends_with('\\');
      if (goes_on) {
        whole = text::trim(std::string_view(whole).substr(0, whole.size() - std::min<std::size_t>(2, whole.size())));
      }
    }
    return items;
  }

  // A value of one line is split at `;`, of more lines at their ends.
  static std::vector<IniLine> items_of(const IniEntry& entry)
  {
    if (entry.lines.size() > 1) {
      return whole_lines(entry.lines);
    }
    std::vector<IniLine> items;
    const IniLine& line = entry.lines.front();
    for (const std::string_view part : text::split(line.text, ';')) {
      const std::string_view item = text::trim(part);
      if (!item.empty() && !item.starts_with('#')) {
        diag::Span span = line.span;
        span.column += static_cast<std::size_t>(item.data() - line.text.data());
        span.length = item.size();
        items.push_back({std::string(item), span});
      }
    }
    return whole_lines(items);
  }

  void add_list(const IniEntry& entry)
  {
    if (entry.lines.front().text.starts_with("file:")) {
      add_files(entry);
      return;
    }
    if (warn_of_marker(entry)) {
      return;
    }
    for (const IniLine& item : items_of(entry)) {
      add_item(item);
    }
  }

  // `foo; python_version < "3.9"` on the key's own line: setuptools reads two requirements.
  bool warn_of_marker(const IniEntry& entry)
  {
    const std::vector<IniLine> items = items_of(entry);
    if (entry.lines.size() > 1 || items.size() != 2 ||
        !environment::parse_requirement(entry.lines.front().text).requirement ||
        environment::parse_requirement(items[1].text).requirement) {
      return false;
    }
    result_.diagnostics.add(
        "EL0301", "setuptools splits a value of one line at `;`, so the marker is read as a requirement",
        "write the requirement in an indented line of its own", items[1].span);
    return true;
  }

  void add_item(const IniLine& item)
  {
    const auto parsed = environment::parse_requirement(item.text);
    const bool is_own = parsed.requirement && !own_name_.empty() &&
                        environment::normalize_name(parsed.requirement->name) == own_name_;
    if (!is_own) {
      // A requirements file has options and paths, setup.cfg has requirements only.
      if (!parsed.requirement) {
        result_.diagnostics.add(
            "EL0301", fmt::format("`{}` is not a requirement: {}", shown(item.text), parsed.problem.message),
            hint_of_marker(item.text).value_or("write `NAME`, `NAME>=VERSION` or `NAME @ URL`, one a line"),
            item.span);
        return;
      }
      lines_.push_back({item.text, item.span});
      return;
    }
    for (const std::string& extra : parsed.requirement->extras) {
      add_own_extra(environment::normalize_name(extra), item);
    }
  }

  // `all = my-project[plot]`.
  void add_own_extra(const std::string& extra, const IniLine& item)
  {
    if (entries_of_extra(extra).empty()) {
      result_.diagnostics.add("EL0411", fmt::format("the project has no extra `{}`", shown(extra)),
                              "add it to [options.extras_require], or remove it here", item.span);
      return;
    }
    add_extra(extra);
  }

  // `file: a.txt, b.txt`: their lines.
  void add_files(const IniEntry& entry)
  {
    for (const IniLine& line : entry.lines) {
      const bool is_first = &line == &entry.lines.front();
      const std::string_view names =
          is_first ? std::string_view(line.text).substr(5) : std::string_view(line.text);
      for (const std::string_view part : text::split(names, ',')) {
        const std::string_view name = text::trim(part);
        if (name.empty()) {
          continue;
        }
        if (name.find_first_of(" \t\"'\\#") != std::string_view::npos) {
          result_.diagnostics.add("EL0304",
                                  fmt::format("the file name `{}` cannot be read here", shown(name)),
                                  "rename it: letters, digits and `._-/`", line.span);
          continue;
        }
        lines_.push_back({"-r " + std::string(name), line.span});
      }
    }
  }

  const std::string& path_;
  const IniFile& ini_;
  const environment::Target& target_;
  ReadResult& result_;
  const IniSection* extras_;
  std::string own_name_;
  std::vector<RequirementLine> lines_;
  std::set<std::string> added_;   // extras, normalised
};

}   // namespace

bool detects_setup_cfg(std::string_view name, std::string_view text)
{
  if (name != "setup.cfg" || text.empty()) {
    return name == "setup.cfg";
  }
  return std::ranges::any_of(text::lines(text), [](std::string_view line) {
    return line.starts_with("install_requires") || line.starts_with("install-requires") ||
           line.starts_with("[options.extras_require]");   // for who asks for an extra
  });
}

void read_setup_cfg(const std::string& path, std::string bytes, const FileSource& files,
                    environment::Target& target, ReadResult& result)
{
  const auto text = decode_file(path, std::move(bytes), Encoding::utf8, result);
  const auto ini = text ? parse_ini(path, *text, result.diagnostics) : std::nullopt;
  if (!ini) {
    return;
  }
  const auto lines = SetupFile(path, *ini, target, result).read();
  read_requirement_lines(lines, path, files, target, result);
}

}   // namespace envlift::input
