// Files that are made to hold secrets: .netrc, .pypirc, .aws/credentials, .docker/config.json, .env.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace envlift::audit {

struct FoundSecret {
  std::string_view kind;
  std::size_t at = 0;   // in the text
};

// Whether the path is of a file in which pip, conda and their like find their credentials.
bool holds_configuration(std::string_view path);

// What the form of the file at `path` says is a secret.
void add_secrets_of_file(std::string_view path, std::string_view text, std::vector<FoundSecret>& found);

}   // namespace envlift::audit
