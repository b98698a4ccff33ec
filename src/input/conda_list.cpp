// Lists of conda specs, one a line (CEP 23 without `@EXPLICIT`), foremost those of `conda list --export`.
#include "base/text.hpp"
#include "input/formats.hpp"
#include "input/locked.hpp"
#include "input/text_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// The parts of `name=version=build`; empty for every other text.
std::vector<std::string_view> export_parts(std::string_view line)
{
  const std::vector<std::string_view> parts = text::split(line, '=');
  const bool is_export = parts.size() == 3 && !line.starts_with('-') && std::ranges::all_of(parts, [](std::string_view part) {
                           return !part.empty() && part.find_first_of(" \t<>!~;[@,/") == std::string_view::npos;
                         });
  return is_export ? parts : std::vector<std::string_view>{};
}

class SpecList {
public:
  explicit SpecList(CondaFile& file) : file_(file) {}

  void read(std::string_view text)
  {
    std::size_t number = 0;
    for (const std::string_view line : text::lines(text)) {
      ++number;
      warn_of_platform(line, number);
      const std::string_view words = text::trim(line.substr(0, line.find(" #")));
      if (!words.empty() && !words.starts_with('#')) {
        const auto column = static_cast<std::size_t>(words.data() - line.data()) + 1;
        read_line(words, {file_.path, number, column, words.size()});
      }
    }
    if (specs_.empty() && pip_.empty()) {
      file_.diagnostics().add("EL0104", fmt::format("{} lists no package", file_.path),
                              "write it with `conda list --export`", {.file = file_.path});
      return;
    }
    read_spec_lines(specs_, origin_in_comment(text, file_), file_);
    if (!pip_.empty()) {
      read_requirement_lines(pip_, file_.path, file_.files, file_.target, file_.result);
      warn_shared_names(file_);
    }
  }

private:
  // Only above the packages, where conda writes it.
  void warn_of_platform(std::string_view line, std::size_t number)
  {
    const std::string_view platform = specs_.empty() && pip_.empty() ? platform_comment(line) : "";
    if (!platform.empty() && platform != "noarch" && platform != file_.subdir()) {
      file_.diagnostics().add("EL0250",
                              fmt::format("the list is of {}, and its versions are looked for on {}", shown(platform),
                                          file_.subdir()),
                              fmt::format("write it on {}, or give the environment.yml it was made from",
                                          file_.subdir()),
                              {file_.path, number, 1, line.size()});
    }
  }

  // What pip installed has no channel and one of two builds.
  void read_line(std::string_view line, const diag::Span& place)
  {
    const std::vector<std::string_view> parts = export_parts(line);
    const std::string_view build = parts.empty() ? "" : parts[2];
    if (build == "pypi_0" || build == "<pip>") {
      pip_.push_back({fmt::format("{}=={}", parts[0], parts[1]), place});
    }
    else if (build == "dev_0") {
      file_.environment().dropped.push_back(
          {text::to_lower(parts[0]), "installed from a folder of the machine that wrote the list", place});
    }
    else {
      specs_.push_back({std::string(line), place});
    }
  }

  CondaFile& file_;
  std::vector<SpecLine> specs_;
  std::vector<RequirementLine> pip_;
};

}  // namespace

// Only by the text: the names are those of requirements files.
bool detects_conda_list(std::string_view /*file_name*/, std::string_view text)
{
  bool is_said = false;
  for (const std::string_view line : text::lines(text)) {
    const std::string_view words = text::trim(line);
    if (words.starts_with('#')) {
      is_said = is_said || words.find("conda create --name") != std::string_view::npos;
    }
    else if (!words.empty()) {
      return is_said || !export_parts(words).empty();
    }
  }
  return false;
}

void read_conda_list(const std::string& path, std::string bytes, const FileSource& files,
                     environment::Target& target, ReadResult& result)
{
  CondaFile file{path, files, target, result};
  result.environment.uses_conda = true;
  if (const auto text = decode_file(path, std::move(bytes), Encoding::conda, result)) {
    SpecList(file).read(*text);
  }
}

}  // namespace envlift::input
