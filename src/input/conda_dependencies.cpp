// `dependencies` of an environment.yml: MatchSpecs, selectors, the pip section.
#include "base/text.hpp"
#include "environment/platform_packages.hpp"
#include "environment/requirement.hpp"
#include "input/conda_builds.hpp"
#include "input/conda_sections.hpp"
#include "input/requirements.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// `a|b` and `c` as one: `a,c|b,c`, for conda's `,` binds stronger than its `|`.
std::string both_constraints(std::string_view one, std::string_view other)
{
  if (one.empty() || other.empty()) {
    return std::string(one.empty() ? other : one);
  }
  std::vector<std::string> alternatives;
  for (const std::string_view left : text::split(one, '|')) {
    for (const std::string_view right : text::split(other, '|')) {
      alternatives.push_back(fmt::format("{},{}", text::trim(left), text::trim(right)));
    }
  }
  return text::join(alternatives, "|");
}

using environment::MatchSpec;

// What may have been meant by a text that is no MatchSpec.
std::string hint_for_spec(std::string_view text)
{
  const auto has = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  if (text.starts_with("-") || has("git+") || has(" @ ") || has(".whl") || has(";")) {
    return "requirements for pip stand in a list below `- pip:`";
  }
  if (has("\xE2\x80\x98") || has("\xE2\x80\x99") || has("\xE2\x80\x9C") || has("\xE2\x80\x9D")) {
    return "replace the typographic quotes by ' or \"";
  }
  return "write NAME, NAME=VERSION or NAME>=VERSION,<VERSION, as in `numpy=1.26`";
}

using Wanted = WantedSpec;

class Dependencies {
public:
  explicit Dependencies(CondaFile& file) : file_(file) {}

  void read(const YamlNode& list, const std::string& origin)
  {
    for (const YamlNode& item : list.items) {
      read_item(item);
    }
    finish(origin);
  }

  void read(const std::vector<SpecLine>& lines, const std::string& origin)
  {
    for (const SpecLine& line : lines) {
      read_spec(Text{line.text, line.span, nullptr});
    }
    finish(origin);
  }

private:
  struct Text {
    const std::string& text;
    diag::Span span;
    const YamlNode* node;   // of a YAML file

    diag::Span at(std::size_t offset) const
    {
      if (node != nullptr) {
        return node->place_of(offset, 0);
      }
      // A text that does not stand in the file as it is has no places of its own.
      return span.length != text.size() ? span
                                        : diag::Span{span.file, span.line, span.column + offset,
                                                     span.length - std::min(span.length, offset)};
    }
  };

  void finish(const std::string& origin)
  {
    if (!foreign_.empty() || !origin.empty()) {
      drop_idle();
    }
    if (!foreign_.empty()) {
      note_foreign();
    }
    const environment::Dropped* first =
        foreign_.empty() ? nullptr : &file_.environment().dropped[foreign_.front()];
    remove_builds(wanted_, foreign_evidence(wanted_, first, origin), file_);
    for (const Wanted& wanted : wanted_) {
      add(wanted);
    }
    if (pip_ != nullptr) {
      read_pip();
    }
  }

  void read_item(const YamlNode& item)
  {
    switch (item.kind) {
      case YamlKind::null:
        file_.diagnostics().add("EL0206", "an entry of `dependencies` is empty",
                                "name a package, or remove the `-`", item.span);
        return;
      case YamlKind::scalar: read_spec(text_of(item)); return;
      case YamlKind::sequence:
        wrong_kind("an entry of `dependencies`", "a package", item,
                   "write one `- NAME` a line, without a second `-`", file_);
        return;
      case YamlKind::map:
        for (const YamlEntry& entry : item.entries) {
          read_section(entry);
        }
        return;
    }
  }

  void read_section(const YamlEntry& entry)
  {
    if (drop_unselected(shown(entry.key), entry.key_span(), file_)) {
      return;
    }
    if (entry.key == "pip") {
      if (pip_ != nullptr) {
        file_.diagnostics().add("EL0214",
                                "this second `pip:` section replaces the one before, as conda does it",
                                "put all requirements below one `- pip:`", entry.key_span());
      }
      pip_ = &entry;
    }
    else if (entry.key.starts_with("sel(") && entry.key.ends_with(')')) {
      read_selector(entry);
    }
    else {
      refuse_section(entry);
    }
  }

