// Requirements files and what they include (pip: req_file.py).
#include "input/requirements.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "environment/requirement.hpp"
#include "input/conda_sections.hpp"
#include "input/decode.hpp"
#include "input/formats.hpp"
#include "input/hashes.hpp"
#include "input/requirements_checks.hpp"
#include "input/requirements_direct.hpp"
#include "input/requirements_item.hpp"
#include "input/requirements_lines.hpp"
#include "input/requirements_options.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr std::size_t k_deepest_include = 32;
constexpr std::size_t k_most_includes =
    500;   // a file that includes another one twice, and so on, doubles with every step

constexpr const char* k_repository_hint =
    "write the URL without them, and `machine HOST login USER password TOKEN` into a netrc that the setting "
    "`netrc` "
    "names: the build mounts it as a secret; or copy the file into the project and write its path";
constexpr const char* k_secret_hint = "move it into a pip.conf and name that file with the setting "
                                      "`pip_config`: the build mounts it as a secret";

// C0 without the tabulator, DEL, and C1 (U+0080 to U+009F) in UTF-8.
bool has_controls(std::string_view text)
{
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_c1 =
        byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F || is_c1) {
      return true;
    }
  }
  return false;
}

enum class FileRole { requirements, constraints };

// Reads files into one environment.
class FilesReader {
public:
  explicit FilesReader(RequirementsRun& run) : run_(run) {}

  void read(const std::vector<RequirementLine>& lines, const std::string& file)
  {
    open_files_.push_back(file);
    read_logical_lines(lines, [this](const LogicalLine& line) { read_line(line, FileRole::requirements); });
    open_files_.pop_back();
  }

  void read(std::string_view text, const std::string& file, FileRole role)
  {
    open_files_.push_back(file);
    read_logical_lines(file, text, [&](const LogicalLine& line) { read_line(line, role); });
    open_files_.pop_back();
  }

private:
  void read_line(const LogicalLine& line, FileRole role)
  {
    if (refuse_unsafe(line, role)) {
      return;
    }
    warn_of_variables(line);
    auto split = split_line(line, run_.diagnostics());
    if (!split) {
      return;
    }
    const auto place_option = std::ranges::find_if(split->options, [](const GivenOption& option) {
      return option.scope == OptionScope::include || option.scope == OptionScope::editable;
    });
    if (!split->requirement.empty()) {
      read_requirement(line, *split, role);
    }
    else if (place_option == split->options.end()) {
      read_run_options(line, split->options);
    }
    else {
      read_place_option(line, *split, *place_option, role);
    }
  }

  // Characters that would act on a terminal, and secrets, which no message may repeat.
  bool refuse_unsafe(const LogicalLine& line, FileRole role)
  {
    if (has_controls(line.text())) {
      run_.diagnostics().add("EL0315", "the line holds control characters", "remove them", line.place());
      return true;
    }
    if (line.text().find("://") != std::string::npos && environment::has_fixed_credentials(line.text())) {
      // A pip.conf names indexes; of a repository or a file only a netrc can tell the login.
      const std::string_view text = text::trim(line.text());
      const bool is_option = text.starts_with('-') && !text.starts_with("-e") && !text.starts_with("--editable");
      run_.diagnostics().add("EL0306", "the line carries credentials, which would lie in the image's layers",
                             is_option ? k_secret_hint : k_repository_hint, line.place());
      if (role == FileRole::requirements) {
        list_by_name(line);
      }
      return true;
    }
    return false;
  }

  // `NAME @ URL` and `URL#egg=NAME` without the URL.
  void list_by_name(const LogicalLine& line)
  {
    const std::string_view text = line.text();
    const std::string_view url = text.substr(0, text.find(' ', std::min(text.find('#'), text.size())));
    auto parsed = environment::parse_requirement(text.substr(0, text.find('@')));
    if (!parsed.requirement) {
      parsed = environment::parse_requirement(fragment_value(url, "egg"));
    }
    if (parsed.requirement) {
      list_refused(named_row(parsed.requirement->name, line.place()), run_);
    }
  }

