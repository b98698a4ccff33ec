// Which settings a command's help lists; a setting that is not listed is no flag of that command.
#pragma once

#include <set>
#include <string_view>

namespace envlift::cli {

enum class Group { environment, image, slim, engine, doctor, invoke, push, test, audit };

// The keys of settings::table() that belong to the group.
const std::set<std::string_view>& keys_of(Group group);

}  // namespace envlift::cli
