// What a wheel's file name says (PEP 427, PEP 425, PEP 600).
#pragma once

#include "environment/environment.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

struct WheelName {
  std::string name;      // PEP 503-normalised
  std::string version;   // as written
  std::vector<std::string> python_tags;
  std::vector<std::string> abi_tags;
  std::vector<std::string> platform_tags;
};

// Nothing when it is not the name of a wheel.
std::optional<WheelName> parse_wheel_name(std::string_view file_name);

// N of the glibc 2.N of AWS's base for the target's Python: Amazon Linux 2 up to 3.11, Amazon Linux 2023 from 3.12.
int glibc_minor(const environment::Target& target);

// Why the wheel is one of another operating system ("built for Windows"); nothing for Linux and any.
std::optional<std::string> other_system(const WheelName& wheel);

// Why a wheel for Linux cannot be installed ("built for Python 3.9, and the image has 3.11");
// nothing when it can be. A base that is not AWS's may have any glibc.
std::optional<std::string> misfit(const WheelName& wheel, const environment::Target& target);

// N of the least glibc 2.N that the wheel runs with, on Linux with the target's machine and Python: 0 where any will do,
// nothing where it cannot be installed with any.
std::optional<int> needed_glibc_minor(const WheelName& wheel, const environment::Target& target);

}  // namespace envlift::input
