#include "settings/forms.hpp"

#include "base/text.hpp"
#include "settings/image_reference.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace envlift::settings {

namespace {

constexpr std::string_view k_python = "{python}";
constexpr std::string_view k_os = "{os}";
constexpr std::size_t k_sha256_digits = 64;

bool all_digits(std::string_view text)
{
  return !text.empty() && std::ranges::all_of(text, text::is_digit);
}

bool has_any(std::string_view text, std::string_view characters)
{
  return text.find_first_of(characters) != std::string_view::npos;
}

// What a URL or channel must not hold: what ends it in a shell, in conda's lists or in JSON.
bool breaks_url(std::string_view value)
{
  return std::ranges::any_of(value, text::is_space) || has_any(value, "\"'`\\<>{}|^,");
}

bool is_name_character(char c)
{
  return text::is_alnum(c) || c == '_';
}

// A path below the environment, in which * ? [ ] stand for others.
std::optional<Complaint> check_pattern(std::string_view value)
{
  const auto parts = text::split(value, '/');
  if (value.starts_with('/') || std::ranges::find(parts, "..") != parts.end()) {
    return Complaint{"is not a path below the environment", "write it relative to the environment, as `share/doc/**`"};
  }
  return std::nullopt;
}

Complaint credentials()
{
  return {"carries credentials, which would stay in the image",
          "move them into a condarc or pip configuration and name that file with `condarc` or `pip_config`",
          "EL0605"};
}

}  // namespace

std::optional<Complaint> check_python(std::string_view value)
{
  const auto parts = text::split(value, '.');
  if (parts.size() == 2 && parts[0] == "3" && all_digits(parts[1]) && parts[1].size() <= 2) {
    return std::nullopt;
  }
  if (parts.size() > 2 && parts[0] == "3" && all_digits(parts[1])) {
    return Complaint{"is not a minor version of Python",
                     fmt::format("write `3.{}`: Lambda's bases follow the patch level themselves", parts[1])};
  }
  return Complaint{"is not a minor version of Python", "write it as `3.13`"};
}

std::optional<Complaint> check_base(std::string_view value)
{
  if (is_image_reference(text::replace_all(std::string(value), k_python, "3.13"))) {
    return std::nullopt;
  }
  return Complaint{"is not an image reference",
                   "write it as `registry/repository:tag`; `{python}` in it stands for the minor version"};
}

std::optional<Complaint> check_os_base(std::string_view value)
{
  if (is_image_reference(text::replace_all(std::string(value), k_os, "al2023"))) {
    return std::nullopt;
  }
  return Complaint{"is not an image reference",
                   "write it as `registry/repository:tag`; `{os}` in it stands for al2 or al2023"};
}

std::optional<Complaint> check_tag(std::string_view value)
{
  if (!split_reference(value).digest.empty()) {
    return Complaint{"holds a digest, which only a pushed image has", "leave out `@` and what follows"};
  }
  if (is_image_reference(value)) {
    return std::nullopt;
  }
  const std::string lower = text::to_lower(value);
  return Complaint{"is not an image reference",
                   is_image_reference(lower) ? fmt::format("repositories are lower case: write `{}`", lower)
                                             : "write it as `name:tag` or `registry/name:tag`, lower case"};
}

std::optional<Complaint> check_registry(std::string_view value)
{
  const std::string with_name = fmt::format("{}/name", value);
  if (is_image_reference(with_name) && registry_of(with_name) == value) {
    return std::nullopt;
  }
  return Complaint{"is not a registry", "write HOST or HOST:PORT, without a scheme and a path"};
}

std::optional<Complaint> check_repository(std::string_view value)
{
  // Behind a registry every part is one of the repository's.
  const std::string whole = fmt::format("registry.example/{}", value);
  if (is_image_reference(whole) && split_reference(whole).name == whole) {
    return std::nullopt;
  }
  const std::string lower = text::to_lower(value);
  const bool is_lower = lower == value;
  return Complaint{"is not a repository's name",
                   is_lower ? "write `name` or `team/name`, without a registry, tag or digest"
                            : fmt::format("repositories are lower case: write `{}`", lower)};
}

