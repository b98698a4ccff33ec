// Requirements that name a place instead of a version: URLs, version control, paths.
#pragma once

#include "environment/requirement.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// Why something cannot be part of an image's build.
struct Complaint {
  std::string code;
  std::string message;
  std::string hint;
};

// Whether the text begins with a scheme that pip takes for a URL (`is_url` in pip's vcs package), or
// with `user@host:` as git's short form.
bool is_url(std::string_view text);

// Whether a requirement looks like a path: a separator, a leading dot, or an archive's ending.
bool is_path(std::string_view text);

// The character at the offset as a message names it: "`a`", "`“` (U+201C)".
std::string character_at(std::string_view text, std::size_t offset);

// The URL's last part, percent-decoded, without query and fragment.
std::string file_name_of(std::string_view url);

// A value of the URL's fragment (`egg`, `sha256`, `subdirectory`); "" when it has none.
std::string fragment_value(std::string_view url, std::string_view key);

// What keeps a build from fetching the URL; nothing when it can.
std::optional<Complaint> check_url(const std::string& url);

// Whether a `file:` URL is one that conda's package builds leave in `pip freeze`: the package is a
// public one, only its place is not.
bool is_conda_build_leftover(std::string_view url);

}  // namespace envlift::input
