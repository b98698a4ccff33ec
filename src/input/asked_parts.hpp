// Groups and extras of a file: which are asked for, and what is left out because they are not.
#pragma once

#include "input/input.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

enum class PartKind { group, extra };

// Of the names that the user asks for those that are there, normalised. Adds EL0410 or EL0411, with the
// nearest name, for the others. `there` as the file writes them.
std::set<std::string> asked_parts(PartKind kind, const std::vector<std::string>& asked,
                                  const std::vector<std::string>& there, const std::string& file,
                                  diag::Diagnostics& diagnostics);

// "belongs to the group `dev`, which is not asked for"
std::string not_asked_reason(PartKind kind, std::string_view name);

// Adds the note that tells how to ask for what was left out, where the first of it stands; nothing when there is
// none. `otherwise`: the place where none of it was listed as dropped.
void note_left_out(const std::vector<std::string>& groups, const std::vector<std::string>& extras,
                   diag::Span otherwise, ReadResult& result);

}  // namespace envlift::input