std::optional<Complaint> check_project_path(std::string_view value)
{
  if (value.starts_with('/') || value.starts_with('~')) {
    return Complaint{"is not a path below the project folder", "write it relative to the project folder"};
  }
  const auto parts = text::split(value, '/');
  if (std::ranges::find(parts, "..") != parts.end()) {
    return Complaint{"leads out of the project folder",
                     "move the file into the project, or run envlift on the folder that holds both"};
  }
  return std::nullopt;
}

std::optional<Complaint> check_secret_file(std::string_view value)
{
  if (has_any(value, ",\"")) {
    return Complaint{"holds a comma or a quote, which docker's `--secret` cannot take",
                     "rename or copy the file"};
  }
  return std::nullopt;
}

std::optional<Complaint> check_mounted_file(std::string_view value)
{
  if (has_any(value, ",\"")) {
    return Complaint{"holds a comma or a quote, which docker's `--mount` cannot take", "rename or copy the file"};
  }
  return std::nullopt;
}

std::optional<Complaint> check_url(std::string_view value)
{
  if (text::has_credentials(value)) {
    return credentials();
  }
  const std::size_t scheme = value.starts_with("https://") ? 8 : value.starts_with("http://") ? 7 : 0;
  const bool has_host = scheme != 0 && value.size() > scheme && value[scheme] != '/';
  if (has_host && !breaks_url(value)) {
    return std::nullopt;
  }
  return Complaint{"is not a URL", "write it as `https://host/path`"};
}

std::optional<Complaint> check_channel(std::string_view value)
{
  if (text::has_credentials(value)) {
    return credentials();
  }
  if (value.empty() || value.starts_with('-') || breaks_url(value)) {
    return Complaint{"is not a channel", "write one channel as its name or its URL"};
  }
  return std::nullopt;
}

std::optional<Complaint> check_keep(std::string_view value)
{
  // templates/build_prune.py and build_duplicates.py know these kinds.
  static const std::vector<std::string> kinds = {"tests", "headers", "installers", "docs", "stdlib", "archives",
                                                 "maps",  "stubs",   "libpython",  "duplicates"};
  if (has_any(value, "/*?[")) {
    return check_pattern(value);
  }
  constexpr std::string_view k_tests = "tests:";
  const bool tests_of = value.starts_with(k_tests) && value.size() > k_tests.size() &&
                        std::ranges::all_of(value.substr(k_tests.size()), is_name_character);
  if (tests_of || std::ranges::find(kinds, value) != kinds.end()) {
    return std::nullopt;
  }
  const std::string_view word = value.substr(0, value.find(':'));
  const auto near = text::nearest(word, kinds);
  const std::string list = fmt::format("{}, tests:NAME or a pattern of paths as share/doc/**", text::join(kinds, ", "));
  return Complaint{"is nothing that can be kept",
                   near && *near != word ? fmt::format("did you mean `{}`? There are {}", *near, list)
                                         : fmt::format("write one of {}", list)};
}

std::optional<Complaint> check_sha256(std::string_view value)
{
  if (value.size() == k_sha256_digits && text::is_lower_hex(value)) {
    return std::nullopt;
  }
  return Complaint{"is not a SHA-256", "write its 64 hexadecimal digits in lower case, without a prefix"};
}

std::optional<Complaint> check_network(std::string_view value)
{
  const auto allowed = [](char c) { return text::is_alnum(c) || c == '_' || c == '.' || c == '-'; };
  if (!value.empty() && text::is_alnum(value.front()) && std::ranges::all_of(value, allowed)) {
    return std::nullopt;
  }
  return Complaint{"is not the name of a network",
                   "write `host`, `none` or a name of letters, digits, `_`, `.`, `-`"};
}

std::optional<Complaint> check_program(std::string_view value)
{
  if (value.starts_with('-')) {
    return Complaint{"is not a program", "write the client's name or its path"};
  }
  return std::nullopt;
}

}  // namespace envlift::settings
