// Pipfile.lock: what pipenv has solved (pipfile-spec 6).
#include "base/text.hpp"
#include "input/conda_sections.hpp"
#include "input/formats.hpp"
#include "input/json.hpp"
#include "input/pipenv.hpp"
#include "input/text_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::string_view k_spec = "6";
constexpr const char* k_lock_again = "write it again with `pipenv lock`";

class LockReader {
public:
  LockReader(const std::string& path, const JsonNode& root, PipenvFile& file)
      : path_(path),
        root_(root),
        file_(file),
        json_(path, file.diagnostics())
  {}

  void read()
  {
    if (root_.kind != JsonKind::object) {
      json_.wrong_kind("Pipfile.lock", "an object", root_);
      return;
    }
    const JsonNode* meta = json_.object(root_, "_meta");
    if (meta == nullptr || root_.find("default") == nullptr) {
      const std::string key = meta == nullptr ? "_meta" : "default";
      if (root_.find(key) == nullptr) {
        file_.diagnostics().add("EL0119", fmt::format("the lock has no `{}`", key), k_lock_again,
                                {.file = path_});
      }
      return;
    }
    if (is_known_spec(*meta)) {
      read_python(*meta);
      read_sources(*meta);
      read_categories();
    }
  }

private:
  bool is_known_spec(const JsonNode& meta)
  {
    const JsonNode* spec = meta.find("pipfile-spec");
    if (spec == nullptr || spec->kind != JsonKind::number) {
      file_.diagnostics().add("EL0119", "`pipfile-spec` must be a number", k_lock_again,
                              json_.place(spec == nullptr ? meta : *spec));
      return false;
    }
    if (spec->text != k_spec) {
      file_.diagnostics().add(
          "EL0118",
          fmt::format("the lock has the `pipfile-spec` {}, and envlift reads {}", shown(spec->text), k_spec),
          "lock again with a pipenv that writes pipfile-spec 6", json_.place(*spec));
      return false;
    }
    return true;
  }

  void read_python(const JsonNode& meta)
  {
    const JsonNode* required = json_.object(meta, "requires");
    if (required == nullptr) {
      return;
    }
    for (const std::string_view key : {"python_version", "python_full_version"}) {
      if (const auto version = json_.text(*required, key)) {
        file_.set_python(*version, key == "python_full_version", json_.place(*required->find(key)));
      }
    }
  }

  void read_sources(const JsonNode& meta)
  {
    const JsonNode* sources = json_.array(meta, "sources");
    if (sources == nullptr) {
      return;
    }
    for (const JsonNode& source : sources->items) {
      if (source.kind != JsonKind::object) {
        json_.wrong_kind("sources", "an array of objects", source);
        continue;
      }
      file_.add_source({json_.text(source, "name").value_or(""), json_.text(source, "url").value_or(""),
                        json_.boolean(source, "verify_ssl").value_or(true), json_.place(source)});
    }
  }

  void read_categories()
  {
    std::vector<std::string> there;
    for (const JsonMember& member : root_.members) {
      if (member.key != "_meta" && member.key != "default") {
        there.push_back(member.key);
      }
    }
    file_.choose_categories(there);
    read_category("default", *root_.find("default"));
    for (const JsonMember& member : root_.members) {
      // First what is asked for, so that a package of two categories is taken.
      if (member.key != "_meta" && member.key != "default" && file_.is_asked(member.key)) {
        read_category(member.key, member.value);
      }
    }
    for (const JsonMember& member : root_.members) {
      if (member.key != "_meta" && !file_.is_asked(member.key)) {
        read_category(member.key, member.value);
      }
    }
  }

  void read_category(const std::string& name, const JsonNode& category)
  {
    if (category.kind != JsonKind::object) {
      json_.wrong_kind(name, "an object", category);
      return;
    }
    for (const JsonMember& member : category.members) {
      read_package(member, name);
    }
  }

  void read_package(const JsonMember& member, const std::string& category)
  {
    PipenvPackage package{.name = member.key, .span = json_.place(member)};
    package.span.length = member.key.size() + 2;
    if (member.value.kind == JsonKind::text) {
      package.version = member.value.text;
      add(package, category);
      return;
    }
    if (member.value.kind != JsonKind::object) {
      json_.wrong_kind(member.key, "an object", member.value);
      return;
    }
    if (!fill(member.value, package)) {
      file_.diagnostics().add(
          "EL0119", fmt::format("`{}` has no version, no repository and no file", shown(member.key)),
          k_lock_again, package.span);
      file_.list_refused(package, category);
      return;
    }
    add(package, category);
  }

  // A lock should have the one version that was chosen. pipenv writes `*` for packages that it could not lock, and
  // installs them all the same.
  void add(const PipenvPackage& package, const std::string& category)
  {
    const std::string_view version = text::trim(package.version);
    if (version.find('*') != std::string_view::npos || version.starts_with('<') || version.starts_with('>') ||
        version.starts_with('~') || version.starts_with('!')) {
      file_.diagnostics().add("EL0359",
                              fmt::format("`{}` is locked to `{}`, which is more than one version",
                                          shown(package.name), shown(version)),
                              k_lock_again, package.span);
    }
    file_.add(package, category);
  }

  // Whether the entry says what to install.
  bool fill(const JsonNode& entry, PipenvPackage& package)
  {
    const auto text = [&](std::string_view key) { return json_.text(entry, key).value_or(""); };
    package.version = text("version");
    package.index = text("index");
    package.extras = json_.texts(entry, "extras");
    package.hashes = json_.texts(entry, "hashes");
    for (const std::string_view key : {"markers", "os_markers"}) {
      if (std::string marker = text(key); !text::trim(marker).empty()) {
        package.markers.push_back(std::move(marker));
      }
    }
    for (const std::string_view vcs : {"git", "hg", "svn", "bzr"}) {
      if (entry.find(vcs) != nullptr) {
        package.vcs = vcs;
        package.url = text(vcs);
      }
    }
    // pipenv writes `"ref": null` for a repository without one.
    const JsonNode* ref = entry.find("ref");
    package.ref = ref != nullptr && ref->kind == JsonKind::null ? "" : text("ref");
    package.editable = json_.boolean(entry, "editable").value_or(false);
    package.no_binary = json_.boolean(entry, "no_binary").value_or(false);
    package.subdirectory = text("subdirectory");
    package.file = entry.find("file") != nullptr ? text("file") : text("path");
    return !package.version.empty() || !package.url.empty() || !package.file.empty();
  }

  const std::string& path_;
  const JsonNode& root_;
  PipenvFile& file_;
  JsonReader json_;
};

}  // namespace

bool detects_pipfile_lock(std::string_view name, std::string_view text)
{
  const bool is_named = name == "Pipfile.lock";
  return is_named || (name.ends_with(".lock") && text.find("\"pipfile-spec\"") != std::string_view::npos);
}

void read_pipfile_lock(const std::string& path, std::string bytes, const FileSource& files,
                       environment::Target& target, ReadResult& result)
{
  result.environment.pip_locked = true;
  const auto text = decode_file(path, std::move(bytes), Encoding::utf8, result);
  auto root = text ? parse_json(path, *text, result.diagnostics) : std::nullopt;
  if (!root) {
    return;
  }
  PipenvFile file(path, files, target, result);
  LockReader(path, *root, file).read();
  root.reset();   // a large tree, of which the lines are made that are read now
  file.finish();
}

}  // namespace envlift::input
