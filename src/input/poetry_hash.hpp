// Whether a poetry.lock was written for the pyproject.toml beside it.
#pragma once

#include "input/toml.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

// What poetry writes as `content-hash` for the project; nothing where it could write none (a date).
std::optional<std::string> poetry_content_hash(const toml::table& project, bool has_dependency_groups = true);

// Adds EL0355 when the lock's hash is not the project's. `text` is the lock's, whose first line names the poetry that
// wrote it.
void warn_of_old_lock(const toml::table& lock, std::string_view text, const toml::table& project,
                      const TomlReader& toml, diag::Diagnostics& diagnostics);

}   // namespace envlift::input
