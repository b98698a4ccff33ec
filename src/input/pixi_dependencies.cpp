// Dependencies of a pixi manifest, one by one: conda's as MatchSpecs, PyPI's as requirements.
#include "base/text.hpp"
#include "environment/requirement.hpp"
#include "input/own_project.hpp"
#include "input/pixi_manifest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// pixi's keys of a conda dependency, and conda's.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> k_spec_keys = {{
  {"version", "version"},
  {"build", "build"},
  {"build-number", "build_number"},
  {"file-name", "fn"},
  {"subdir", "subdir"},
  {"md5", "md5"},
  {"sha256", "sha256"},
  {"license", "license"},
  {"license-family", "license_family"},
}};

bool is_package_name(std::string_view name)
{
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return text::is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
}

// What can stand between single quotes in the brackets of a MatchSpec.
bool is_quotable(std::string_view value)
{
  return std::ranges::all_of(value, [](char c) { return c >= ' ' && c < '\x7f' && c != '\'' && c != '\\'; });
}

bool is_word(std::string_view value)
{
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
}

std::string without_spaces(std::string_view value)
{
  return text::replace_all(std::string(value), " ", "");
}

std::string number_or_text(const toml::node& node)
{
  const auto number = node.value_exact<std::int64_t>();
  return number ? std::to_string(*number) : node.value_exact<std::string>().value_or("");
}

class CondaEntry {
public:
  CondaEntry(const std::string& name, PixiFile& file) : name_(name), file_(file) {}

  void add(const toml::node& value, bool may_inherit = true)
  {
    place_ = file_.toml.place(value);
    if (!is_package_name(name_)) {
      refuse("its name is not one of conda's");
    }
    else if (const auto version = value.value_exact<std::string>()) {
      put("version", *version);
      finish();
    }
    else if (const toml::table* table = value.as_table()) {
      add_table(*table, may_inherit);
    }
    else {
      file_.toml.wrong_kind(name_, "a version or a table", value);
    }
  }

private:
  void refuse(std::string_view why)
  {
    file_.diagnostics().add("EL0248", fmt::format("`{}` cannot be handed to conda: {}", shown(name_), why),
                            "write its version, and a channel where it needs one", place_);
    list_refused();
    failed_ = true;
  }

  void list_refused()
  {
    if (is_package_name(name_) && file_.seen.insert("refused conda " + name_).second) {
      environment::MatchSpec spec;
      spec.name = text::to_lower(name_);
      list_refused_conda(spec, place_, file_.conda);
    }
  }

  void add_table(const toml::table& table, bool may_inherit)
  {
    if (table.contains("workspace")) {
      inherit(table, may_inherit);
      return;
    }
    const std::string url = file_.toml.text(table, "url").value_or("");
    const bool is_artifact = url.ends_with(".conda") || url.ends_with(".tar.bz2");
    if (table.contains("path") || table.contains("git") || (!url.empty() && !is_artifact)) {
      file_.diagnostics().add("EL0246",
                              fmt::format("`{}` is built from its source by pixi, which an image's build does not do",
                                          shown(name_)),
                              "depend on it in [pypi-dependencies], or on its package in a channel", place_);
      list_refused();
      return;
    }
    if (is_artifact) {
      const std::string hash = file_.toml.text(table, "sha256").value_or(file_.toml.text(table, "md5").value_or(""));
      file_.add_spec(hash.empty() ? url : url + "#" + hash, place_);
      return;
    }
    read_keys(table);
    finish();
  }

  // `{ workspace = true }` takes the entry of [workspace.dependencies].
  void inherit(const toml::table& table, bool may_inherit)
  {
    const toml::table* workspace = file_.workspace();
    const toml::table* pool = workspace == nullptr ? nullptr : file_.toml.table(*workspace, "dependencies");
    const toml::node* base = pool == nullptr ? nullptr : pool->get(name_);
    if (base == nullptr || table.size() != 1 || !may_inherit) {
      refuse("it inherits what is not in [workspace.dependencies], or adds to it");
      return;
    }
    CondaEntry(name_, file_).add(*base, false);
  }

