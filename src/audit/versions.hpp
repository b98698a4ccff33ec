// Symbol versions of libraries ("GLIBC_2.28"), and what Lambda's bases have of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

// Whether `a` is newer than `b`; of different kinds, the longer text is.
bool is_newer_version(std::string_view a, std::string_view b);
// The newest of the definitions whose kind is that of `version`: GLIBC, GLIBCXX, …; "" for none.
std::string newest_of_kind(const std::vector<std::string>& definitions, std::string_view version);
// "the base of Python 3.12 or newer (Amazon Linux 2023, GLIBC_2.34)": what satisfies the version; "" when none does,
// or the version is of a library that is not the base's.
std::string bases_with(std::string_view version);

}   // namespace envlift::audit
