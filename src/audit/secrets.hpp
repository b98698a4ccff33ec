// Likely secrets in texts: files, and what an image's configuration and history hold.
#pragma once

#include "audit/facts.hpp"

#include <string_view>
#include <vector>

namespace envlift::audit {

// Whether the path is of software that others wrote (a package folder, the system's): its texts are full of example
// URLs, and its tests of keys made for them.
bool is_vendor_path(std::string_view path);
// Whether the path lies in a folder of tests, examples or documentation.
bool is_test_path(std::string_view path);

// Kinds that other files know.
inline constexpr std::string_view url_secret = "credentials in a URL";
inline constexpr std::string_view private_key = "private key";

// Kinds and lines, in order of lines, one of a kind for each line; never a value. `path` is without its leading '/' and
// tells which forms to expect; "" for a text that is no file.
std::vector<SecretFact> find_secrets(std::string_view path, std::string_view text);

}   // namespace envlift::audit
