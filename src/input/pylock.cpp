// pylock.toml (PEP 751): what its section "Installing" tells an installer to do, without the network.
#include "base/text.hpp"
#include "input/asked_parts.hpp"
#include "input/conda_sections.hpp"
#include "input/formats.hpp"
#include "input/own_project.hpp"
#include "input/pylock_files.hpp"
#include "input/requirements_direct.hpp"
#include "input/toml_lock.hpp"
#include "input/yaml_members.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::array<std::string_view, 1> k_packages = {"packages"};
constexpr const char* k_lock_again = "lock again with the tool that wrote it";

struct Candidate {
  std::string name;
  std::string marker;
  const toml::table* table = nullptr;
  std::size_t number = 0;   // in the lock
  diag::Span place;
};

class PylockReader : TomlLockReader<PylockEntry> {
public:
  using TomlLockReader::TomlLockReader;

  void read()
  {
    const toml::array* packages = check_head();
    if (packages == nullptr) {
      return;
    }
    choose_parts();
    const bool is_for_target = check_environments();
    LockMarkers markers(target_, chosen_, result_.diagnostics);
    slated_.reserve(packages->size());
    for (std::size_t i = 0; i < packages->size(); ++i) {
      read_package(*packages->get(i), i, markers);
    }
    if (is_for_target) {
      decide_doubles();
    }
    result_.environment.pip.reserve(slated_.size());
    for (const Candidate& candidate : slated_) {
      is_for_target ? add(candidate) : writer_.list_refused(named(candidate));
    }
    const toml::node* left = root_.get(left_groups_.empty() ? "extras" : "dependency-groups");
    note_left_out(left_groups_, left_extras_, left == nullptr ? diag::Span{.file = path_} : toml_.place(*left), result_);
    writer_.finish();
  }

private:
  bool refuse(std::string_view code, std::string message, std::string hint, const diag::Span& place)
  {
    result_.diagnostics.add(code, std::move(message), std::move(hint), place);
    return false;
  }

  // --- The file as a whole -------------------------------------------------------------------------

  // The packages, where the file is one that can be read.
  const toml::array* check_head()
  {
    const auto version = toml_.text(root_, "lock-version");
    const auto parsed = version ? environment::Version::parse(*version) : std::nullopt;
    if (!parsed || parsed->release[0] != 1) {
      const toml::node* node = root_.get("lock-version");
      if (node == nullptr || version) {
        refuse(version ? "EL0118" : "EL0119",
               version
                   ? fmt::format("the lock is of version {}, and envlift reads version 1.0", shown(*version))
                   : "the lock has no `lock-version`",
               k_lock_again, node == nullptr ? diag::Span{.file = path_} : toml_.place(*node));
      }
      return nullptr;
    }
    if (parsed->release.size() > 1 && parsed->release[1] > 0) {
      result_.diagnostics.add("EL0357",
                              fmt::format("the lock is of version {}, and envlift knows version 1.0", shown(*version)),
                              "lock with a tool that writes version 1.0, or see that nothing of what is new matters",
                              toml_.place(*root_.get("lock-version")));
    }
    if (toml_.text(root_, "created-by").value_or("").empty() && root_.get("created-by") == nullptr) {
      refuse("EL0119", "the lock has no `created-by`", k_lock_again, {.file = path_});
    }
    if (const auto python = toml_.text(root_, "requires-python")) {
      take_python(*python, toml_.place(*root_.get("requires-python")), target_, result_);
    }
    const toml::array* packages = toml_.array(root_, "packages");
    if (packages == nullptr && root_.get("packages") == nullptr) {
      refuse("EL0119", "the lock has no `packages`", k_lock_again, {.file = path_});
    }
    return packages;
  }

  void choose_parts()
  {
    const std::vector<std::string> extras = toml_.texts(root_, "extras");
    std::vector<std::string> groups = toml_.texts(root_, "dependency-groups");
    const std::vector<std::string> defaults = toml_.texts(root_, "default-groups");
    groups.insert(groups.end(), defaults.begin(), defaults.end());
    chosen_.extras = asked_parts(PartKind::extra, target_.extras, extras, path_, result_.diagnostics);
    chosen_.groups = asked_parts(PartKind::group, target_.groups, groups, path_, result_.diagnostics);
    for (const std::string& group : defaults) {
      chosen_.groups.insert(environment::normalize_name(group));
    }
    for (const std::string& extra : extras) {
      if (!chosen_.extras.contains(environment::normalize_name(extra))) {
        left_extras_.push_back(extra);
      }
    }
    for (const std::string& group : groups) {
      if (!chosen_.groups.contains(environment::normalize_name(group))) {
        left_groups_.push_back(group);
      }
    }
  }

  bool check_environments()
  {
    return !refuse_environments("environments", root_, toml_, target_, chosen_, result_);
  }

  // --- Which packages ------------------------------------------------------------------------------

  void read_package(const toml::node& node, std::size_t number, LockMarkers& markers)
  {
    const toml::table* table = node.as_table();
    const std::string name = table == nullptr ? "" : toml_.text(*table, "name").value_or("");
    if (name.empty()) {
      refuse("EL0119", "a package has no `name`", k_lock_again, toml_.place(node));
      return;
    }
    Candidate candidate{environment::normalize_name(name), toml_.text(*table, "marker").value_or(""), table,
                        number, toml_.place(*table->get("name"))};
    if (!markers.holds(candidate.marker, candidate.place)) {
      writer_.drop(candidate.name, reason_of_false(candidate.marker), candidate.place);
      return;
    }
    const auto python = toml_.text(*table, "requires-python");
    if (python && !python_fits(*python, target_).value_or(true)) {
      refuse("EL0413",
             fmt::format("`{}` needs Python {}, and the image has {}", candidate.name, shown(*python),
                         target_.python_minor),
             "choose another Python with --python, or lock again", candidate.place);
      writer_.list_refused(named(candidate));
      return;
    }
    slated_.push_back(std::move(candidate));
  }

