// conda's explicit lists (CEP 23), conda-lock's rendered ones among them: URLs and checksums, nothing to solve.
#include "base/text.hpp"
#include "input/formats.hpp"
#include "input/locked.hpp"
#include "input/text_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::input {

namespace {

bool is_mark(std::string_view line)
{
  return text::trim(line) == "@EXPLICIT";
}

class ExplicitList {
public:
  explicit ExplicitList(CondaFile& file) : file_(file), packages_(file) {}

  void read(std::string_view text)
  {
    const std::vector<std::string_view> lines = text::lines(text);
    if (refuse_other_platform(lines)) {
      return;
    }
    file_.environment().conda.reserve(lines.size());   // nearly all are packages
    for (std::size_t index = 0; index < lines.size(); ++index) {
      read_line(text::trim(lines[index]), place_of(lines, index));
    }
    if (packages_in_text_ == 0) {
      file_.diagnostics().add("EL0104", fmt::format("{} lists no package", file_.path),
                              "write it with `conda list --explicit --md5`", {.file = file_.path});
      return;
    }
    packages_.finish();
  }

private:
  diag::Span place_of(const std::vector<std::string_view>& lines, std::size_t index) const
  {
    const std::string_view line = lines[index];
    const std::string_view words = text::trim(line);
    const auto begin = words.empty() ? 0 : static_cast<std::size_t>(words.data() - line.data());
    return {file_.path, index + 1, begin + 1, words.size()};
  }

  // The comment is the list's only word on its platform that stands in one place.
  bool refuse_other_platform(const std::vector<std::string_view>& lines)
  {
    for (std::size_t index = 0; index < lines.size(); ++index) {
      const std::string_view platform = platform_comment(lines[index]);
      if (!platform.empty() && platform != "noarch" && platform != file_.subdir()) {
        refuse_platform(platform, place_of(lines, index), file_);
        return true;
      }
    }
    return false;
  }

  void read_line(std::string_view line, const diag::Span& place)
  {
    constexpr std::string_view pip = "# pip ";
    if (line.starts_with(pip)) {
      ++packages_in_text_;
      read_pip(text::trim(line.substr(pip.size())), place);
    }
    else if (!line.empty() && !line.starts_with('#') && !is_mark(line)) {
      ++packages_in_text_;
      read_package(line, place);
    }
  }

  // URL#MD5, URL#SHA256 or URL#sha256:SHA256.
  void read_package(std::string_view line, const diag::Span& place)
  {
    const std::size_t mark = line.rfind('#');
    std::string_view hash = mark == std::string_view::npos ? "" : line.substr(mark + 1);
    const bool is_sha256 = hash.starts_with("sha256:") || hash.size() == 64;
    hash.remove_prefix(hash.starts_with("sha256:") ? 7 : 0);
    LockedConda package{std::string(line.substr(0, mark)), "", "", place};
    if (package.url.find("://") == std::string::npos) {
      refuse_line(package.url, place);
      return;
    }
    (is_sha256 ? package.sha256 : package.md5) = hash;
    if (mark != std::string_view::npos && hash.empty()) {
      package.md5 = "#";   // no hash stands behind the mark
    }
    packages_.add(std::move(package));
  }

  void refuse_line(const std::string& text, const diag::Span& place)
  {
    const bool is_file = text.ends_with(".conda") || text.ends_with(".tar.bz2");
    if (is_file) {
      file_.diagnostics().add("EL0219", "a package on this machine's disk is not there when the image is built",
                              "write the URL of the channel that has it", place);
      environment::MatchSpec spec;
      spec.name = "*";
      spec.url = text;
      if (const auto plain = without_place(spec)) {
        list_refused_conda(*plain, place, file_);
      }
      return;
    }
    file_.diagnostics().add("EL0242", fmt::format("`{}` is not the URL of a package", shown(text)),
                            "an explicit list has URLs alone; without the line `@EXPLICIT` its packages are solved",
                            place);
  }

  // conda-lock writes `NAME @ URL#sha256=HASH`.
  void read_pip(std::string_view line, const diag::Span& place)
  {
    constexpr std::string_view key = "#sha256=";
    const std::size_t mark = line.rfind(key);
    const bool has_hash = mark != std::string_view::npos && line.find(" --hash") == std::string_view::npos;
    packages_.add_requirement(has_hash ? fmt::format("{} --hash=sha256:{}", line.substr(0, mark),
                                                     line.substr(mark + key.size()))
                                       : std::string(line),
                              place);
  }

  CondaFile& file_;
  LockedPackages packages_;
  std::size_t packages_in_text_ = 0;
};

}  // namespace

bool detects_conda_explicit(std::string_view file_name, std::string_view text)
{
  if (text.empty()) {
    return file_name.starts_with("conda-") && file_name.ends_with(".lock");
  }
  for (std::size_t at = text.find("@EXPLICIT"); at != std::string_view::npos; at = text.find("@EXPLICIT", at + 1)) {
    const std::size_t begin = at == 0 ? 0 : text.find_last_of("\r\n", at - 1) + 1;
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    if (is_mark(text.substr(begin, end - begin))) {
      return true;
    }
  }
  return false;
}

void read_conda_explicit(const std::string& path, std::string bytes, const FileSource& files,
                         environment::Target& target, ReadResult& result)
{
  CondaFile file{path, files, target, result};
  result.environment.uses_conda = true;
  if (const auto text = decode_file(path, std::move(bytes), Encoding::conda, result)) {
    ExplicitList(file).read(*text);
  }
}

}  // namespace envlift::input