  void read_keys(const toml::table& table)
  {
    for (const auto& [key, value] : table) {
      const std::string_view word = key.str();
      const auto known = std::ranges::find(k_spec_keys, word, &std::pair<std::string_view, std::string_view>::first);
      if (word == "channel") {
        channel_ = file_.toml.text(table, word).value_or("");
      }
      else if (known == k_spec_keys.end()) {
        refuse(fmt::format("conda has nothing like `{}`", shown(word)));
      }
      else if (!value.is_string() && !value.is_integer()) {
        file_.toml.wrong_kind(word, "a string", value);
        failed_ = true;
      }
      else {
        put(known->second, number_or_text(value));
      }
    }
  }

  void put(std::string_view key, std::string_view value)
  {
    const std::string plain = key == "version" ? without_spaces(value) : std::string(value);
    if (key == "version" && (plain == "*" || plain.empty())) {
      return;
    }
    if (!is_quotable(plain)) {
      refuse(fmt::format("its `{}` holds a quote or a control character", key));
      return;
    }
    brackets_.push_back(fmt::format("{}='{}'", key, plain));
  }

  void finish()
  {
    if (!channel_.empty() && !is_word(channel_)) {
      refuse("its channel is not a name or a URL");
    }
    if (failed_) {
      return;
    }
    std::string spec = channel_.empty() ? name_ : channel_ + "::" + name_;
    if (!brackets_.empty()) {
      spec += "[" + text::join(brackets_, ",") + "]";
    }
    file_.add_spec(std::move(spec), place_);
  }

  const std::string& name_;
  PixiFile& file_;
  diag::Span place_;
  std::string channel_;
  std::vector<std::string> brackets_;
  bool failed_ = false;
};

class PypiEntry {
public:
  PypiEntry(const std::string& name, PixiFile& file) : name_(name), file_(file) {}

  void add(const toml::node& value)
  {
    place_ = file_.toml.place(value);
    if (!is_package_name(name_)) {
      refuse("its name is not one of PyPI's");
    }
    else if (const auto version = value.value_exact<std::string>()) {
      add_version(*version);
    }
    else if (const toml::table* table = value.as_table()) {
      add_table(*table);
    }
    else {
      file_.toml.wrong_kind(name_, "a version or a table", value);
    }
  }

private:
  void refuse(std::string_view why)
  {
    file_.diagnostics().add("EL0248", fmt::format("`{}` cannot be handed to pip: {}", shown(name_), why),
                            "write its version, or one of `git`, `url` and `path`", place_);
    if (is_package_name(name_) && file_.seen.insert("refused pip " + name_).second) {
      file_.conda.environment().pip.push_back(named_row(name_, place_));
    }
  }

  void add_version(std::string_view version)
  {
    const std::string plain = without_spaces(version);
    if (plain != "*" && !environment::canonical_specifiers(plain)) {
      refuse(fmt::format("`{}` is not a version as PyPI writes it", shown(version)));
      return;
    }
    finish(plain == "*" ? "" : plain);
  }

  std::string key(const toml::table& table, std::string_view name) const
  {
    return file_.toml.text(table, name).value_or("");
  }

  void add_table(const toml::table& table)
  {
    static const std::vector<std::string> known = {"version", "index", "extras", "env-markers", "git", "rev", "tag",
                                                   "branch", "subdirectory", "lfs", "url", "path", "editable"};
    file_.toml.warn_unknown(table, known, name_);
    const auto extras = file_.toml.texts(table, "extras");
    if (!std::ranges::all_of(extras, is_package_name)) {
      refuse("an extra's name is not one of PyPI's");
      return;
    }
    extras_ = extras.empty() ? "" : "[" + text::join(extras, ",") + "]";
    marker_ = key(table, "env-markers");
    const std::string git = key(table, "git");
    const std::string url = key(table, "url");
    const std::string path = key(table, "path");
    if (int(!git.empty()) + int(!url.empty()) + int(!path.empty()) + int(table.contains("version")) > 1) {
      refuse("it has more than one of `version`, `git`, `url` and `path`");
    }
    else if (!git.empty()) {
      add_git(table, git);
    }
    else if (!url.empty()) {
      add_direct(url, key(table, "subdirectory"));
    }
    else if (!path.empty()) {
      add_path(table, path);
    }
    else {
      add_index(table);
      add_version(key(table, "version"));
    }
  }

