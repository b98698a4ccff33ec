// Which Python minor a constraint allows, and which one is taken.
#pragma once

#include "environment/environment.hpp"
#include "settings/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::plan {

// Whether some patch version of the minor ("3.11") satisfies the constraint: conda's version grammar
// (CEP 33 terms, ',' and '|') and PEP 440's, as far as both speak of minors. "" allows all.
bool allows_minor(std::string_view constraint, std::string_view minor);

// Whether no Python at all is allowed, where no setting chooses one; and what is said then.
bool is_contradiction(const environment::Environment& environment, const settings::Settings& settings);
std::string no_python(const environment::Environment& environment);

// Whether the constraint leaves no other minor than this one.
bool pins_minor(std::string_view constraint, std::string_view minor);

// The minor in an image reference's tag ("…/python:3.11-x86_64" -> "3.11"); nothing when it has none.
std::optional<std::string> minor_of_tag(std::string_view reference);

}  // namespace envlift::plan
