#include "environment/build_strings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace envlift::environment {

namespace {

bool all_digits(std::string_view text)
{
  return !text.empty() && std::ranges::all_of(text, text::is_digit);
}

// `pyhd8ed1ab`, `pyh`, `py`: conda-build's word for a package of pure Python, with its hash. `py38…` is
// a build for one Python, and so for one system.
bool is_noarch_python(std::string_view word)
{
  return word == "py" || (word.starts_with("pyh") && text::is_lower_hex(word.substr(3)));
}

// `vc14`, `vc14h73c81de`: Microsoft's compiler as a word of its own.
bool is_visual_c(std::string_view word)
{
  if (!word.starts_with("vc")) {
    return false;
  }
  const std::size_t digits = std::min(word.find_first_not_of("0123456789", 2), word.size());
  return digits > 2 && (digits == word.size() || word[digits] == 'h');
}

}  // namespace

bool is_noarch_build(std::string_view build)
{
  const auto words = text::split(build, '_');
  if (!all_digits(words.back())) {
    return false;
  }
  const bool has_system = words.size() == 3 && (words[0] == "unix" || words[0] == "linux");
  return words.size() == 1 || (words.size() == 2 && is_noarch_python(words[0])) ||
         (has_system && is_noarch_python(words[1]));
}

bool is_windows_build(std::string_view build)
{
  const auto words = text::split(build, '_');
  return words.front() == "win" || std::ranges::any_of(words, is_visual_c);
}

bool has_system_bound_noarch(std::string_view name)
{
  // Counted in published lock files.
  static constexpr std::array<std::string_view, 20> names = {"adwaita-icon-theme",
                                                             "ca-certificates",
                                                             "click",
                                                             "constructor",
                                                             "ipykernel",
                                                             "ipython",
                                                             "jupyter_core",
                                                             "keyring",
                                                             "loguru",
                                                             "pybind11-global",
                                                             "pysocks",
                                                             "python-abi3",
                                                             "sympy",
                                                             "rust-src",
                                                             "pywin32-on-windows",
                                                             "send2trash",
                                                             "terminado",
                                                             "tqdm",
                                                             "vswhere",
                                                             "win_inet_pton"};
  return std::ranges::find(names, name) != names.end();
}

bool is_linux_only_conda(std::string_view name)
{
  static constexpr std::array<std::string_view, 4> names = {"_libgcc_mutex", "libgcc-ng", "libstdcxx-ng",
                                                            "libgfortran-ng"};
  return std::ranges::find(names, name) != names.end() || name.ends_with("_linux-64") ||
         name.ends_with("_linux-aarch64");
}

}  // namespace envlift::environment
