#include "environment/platform_packages.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace envlift::environment {

namespace {

constexpr std::string_view k_windows_runtime =
    "Windows only: the C and C++ runtime; on Linux the solver brings libgcc and libstdcxx";
constexpr std::string_view k_windows_build = "Windows only: a build tool or a piece of one";
constexpr std::string_view k_windows_console = "Windows only: console and terminal support";
constexpr std::string_view k_windows_api = "Windows only: bindings of its system interface";
constexpr std::string_view k_windows_math =
    "Windows only: a numerical or OpenMP runtime; on Linux the solver brings its own";
constexpr std::string_view k_mac_runtime =
    "macOS only: the C++ and Objective-C runtime; on Linux the solver brings libstdcxx";
constexpr std::string_view k_mac_build = "macOS only: a compiler or a piece of one";
constexpr std::string_view k_mac_api = "macOS only: bindings of its system interface";
constexpr std::string_view k_not_linux =
    "Windows and macOS only: on Linux the C library or the solver's own package has it";

// Names that in published locks stand for Windows or macOS alone, or that the channels built for
// those systems alone.
const std::map<std::string_view, std::string_view>& conda_names()
{
  static const std::map<std::string_view, std::string_view> names = {
    {"applaunchservices", k_mac_api},
    {"cargo-wix", k_windows_build},
    {"cctools", k_mac_build},
    {"console_shortcut", k_windows_console},
    {"getopt-win32", k_windows_build},
    {"khronos-opencl-icd-loader", "Windows and macOS only: on Linux it is ocl-icd"},
    {"ld64", k_mac_build},
    {"libcxx", k_mac_runtime},
    {"libcxx-devel", k_mac_runtime},
    {"libcxxabi", k_mac_runtime},
    {"libflang", k_windows_math},
    {"libintl", k_not_linux},
    {"libintl-devel", k_not_linux},
    {"libobjc", k_mac_runtime},
    {"libsigtool", k_mac_build},
    {"libwinpthread", k_windows_runtime},
    {"mlx", "macOS only: arrays for Apple's processors"},
    {"mpir", "Windows only: on Linux it is gmp"},
    {"msys2-conda-epoch", k_windows_build},
    {"nsis", k_windows_build},
    {"openmp", k_windows_math},
    {"powershell_shortcut", k_windows_console},
    {"pthreads-win32", k_windows_runtime},
    {"pyobjc-core", k_mac_api},
    {"pypiwin32", k_windows_api},
    {"pyreadline", k_windows_console},
    {"pyreadline3", k_windows_console},
    {"python.app", k_mac_api},
    {"pywin32", k_windows_api},
    {"pywin32-ctypes", k_windows_api},
    {"pywinpty", "Windows only: on Linux it is ptyprocess"},
    {"sigtool", k_mac_build},
    {"sigtool-codesign", k_mac_build},
    {"tapi", k_mac_build},
    {"ucrt", k_windows_runtime},
    {"vc", k_windows_runtime},
    {"vc14_runtime", k_windows_runtime},
    {"vcomp14", "Windows only: the OpenMP runtime; on Linux the solver brings libgomp"},
    {"vs2008_runtime", k_windows_runtime},
    {"vs2013_runtime", k_windows_runtime},
    {"vs2015_runtime", k_windows_runtime},
    {"win_unicode_console", k_windows_console},
    {"wincertstore", "Windows only: its certificate store"},
    {"windows-curses", "Windows only: on Linux curses is part of Python"},
    {"winpty", "Windows only: on Linux it is ptyprocess"},
    {"xattr", k_mac_api},
  };
  return names;
}

// Compilers of conda-forge carry the platform that they are for in their name.
constexpr std::array<std::string_view, 10> k_mac_compilers = {
  "cctools",  "clang",         "clang_impl", "clangxx", "clangxx_impl",
  "gfortran", "gfortran_impl", "ld64",       "rust",    "zig"};

bool is_mac_compiler(std::string_view name)
{
  const std::size_t mark = name.rfind("_osx-");
  return mark != std::string_view::npos &&
         std::ranges::find(k_mac_compilers, name.substr(0, mark)) != k_mac_compilers.end();
}

const std::map<std::string_view, std::string_view>& pip_names()
{
  static const std::map<std::string_view, std::string_view> names = {
    {"appnope", "macOS only: keeps its power saving away"},
    {"pypiwin32", k_windows_api},
    {"pywin32", k_windows_api},
    {"pywinpty", "Windows only: on Linux it is ptyprocess"},
    {"tensorflow-intel", "Windows only: on Linux tensorflow has all of it"},
    {"tensorflow-macos", "macOS only: on Linux it is tensorflow"},
    {"tensorflow-metal", "macOS only: TensorFlow for Apple's graphics processors"},
    {"win32-setctime", "Windows only: sets a file's creation time"},
    {"wincertstore", "Windows only: its certificate store"},
    {"windows-curses", "Windows only: on Linux curses is part of Python"},
  };
  return names;
}

std::optional<std::string> reason_in(const std::map<std::string_view, std::string_view>& names,
                                     std::string_view name)
{
  const auto found = names.find(name);
  return found == names.end() ? std::nullopt : std::optional<std::string>(found->second);
}

}  // namespace

std::optional<std::string> not_on_linux_conda(std::string_view name)
{
  if (auto reason = reason_in(conda_names(), name)) {
    return reason;
  }
  if (name.starts_with("m2w64-") || name.starts_with("m2-")) {
    return "Windows only: a piece of MSYS2; on Linux the solver brings libgcc and its relatives";
  }
  if (name.ends_with("_win-64")) {
    return std::string(k_windows_build);
  }
  if (is_mac_compiler(name)) {
    return std::string(k_mac_build);
  }
  if (name.starts_with("pyobjc-framework-")) {
    return std::string(k_mac_api);
  }
  return std::nullopt;
}

std::optional<std::string> idle_on_linux_conda(std::string_view name)
{
  if (name == "menuinst") {
    return "of Windows: makes start menu entries, does nothing here";
  }
  if (name == "win_inet_pton") {
    return "of Windows: repairs a function that Linux has";
  }
  return std::nullopt;
}

std::optional<std::string> not_on_linux_pip(std::string_view name)
{
  if (name == "pyobjc" || name == "pyobjc-core" || name.starts_with("pyobjc-framework-")) {
    return std::string(k_mac_api);
  }
  return reason_in(pip_names(), name);
}

}  // namespace envlift::environment
