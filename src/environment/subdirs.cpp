#include "environment/subdirs.hpp"

#include <algorithm>
#include <array>

namespace envlift::environment {

namespace {

constexpr std::array<std::string_view, 24> k_subdirs = {
  "noarch",       "linux-32",          "linux-64",      "linux-aarch64",  "linux-armv6l",
  "linux-armv7l", "linux-ppc64",       "linux-ppc64le", "linux-riscv32",  "linux-riscv64",
  "linux-s390x",  "linux-loongarch64", "osx-64",        "osx-arm64",      "win-32",
  "win-64",       "win-arm64",         "freebsd-64",    "emscripten-32",  "wasi-32",
  "zos-z",        "emscripten-wasm32", "wasi-wasm32",   "android-aarch64"};

}  // namespace

bool is_subdir(std::string_view word)
{
  return std::ranges::find(k_subdirs, word) != k_subdirs.end();
}

}  // namespace envlift::environment
