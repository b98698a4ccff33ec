// Credentials in the URLs of an environment file: taken out of the environment, so that no text made from it can
// carry them, and kept apart for the build's secret.
#pragma once

#include "environment/environment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::environment {

// Whether the text carries credentials; `${NAME}`, which pip and conda fill when they run, is none.
bool has_credentials(std::string_view text);

// Whether the text has credentials that take_credentials() would leave in it: a conda token (`/t/TOKEN/`), a URL of
// another scheme than http, https, git+http and git+https, a user without a password, or characters that Python's
// netrc module does not read back as they are.
bool has_fixed_credentials(std::string_view text);

// Takes `USER:PASSWORD@` out of the http and https URLs of indexes, channels, packages and repositories, into
// environment.credentials. Returns what is left over: a host has one login, that which is found first.
std::vector<Credential> take_credentials(Environment& environment);

// The lines of a netrc file, secrets and all.
std::string netrc_text(const std::vector<Credential>& credentials);

}  // namespace envlift::environment
