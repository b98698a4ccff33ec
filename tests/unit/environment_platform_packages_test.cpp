#include "environment/platform_packages.hpp"

#include <catch2/catch.hpp>

using envlift::environment::not_on_linux_conda;
using envlift::environment::not_on_linux_pip;

TEST_CASE("packages of Windows and macOS are known by name", "[platform]")
{
  for (const char* name : {"vc",
                           "vc14_runtime",
                           "vs2015_runtime",
                           "ucrt",
                           "m2w64-gcc-libs",
                           "m2-base",
                           "msys2-conda-epoch",
                           "pywin32",
                           "pywinpty",
                           "winpty",
                           "wincertstore",
                           "libwinpthread",
                           "vs2022_win-64",
                           "cuda-nvcc_win-64",
                           "libcxx",
                           "cctools_osx-arm64",
                           "clang_impl_osx-64",
                           "pyobjc-framework-cocoa",
                           "python.app",
                           "libintl"}) {
    CAPTURE(name);
    CHECK(not_on_linux_conda(name));
  }
  for (const char* name : {"pywin32", "pypiwin32", "pywinpty", "tensorflow-intel", "tensorflow-macos",
                           "pyobjc", "pyobjc-framework-quartz"}) {
    CAPTURE(name);
    CHECK(not_on_linux_pip(name));
  }
  CHECK(not_on_linux_conda("ucrt")->find("Windows only") == 0);
  CHECK(not_on_linux_conda("libcxx")->find("macOS only") == 0);
}

// Names that a search for "win", "vc" or "osx" would hit, or that are often deleted for no reason.
TEST_CASE("Linux packages with such letters stay", "[platform]")
{
  for (const char* name : {"vcrpy",
                           "twine",
                           "windrose",
                           "libunwind",
                           "r-vctrs",
                           "pyvcf",
                           "cuda-nvcc",
                           "win_inet_pton",
                           "win32_setctime",
                           "pywin32-on-windows",
                           "appnope",
                           "menuinst",
                           "intel-openmp",
                           "llvm-openmp",
                           "icc_rt",
                           "colorama",
                           "libiconv",
                           "tbb",
                           "mkl",
                           "gcc_linux-64",
                           "rust-std-x86_64-apple-darwin",
                           "compiler-rt_osx-64",
                           "vc-tools"}) {
    CAPTURE(name);
    CHECK_FALSE(not_on_linux_conda(name));
  }
  for (const char* name :
       {"vcver", "pywinrm", "twine", "nvidia-cuda-nvcc", "window-ops", "tensorflow", "pyobject"}) {
    CAPTURE(name);
    CHECK_FALSE(not_on_linux_pip(name));
  }
}