  void refuse_section(const YamlEntry& entry)
  {
    std::string hint = "the only sub-section is `pip:`";
    if (entry.value.kind == YamlKind::scalar &&
        environment::parse_match_spec(entry.key + "=" + entry.value.scalar).spec) {
      hint = fmt::format("for a version of a package write `- {}={}`", shown(entry.key),
                         shown(entry.value.scalar));
    }
    file_.diagnostics().add("EL0204",
                            fmt::format("`{}` is no sub-section of `dependencies`", shown(entry.key)),
                            std::move(hint), entry.key_span());
  }

  // mamba's `sel(linux): spec` (CEP 24, "dictionary-based selectors").
  void read_selector(const YamlEntry& entry)
  {
    const std::string_view platform = text::trim(std::string_view(entry.key).substr(4, entry.key.size() - 5));
    const bool is_true = platform == "linux" || platform == "unix";
    if (!is_true && platform != "osx" && platform != "win") {
      file_.diagnostics().add("EL0222", fmt::format("`{}` is not a platform of a selector", shown(platform)),
                              "write sel(linux), sel(unix), sel(osx) or sel(win)", entry.key_span());
      return;
    }
    if (entry.value.kind != YamlKind::scalar) {
      wrong_kind("a selector's value", "one package", entry.value, "write `- sel(linux): NAME`", file_);
      return;
    }
    if (is_true) {
      read_spec(text_of(entry.value));
    }
    else if (const auto spec = parse(text_of(entry.value))) {
      file_.environment().dropped.push_back(
          {spec->name, fmt::format("`{}` is false on Linux", entry.key), entry.value.span});
    }
  }

  static Text text_of(const YamlNode& node) { return {node.scalar, node.span, &node}; }

  std::optional<MatchSpec> parse(const Text& written)
  {
    auto parsed = environment::parse_match_spec(written.text);
    if (!parsed.spec) {
      const std::string& message = parsed.problem.message;
      file_.diagnostics().add("EL0206", fmt::format("`{}` is not a package: {}", shown(written.text), message),
                              hint_for_spec(written.text), written.at(parsed.problem.offset));
    }
    return std::move(parsed.spec);
  }

  void read_spec(const Text& written)
  {
    if (file_.selectors.contains(written.span.line)) {
      const auto named = environment::parse_match_spec(written.text).spec;
      if (drop_unselected(named ? named->name : shown(written.text), written.span, file_)) {
        return;
      }
    }
    auto spec = parse(written);
    if (!spec) {
      return;
    }
    if (auto reason = environment::not_on_linux_conda(spec->name)) {
      foreign_.push_back(file_.environment().dropped.size());
      file_.environment().dropped.push_back({spec->name, std::move(*reason), written.span});
      return;
    }
    if (refuse_source(*spec, written.span, file_)) {
      if (auto plain = without_place(*spec)) {
        wanted_.push_back({std::move(*plain), written.span});
      }
      return;
    }
    if (is_repeated(*spec, written.span)) {
      return;
    }
    warn_of_second_word(*spec, written);
    if (spec->name == "python") {
      take_python(*spec, written.span);
    }
    wanted_.push_back({std::move(*spec), written.span});
  }

  // `numpy scipy` is the version `scipy` of numpy to conda.
  void warn_of_second_word(const MatchSpec& spec, const Text& written)
  {
    const std::string& word = spec.version_as_written;
    const bool is_word = !word.empty() && text::is_alpha(word[0]) && !(word.size() > 1 && text::is_digit(word[1]));
    const std::size_t at = is_word ? written.text.find(" " + word) : std::string::npos;
    if (at == std::string::npos || written.text.find('[') < at) {
      return;
    }
    file_.diagnostics()
        .add("EL0228", fmt::format("conda reads `{}` as the version of `{}`: `{}`", shown(word), spec.name,
                                   shown(spec.str())),
             fmt::format("for two packages write `{}` and `{}`, each in a line of its own; for the version write `{}=={}`",
                         spec.name, shown(word), spec.name, shown(word)),
             written.at(at + 1));
  }