  // The part that would make the marker true, else the marker itself.
  std::string reason_of_false(const std::string& marker) const
  {
    const auto with = [&](const environment::Chosen& chosen) {
      const auto truth = environment::evaluate_lock_marker(marker, target_, chosen);
      return truth && truth->value;
    };
    for (const std::string& group : left_groups_) {
      environment::Chosen more = chosen_;
      more.groups.insert(environment::normalize_name(group));
      if (with(more)) {
        return not_asked_reason(PartKind::group, group);
      }
    }
    for (const std::string& extra : left_extras_) {
      environment::Chosen more = chosen_;
      more.extras.insert(environment::normalize_name(extra));
      if (with(more)) {
        return not_asked_reason(PartKind::extra, extra);
      }
    }
    return writer_.false_marker(marker);
  }

  // Two of one name are an error, but where the patch release of Python decides between them.
  void decide_doubles()
  {
    std::unordered_map<std::string, std::vector<const Candidate*>> by_name;
    for (const Candidate& candidate : slated_) {
      by_name[candidate.name].push_back(&candidate);
    }
    if (by_name.size() == slated_.size()) {
      return;
    }
    environment::Chosen newest = chosen_;
    newest.newest_patch = true;
    const auto holds = [&](const Candidate& candidate) {
      const auto truth = candidate.marker.empty()
                             ? std::nullopt
                             : environment::evaluate_lock_marker(candidate.marker, target_, newest);
      return !truth || truth->value;
    };
    std::vector<Candidate> kept;
    for (const Candidate& candidate : slated_) {
      const auto& same = by_name.at(candidate.name);
      if (same.size() == 1) {
        kept.push_back(candidate);
        continue;
      }
      const bool is_decided =
          std::ranges::count_if(same, [&](const Candidate* one) { return holds(*one); }) == 1;
      if (is_decided && holds(candidate)) {
        kept.push_back(candidate);
        result_.diagnostics.add(
            "EL0351",
            fmt::format("which `{}` is needed depends on the patch release of Python {}, which only "
                        "the image tells: the lock is read for the newest",
                        candidate.name, target_.python_minor),
            "nothing has to be done with a current base image", candidate.place);
      }
      else if (!is_decided && same.back() == &candidate) {
        refuse("EL0350",
               fmt::format("the lock has more than one `{}` for this platform and Python", candidate.name),
               k_lock_again, candidate.place);
        writer_.list_refused(named(candidate));
      }
    }
    slated_ = std::move(kept);
  }

  LockedPackage named(const Candidate& candidate) const
  {
    LockedPackage package;
    package.name = candidate.name;
    package.version = toml_.text(*candidate.table, "version").value_or("");
    package.place = candidate.place;
    return package;
  }

  // --- Where from ----------------------------------------------------------------------------------

  void add(const Candidate& candidate)
  {
    const toml::table& table = *candidate.table;
    const bool has_index_files = table.contains("sdist") || table.contains("wheels");
    int kinds = has_index_files ? 1 : 0;
    for (const std::string_view key : {"vcs", "directory", "archive"}) {
      kinds += table.contains(key) ? 1 : 0;
    }
    if (kinds != 1) {
      refuse("EL0354",
             kinds == 0 ? fmt::format("`{}` has no source: no wheels, sdist, archive, directory or vcs",
                                      candidate.name)
                        : fmt::format("`{}` has more than one kind of source", candidate.name),
             k_lock_again, candidate.place);
      writer_.list_refused(named(candidate));
      return;
    }
    LockedPackage package = named(candidate);
    package.index = toml_.text(table, "index").value_or("");
    const PylockFiles files(toml_, target_, result_.diagnostics);
    const bool is_read = has_index_files ? add_index_files(candidate, files, package) : files.of_place(table, package);
    if (!is_read) {
      writer_.list_refused(package);
      return;
    }
    if (package.path == ".") {
      writer_.drop(package.name, std::string(k_own_project), package.place);
      return;
    }
    writer_.add(package);
  }

  bool add_index_files(const Candidate& candidate, const PylockFiles& files, LockedPackage& package)
  {
    std::vector<PylockEntry> taken = files_of_packages_.take(candidate.number);
    if (!taken.empty()) {
      return files.of_index(std::move(taken), package);
    }
    auto entries = files.entries(*candidate.table, package);
    return entries && files.of_index(std::move(*entries), package);
  }

  environment::Chosen chosen_;
  std::vector<std::string> left_extras_, left_groups_;   // not asked for, as written
  std::vector<Candidate> slated_;
};

}  // namespace

// `pylock.toml` and `pylock.NAME.toml` without a dot in the name.
bool detects_pylock(std::string_view name, std::string_view text)
{
  if (name == "pylock.toml" ||
      (name.ends_with(".toml") && has_top_key(text, "lock-version =") && has_top_key(text, "[[packages]]"))) {
    return true;
  }
  const bool is_named = name.size() > 12 && name.starts_with("pylock.") && name.ends_with(".toml");
  return is_named && name.substr(7, name.size() - 12).find('.') == std::string_view::npos;
}

void read_pylock(const std::string& path, std::string bytes, const FileSource& files,
                 environment::Target& target, ReadResult& result)
{
  read_toml_lock<PylockReader>(k_packages, &take_entries, path, std::move(bytes), TomlVersion::v1_0, files,
                               target, result);
}

}  // namespace envlift::input