  void add_git(const toml::table& table, const std::string& git)
  {
    std::string revision;
    for (const std::string_view word : {"rev", "tag", "branch"}) {
      const std::string one = key(table, word);
      if (!one.empty() && !revision.empty()) {
        refuse("it has more than one of `rev`, `tag` and `branch`");
        return;
      }
      revision = one.empty() ? revision : one;
    }
    const std::string url = git.starts_with("git+") ? git : "git+" + git;
    add_direct(revision.empty() ? url : url + "@" + revision, key(table, "subdirectory"));
  }

  void add_direct(const std::string& url, const std::string& subdirectory)
  {
    const std::string whole = subdirectory.empty() ? url : fmt::format("{}#subdirectory={}", url, subdirectory);
    if (!is_word(whole)) {
      refuse("its place holds a space or a control character");
      return;
    }
    finish(" @ " + whole);
  }

  void add_path(const toml::table& table, std::string path)
  {
    const std::string subdirectory = key(table, "subdirectory");
    path += subdirectory.empty() ? "" : "/" + subdirectory;
    if (!is_word(path)) {
      refuse("its path holds a space or a control character");
      return;
    }
    if (path.find_first_not_of("./") == std::string::npos && path.find("..") == std::string::npos) {
      file_.conda.environment().dropped.push_back(
          {environment::normalize_name(name_), std::string(k_own_project), place_});
      return;
    }
    const bool editable = file_.toml.boolean(table, "editable").value_or(false);
    const bool is_plain = path.starts_with('.') || path.starts_with('/') || path.starts_with('~') ||
                          path.find(':') != std::string::npos;
    file_.path_names[{place_.line, place_.column}] = environment::normalize_name(name_);
    file_.add_requirement(fmt::format("{}{}{}{}", editable ? "-e " : "", is_plain ? "" : "./", path, extras_), place_);
  }

  // pip has no index for one package.
  void add_index(const toml::table& table)
  {
    const std::string index = key(table, "index");
    if (index.empty()) {
      return;
    }
    if (!is_word(index)) {
      refuse("its index is not a URL");
      return;
    }
    file_.pip_options.push_back({"--extra-index-url " + index, place_});
    file_.note_no_effect("index", "pip looks for every package in all indexes",
                         "see that no other index has a package of that name", place_);
  }

  void finish(const std::string& rest)
  {
    const auto is_clean = [](std::string_view one) {
      return std::ranges::all_of(one, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
    };
    if (!is_clean(rest) || !is_clean(marker_) || rest.find(';') != std::string::npos) {
      refuse("it holds characters that end a requirement");
      return;
    }
    file_.add_requirement(name_ + extras_ + rest + (marker_.empty() ? "" : " ; " + marker_), place_);
  }

  const std::string& name_;
  PixiFile& file_;
  diag::Span place_;
  std::string extras_;
  std::string marker_;
};

}  // namespace

void PixiFile::add_spec(std::string text, const diag::Span& place)
{
  if (seen.insert("conda " + text).second) {
    specs.push_back({std::move(text), place});
  }
}

void PixiFile::add_requirement(std::string text, const diag::Span& place)
{
  if (seen.insert("pip " + text).second) {
    pip.push_back({std::move(text), place});
  }
}

void PixiFile::note_no_effect(std::string_view what, std::string_view why, std::string hint,
                              const diag::Span& place) const
{
  diagnostics().add("EL0247", fmt::format("`{}` has no effect here: {}", what, why), std::move(hint), place);
}

void add_conda_entry(const std::string& name, const toml::node& value, PixiFile& file)
{
  CondaEntry(name, file).add(value);
}

void add_pypi_entry(const std::string& name, const toml::node& value, PixiFile& file)
{
  PypiEntry(name, file).add(value);
}

// Not validated: what is not asked for may be anything.
void drop_entries(const toml::table& part, const std::string& reason, PixiFile& file)
{
  for (const std::string_view key :
       {"dependencies", "host-dependencies", "build-dependencies", "pypi-dependencies"}) {
    const toml::node* entries = part.get(key);
    if (entries == nullptr || !entries->is_table()) {
      continue;
    }
    for (const auto& [name, value] : *entries->as_table()) {
      file.conda.environment().dropped.push_back(
          {key == "pypi-dependencies" ? environment::normalize_name(name.str()) : text::to_lower(name.str()),
           reason, file.toml.place(value)});
    }
  }
}

}  // namespace envlift::input
