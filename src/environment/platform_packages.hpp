// Packages that exist for another operating system only, by exact name. Never by substring:
// vcrpy, twine, windrose and libunwind are Linux packages. (reference: counted over published locks)
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift::environment {

// Why the conda package cannot be on Linux ("Windows only: the C runtime; …"); nothing when it can.
std::optional<std::string> not_on_linux_conda(std::string_view name);
// Why the conda package, which Linux has too, does nothing there ("menuinst": start menu entries);
// nothing when it is of use. A file written for Linux may ask for it; an export of Windows did not mean it.
std::optional<std::string> idle_on_linux_conda(std::string_view name);
// not_on_linux for a pip package, by its normalised name.
std::optional<std::string> not_on_linux_pip(std::string_view name);

}  // namespace envlift::environment