  // Whether the variable stands for a user or a password: `//${NAME}:${TOKEN}@host`, or is named as one.
  static bool is_secret(std::string_view text, std::size_t at, std::size_t end)
  {
    const std::size_t slashes = text.rfind("://", at);
    const std::size_t host_end =
        slashes == std::string_view::npos ? 0 : std::min(text.find_first_of("/ ", slashes + 3), text.size());
    const std::string_view name = text.substr(at, end - at);
    const auto is_named = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
    return (at < host_end && text.substr(end, host_end - end).find('@') != std::string_view::npos) ||
           is_named("TOKEN") || is_named("PASS") || is_named("SECRET") || is_named("KEY");
  }

  // pip puts the environment's values in the place of `${NAME}`. The build's environment has none.
  void warn_of_variables(const LogicalLine& line)
  {
    const std::string_view text = line.text();
    for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
      const std::size_t end =
          std::min(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at + 2), text.size());
      if (end > at + 2 && text.substr(end).starts_with('}')) {
        run_.diagnostics().add(
            "EL0321",
            fmt::format("`{}` is not set when the image is built, and pip leaves it as it is",
                        text.substr(at, end + 1 - at)),
            is_secret(text, at, end) ? "write the URL with its secret into a pip.conf, and name that file "
                                       "with the setting `pip_config`"
                                     : "write the variable's value in its place",
            line.place(at, end + 1 - at));
        return;
      }
    }
  }

  // --- Requirements --------------------------------------------------------------------------------

  void read_requirement(const LogicalLine& line, const SplitLine& split, FileRole role)
  {
    Item item(line, split.requirement, 0,
              role == FileRole::constraints ? ItemKind::constraint : ItemKind::requirement);
    take_options(line, split.options, item);
    read_item(item, run_);
  }

  // `--hash` and `--config-settings` of the item, but for those that cannot be used.
  void take_options(const LogicalLine& line, const std::vector<GivenOption>& options, Item& item)
  {
    bool all_good = true;
    for (const GivenOption& option : options) {
      const diag::Span place = line.place(option.offset, option.length);
      if (option.name == "--hash") {
        all_good = take_hash(option, place, item) && all_good;
      }
      else if (option.name == "--config-settings") {
        all_good = take_config_setting(option, place, item) && all_good;
      }
      else if (item.kind != ItemKind::editable || option.scope != OptionScope::editable) {
        run_.diagnostics().add("EL0322", fmt::format("pip ignores {} behind a requirement", option.name),
                               "give it a line of its own, or remove it", place);
      }
    }
    item.is_refused = !all_good;
  }

  bool take_hash(const GivenOption& option, const diag::Span& place, Item& item)
  {
    if (auto complaint = check_pip_hash(option.value)) {
      run_.diagnostics().add(complaint->code, std::move(complaint->message), std::move(complaint->hint),
                             place);
      return false;
    }
    item.hashes.push_back(text::to_lower(option.value));
    return true;
  }

  bool take_config_setting(const GivenOption& option, const diag::Span& place, Item& item)
  {
    const bool is_safe = std::ranges::none_of(option.value, [](char c) {
      return text::is_space(c) || c == '"' || c == '\'' || c == '\\' || c == '`' || c == '#';
    });
    if (option.value.find('=') == std::string::npos || option.value.starts_with('=') || !is_safe) {
      run_.diagnostics().add("EL0303", "--config-settings takes KEY=VALUE, without spaces and quotes",
                             "write `--config-settings=KEY=VALUE`", place);
      return false;
    }
    item.config_settings.push_back(option.value);
    return true;
  }

  // --- Options of the whole run --------------------------------------------------------------------

  void read_run_options(const LogicalLine& line, const std::vector<GivenOption>& options)
  {
    for (const GivenOption& option : options) {
      const diag::Span place = line.place(option.offset, option.length);
      if (option.scope == OptionScope::requirement) {
        run_.diagnostics().add("EL0303", fmt::format("{} stands behind no requirement", option.name),
                               "end the line before it with a backslash", place);
      }
      else if (const auto complaint = check_run_option(option)) {
        run_.diagnostics().add(complaint->code, complaint->message, complaint->hint, place);
      }
      else if (option.name == "--find-links" && !is_remote(option.value)) {
        read_links_folder(option, place);
      }
      else {
        run_.environment().pip_options.push_back({std::string(option.name), option.value, place});
      }
    }
  }

  // pip looks beside the file that has the option first, then where it runs.
  void read_links_folder(const GivenOption& option, const diag::Span& place)
  {
    if (option.value.find("://") != std::string::npos || option.value.starts_with("file:")) {
      run_.diagnostics().add("EL0303",
                             fmt::format("{} is not there when the image is built", shown(option.value)),
                             "copy the folder into the project, and write its path: `./FOLDER`", place);
      return;
    }
    for (const std::string_view from : {path::folder_of(open_files_.back()), std::string_view(run_.folder)}) {
      const auto path = path::project_path(from, option.value);
      if (path && run_.files.is_folder(*path)) {
        run_.environment().pip_options.push_back({std::string(option.name), *path, place});
        return;
      }
    }
    const bool is_inside = path::project_path(path::folder_of(open_files_.back()), option.value).has_value();
    run_.diagnostics().add("EL0303",
                           is_inside ? fmt::format("there is no folder `{}`", shown(option.value))
                                     : fmt::format("`{}` lies outside of the project", shown(option.value)),
                           is_inside ? "check the path; it starts at this file's folder"
                                     : "copy the folder into the project, and write its path: `./FOLDER`",
                           place);
  }

  // --- -r, -c, -e ----------------------------------------------------------------------------------

  void read_place_option(const LogicalLine& line, const SplitLine& split, const GivenOption& option,
                         FileRole role)
  {
    const auto belongs = [&](const GivenOption& other) {
      return &other == &option ||
             (option.scope == OptionScope::editable && other.name == "--config-settings");
    };
    const auto stray = std::ranges::find_if_not(split.options, belongs);
    if (stray != split.options.end()) {
      run_.diagnostics().add(
          "EL0302", fmt::format("pip ignores {} in a line with {}", stray->name, option.name),
          "give every -r, -c and -e a line of its own", line.place(stray->offset, stray->length));
      return;
    }
    if (option.scope == OptionScope::editable) {
      read_editable(line, split, option, role);
    }
    else {
      include(option.value, line.place(option.offset, option.length),
              option.name == "--constraint" ? FileRole::constraints : FileRole::requirements);
    }
  }

  void read_editable(const LogicalLine& line, const SplitLine& split, const GivenOption& option,
                     FileRole role)
  {
    if (role == FileRole::constraints) {
      run_.diagnostics().add("EL0313", "a constraint cannot be editable", "write `NAME==VERSION`",
                             line.place());
      return;
    }
    Item item(line, option.value, option.offset, ItemKind::editable);
    take_options(line, split.options, item);
    read_item(item, run_);
  }

  void include(const std::string& named, const diag::Span& place, FileRole role)
  {
    const std::string& from = open_files_.back();
    if (is_url(named)) {
      refuse_include(fmt::format("`{}` is not a file of the project", shown(named)),
                     "download it beside this file, and name the download", place);
      return;
    }
    const auto path = path::project_path(path::folder_of(from), named);
    if (!path) {
      refuse_include(fmt::format("`{}` lies outside of the project", shown(named)),
                     "move it into the project's folder", place);
      return;
    }
    if (is_endless(*path, place)) {
      return;
    }
    FileSource::Answer answer = run_.files.read(*path, k_lock_limit_bytes);
    if (answer.problem == FileSource::Problem::none) {
      read_included(*path, std::move(answer.bytes), place, role);
    }
    else {
      refuse_include(fmt::format("`{}` {}", shown(*path), problem_text(answer.problem)),
                     "check the path; it starts at this file's folder", place);
    }
  }

  bool is_endless(const std::string& path, const diag::Span& place)
  {
    if (std::ranges::find(open_files_, path) != open_files_.end()) {
      run_.diagnostics()
          .add("EL0305", fmt::format("`{}` includes itself", shown(path)), "remove one of the -r or -c lines",
               place)
          .notes.push_back("the files on the way: " + text::join(open_files_, ", "));
      return true;
    }
    if (open_files_.size() > k_deepest_include || ++includes_ > k_most_includes) {
      run_.diagnostics().add("EL0305", "too many requirements files include each other",
                             "put the requirements into one file", place);
      return true;
    }
    return false;
  }

  void read_included(const std::string& path, std::string bytes, const diag::Span& place, FileRole role)
  {
    if (refuse_long_line(path, bytes, run_.diagnostics())) {
      return;
    }
    const Decoded decoded = decode(std::move(bytes), Encoding::pip);
    auto& sources = run_.environment().sources;
    if (std::ranges::find(sources, path, &environment::SourceFile::path) == sources.end()) {
      sources.push_back({path, "pip-requirements"});
      run_.result.sources.add(path, decoded.text);
    }
    if (!decoded.ok) {
      auto& finding = run_.diagnostics().add(
          decoded.problem == "NUL byte" ? "EL0106" : "EL0105", fmt::format("{}: {}", path, decoded.problem),
          "save the file as UTF-8", {path, decoded.line, decoded.column, 1});
      finding.notes.push_back(fmt::format("it is included in line {} of {}", place.line, place.file));
      return;
    }
    read(decoded.text, path, role);
  }

  void refuse_include(std::string message, std::string hint, const diag::Span& place)
  {
    run_.diagnostics().add("EL0304", std::move(message), std::move(hint), place);
  }

  static std::string problem_text(FileSource::Problem problem)
  {
    switch (problem) {
      case FileSource::Problem::none: return "can be read";
      case FileSource::Problem::missing: return "does not exist";
      case FileSource::Problem::is_folder: return "is a folder";
      case FileSource::Problem::too_large:
        return fmt::format("is larger than {}", text::human_bytes(k_lock_limit_bytes));
      case FileSource::Problem::unreadable: return "cannot be read";
      case FileSource::Problem::outside: return "lies outside of the project";
    }
    return "";
  }

  RequirementsRun& run_;
  std::vector<std::string> open_files_;
  std::size_t includes_ = 0;
};

