// What a conda build string tells about the system that the build is for.
#pragma once

#include <string_view>

namespace envlift::environment {

// `pyhd8ed1ab_0`, `unix_pyh707e725_0`, `py_0`, `0`: the form of `noarch` packages, which are the same
// file on every system.
bool is_noarch_build(std::string_view build);

// `vc14_0`, `vc14h73c81de_0`, `win_pyh7428d3b_0`: made for Windows, whatever file it stands in.
bool is_windows_build(std::string_view build);

// Names whose `noarch` builds differ from system to system, by a dependency on `__win` or `__unix`.
bool has_system_bound_noarch(std::string_view name);

// Names that only a Linux solve brings.
bool is_linux_only_conda(std::string_view name);

}  // namespace envlift::environment