  // Every line on Python holds, as for every package.
  void take_python(const MatchSpec& spec, const diag::Span& span)
  {
    environment::Environment& environment = file_.environment();
    if (environment.python.empty()) {
      environment.python_span = span;
    }
    environment.python = both_constraints(environment.python, spec.version_as_written);
  }

  // Whether the same was asked for before. Another constraint on the same name is kept with a warning:
  // the solver takes both.
  bool is_repeated(const MatchSpec& spec, const diag::Span& span)
  {
    const auto [first, is_new_name] = first_by_name_.emplace(spec.name, wanted_.size());
    const bool is_same = !texts_.insert(spec.str()).second;
    if (is_new_name || spec.name == "*") {
      return is_same;
    }
    const Wanted& earlier = wanted_[first->second];
    auto& finding = file_.diagnostics().add(
        "EL0217", fmt::format("`{}` is asked for twice", spec.name),
        is_same ? "remove one of the two" : "keep the constraint that is meant", span);
    finding.notes.push_back(fmt::format("line {} has `{}`", earlier.span.line, shown(earlier.spec.str())));
    return is_same;
  }

  // In an export of another system: what can be installed on Linux but does nothing there.
  void drop_idle()
  {
    std::erase_if(wanted_, [this](const Wanted& wanted) {
      auto reason = environment::idle_on_linux_conda(wanted.spec.name);
      if (reason) {
        foreign_.push_back(file_.environment().dropped.size());
        file_.environment().dropped.push_back({wanted.spec.name, std::move(*reason), wanted.span});
      }
      return reason.has_value();
    });
  }

  void note_foreign()
  {
    const auto& dropped = file_.environment().dropped;
    const diag::Span& first = dropped[foreign_.front()].span;
    const std::string count = foreign_.size() == 1
                                  ? "a package of another platform is"
                                  : fmt::format("{} packages of another platform are", foreign_.size());
    auto& finding = file_.diagnostics().add("EL0401", fmt::format("{} not installed", count),
                                            "remove them from the file to be rid of this note", first);
    finding.notes = notes_of_dropped(file_.environment(), foreign_);
  }

  void add(const Wanted& wanted)
  {
    const MatchSpec& spec = wanted.spec;
    const auto key = [&](const char* name) {
      const auto found = spec.keys.find(name);
      return found == spec.keys.end() ? std::string() : found->second;
    };
    file_.environment().conda.push_back({spec.name, spec.str(), spec.version, spec.build, spec.channel,
                                         spec.subdir, spec.url, key("md5"), key("sha256"), wanted.span});
  }

  void read_pip()
  {
    const bool any = read_pip_section(*pip_, file_);
    const bool has_pip =
        std::ranges::any_of(wanted_, [](const Wanted& wanted) { return wanted.spec.name == "pip"; });
    if (any && !has_pip) {
      file_.diagnostics().add("EL0215",
                              "`pip` is not among the packages; envlift adds it for the pip section",
                              "add `- pip` to `dependencies`", pip_->key_span());
    }
  }

  CondaFile& file_;
  std::vector<Wanted> wanted_;
  std::unordered_map<std::string, std::size_t> first_by_name_;   // index in wanted_
  std::unordered_set<std::string> texts_;                        // of the specs in wanted_
  std::vector<std::size_t> foreign_;      // of environment.dropped: what a name table dropped
  const YamlEntry* pip_ = nullptr;
};

}  // namespace

void read_dependencies(const YamlEntry& section, const std::string& origin, CondaFile& file)
{
  const YamlNode& value = section.value;
  if (value.kind == YamlKind::null || (value.kind == YamlKind::sequence && value.items.empty())) {
    file.diagnostics().add("EL0226", "`dependencies` is empty: there will be nothing but Python",
                           "list the packages below it", section.key_span());
    return;
  }
  if (value.kind != YamlKind::sequence) {
    wrong_kind("`dependencies`", "a list", value, "write one `- NAME` a line below it", file);
    return;
  }
  Dependencies(file).read(value, origin);
}

void read_spec_lines(const std::vector<SpecLine>& lines, const std::string& origin, CondaFile& file)
{
  Dependencies(file).read(lines, origin);
}

}  // namespace envlift::input