ReadBegin begin_of(const ReadResult& result)
{
  const environment::Environment& environment = result.environment;
  return {environment.pip.size(), environment.constraints.size(), environment.pip_options.size()};
}

RequirementsRun make_run(const std::string& file, const FileSource& files, const environment::Target& target,
                         ReadResult& result)
{
  return {.files = files,
          .target = target,
          .result = result,
          .folder = std::string(path::folder_of(file)),
          .foreign = {}};
}

// Lines that begin with a name: options, comments and what continues a line do not.
std::size_t likely_packages(std::string_view text)
{
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size()) + 1) {
    count += text::is_alnum(text[at]) ? 1 : 0;
  }
  return count;
}

}  // namespace

void read_requirement_lines(const std::vector<RequirementLine>& lines, const std::string& file,
                            const FileSource& files, const environment::Target& target, ReadResult& result)
{
  const ReadBegin begin = begin_of(result);
  result.environment.pip.reserve(begin.pip + lines.size());
  RequirementsRun run = make_run(file, files, target, result);
  FilesReader(run).read(lines, file);
  check_whole(begin, run);
}

void read_requirements_text(std::string_view text, const std::string& file, const FileSource& files,
                            const environment::Target& target, ReadResult& result)
{
  const ReadBegin begin = begin_of(result);
  result.environment.pip.reserve(begin.pip + likely_packages(text));
  RequirementsRun run = make_run(file, files, target, result);
  FilesReader(run).read(text, file, FileRole::requirements);
  check_whole(begin, run);
}

}  // namespace envlift::input
