#include "input/requirements_direct.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "input/conda_sections.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// "git+https" of "git+https://…"; "" when the text does not begin with a scheme.
std::string scheme_of(std::string_view text)
{
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !text::is_alpha(text.front())) {
    return "";
  }
  const std::string_view scheme = text.substr(0, colon);
  const bool is_scheme = std::ranges::all_of(
      scheme, [](char c) { return text::is_alnum(c) || c == '+' || c == '-' || c == '.'; });
  return is_scheme ? text::to_lower(scheme) : "";
}

// git's own short form of an ssh URL: `git@github.com:owner/repo.git`, also with pip's `git+` before it.
bool is_scp_form(std::string_view text)
{
  const std::size_t at = text.find('@');
  const std::size_t colon = text.find(':', std::min(at, text.size()));
  return at != std::string_view::npos && at > 0 && colon != std::string_view::npos &&
         std::ranges::all_of(text.substr(0, colon),
                             [](char c) {
                               return text::is_alnum(c) ||
                                      std::string_view("@.-_+").find(c) != std::string_view::npos;
                             }) &&
         text.find('/') > colon && !text.substr(colon).starts_with("://");   // `name@https://…` is PEP 508
}

// The characters of RFC 3986 but for quotes, and the braces of `${NAME}`.
bool is_url_char(char c)
{
  return text::is_alnum(c) || std::string_view("-._~:/?#[]@!$&()*+,;=%{}").find(c) != std::string_view::npos;
}

Complaint unusable_scheme(const std::string& scheme, std::string_view url)
{
  if (scheme.empty() && !is_scp_form(url)) {
    return {"EL0309", "behind `@` stands no URL",
            "write an https:// URL; for a file of the project, its path alone: `./FILE.whl`"};
  }
  if (scheme == "git+ssh" || scheme == "ssh" || scheme.empty()) {
    return {"EL0309", "ssh needs a private key, which a build must not have",
            "use the repository's `git+https://` URL"};
  }
  if (scheme == "git+git" || scheme == "git") {
    return {"EL0309", "git's own protocol is neither encrypted nor served by the large hosts",
            "use the repository's `git+https://` URL"};
  }
  if (scheme == "file" || scheme == "git+file") {
    return {"EL0307", "a `file:` URL names a place of one machine, which the build does not see",
            "copy the package into the project and write its path: `./FOLDER`"};
  }
  if (scheme.starts_with("hg") || scheme.starts_with("svn") || scheme.starts_with("bzr")) {
    return {"EL0309", fmt::format("the builder has no client for `{}`", scheme),
            "name a release of the package, or its archive's https:// URL"};
  }
  return {"EL0309", fmt::format("pip cannot fetch from `{}:`", scheme), "name an https:// URL"};
}

// conda-build works in `…/NAME_TIMESTAMP/work`.
bool has_work_folder(const std::vector<std::string_view>& parts)
{
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t mark = parts[i - 1].rfind('_');
    if (parts[i] == "work" && mark != std::string_view::npos && mark + 1 < parts[i - 1].size() &&
        std::ranges::all_of(parts[i - 1].substr(mark + 1), text::is_digit)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_url(std::string_view text)
{
  static constexpr std::array<std::string_view, 8> schemes = {"http", "https", "file", "ftp",
                                                              "ssh",  "git",   "sftp", "s3"};
  const std::string scheme = scheme_of(text);
  const std::string tool = scheme.substr(0, scheme.find('+'));
  const bool is_tool =
      scheme.size() > tool.size() && (tool == "git" || tool == "hg" || tool == "svn" || tool == "bzr");
  return is_tool || std::ranges::find(schemes, scheme) != schemes.end() || is_scp_form(text);
}

bool is_path(std::string_view text)
{
  const std::size_t at = text.find('@');
  const auto looks_like_path = [](std::string_view part) {
    const bool has_drive =
        part.size() > 2 && text::is_alpha(part[0]) && part[1] == ':' && (part[2] == '\\' || part[2] == '/');
    return part.starts_with('.') || part.starts_with('~') || part.find('/') != std::string_view::npos ||
           has_drive || part.find('\\') != std::string_view::npos;
  };
  // What stands behind `===` is any text.
  const std::size_t arbitrary = text.find("===");
  if (arbitrary != std::string_view::npos && arbitrary > 0 && !looks_like_path(text.substr(0, arbitrary))) {
    return false;
  }
  // `name @ https://…/file.whl` is a requirement with a URL.
  if (at != std::string_view::npos && !looks_like_path(text.substr(0, at))) {
    return false;
  }
  return looks_like_path(text) || environment::is_archive(text);
}

std::string character_at(std::string_view text, std::size_t offset)
{
  const auto byte = offset < text.size() ? static_cast<unsigned char>(text[offset]) : 0U;
  const std::size_t length = byte < 0xC0U ? 1 : (byte < 0xE0U ? 2 : (byte < 0xF0U ? 3 : 4));
  if (length == 1) {
    return fmt::format("`{}`", text::printable(text.substr(offset, 1)));
  }
  unsigned code = byte & (0x7FU >> length);
  for (std::size_t i = 1; i < length && offset + i < text.size(); ++i) {
    code = (code << 6U) | (static_cast<unsigned char>(text[offset + i]) & 0x3FU);
  }
  return fmt::format("`{}` (U+{:04X})", text::printable(text.substr(offset, length)), code);
}

std::string file_name_of(std::string_view url)
{
  url = url.substr(0, url.find_first_of("#?"));
  return text::percent_decoded(path::file_name(url));
}

std::string fragment_value(std::string_view url, std::string_view key)
{
  const std::size_t mark = url.find('#');
  if (mark == std::string_view::npos) {
    return "";
  }
  for (const std::string_view pair : text::split(url.substr(mark + 1), '&')) {
    if (pair.starts_with(key) && pair.substr(key.size()).starts_with('=')) {
      return text::percent_decoded(pair.substr(key.size() + 1));
    }
  }
  return "";
}

std::optional<Complaint> check_url(const std::string& url)
{
  const std::string scheme = scheme_of(url);
  if (scheme != "https" && scheme != "http" && scheme != "git+https" && scheme != "git+http") {
    return unusable_scheme(scheme, url);
  }
  const auto bad = std::ranges::find_if_not(url, is_url_char);
  if (bad != url.end()) {
    return Complaint{
      "EL0309",
      fmt::format("{} cannot stand in a URL", character_at(url, static_cast<std::size_t>(bad - url.begin()))),
      "write it percent-encoded, as `%20` for a space"};
  }
  const std::string_view rest = std::string_view(url).substr(scheme.size() + 1);
  const std::string_view host =
      rest.starts_with("//") ? rest.substr(2, rest.find_first_of("/?#", 2) - 2) : "";
  if (host.empty()) {
    return Complaint{"EL0309", "the URL names no host", fmt::format("write it as `{}://HOST/PATH`", scheme)};
  }
  return std::nullopt;
}

bool is_conda_build_leftover(std::string_view url)
{
  const auto parts = text::split(url, '/');
  const auto is_builder = [](std::string_view part) {
    return part == "croot" || part == "conda-bld" || part == "feedstock_root" || part.starts_with("abs_");
  };
  return scheme_of(url) == "file" && (url.starts_with("file:///tmp/build/") || has_work_folder(parts) ||
                                      std::ranges::any_of(parts, is_builder));
}

}  // namespace envlift::input
