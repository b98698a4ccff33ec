# The libraries of Debian 12 that envlift stands on: one interface target, `envlift_dependencies`.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
# Its headers; the library is loaded when a request is made (src/sys/curl.hpp).
find_package(CURL REQUIRED)
# Statically: the shared library brings XML, ICU and six codecs that envlift has no use for, and their start-up time. Of
# the static one only readers and writers of tar, gzip and zstd are taken.
find_path(LIBARCHIVE_INCLUDE_DIR archive.h REQUIRED)
find_library(LIBARCHIVE_LIBRARY NAMES libarchive.a archive REQUIRED)
find_library(ZSTD_LIBRARY zstd REQUIRED)
find_package(ZLIB REQUIRED)
# Statically too, for SHA-256 alone: loading and relocating the shared one takes 1.4 MB and a millisecond of every run.
find_path(CRYPTO_INCLUDE_DIR openssl/sha.h REQUIRED)
find_library(CRYPTO_LIBRARY NAMES libcrypto.a crypto REQUIRED)
# libyaml's own CMake package is not in Debian's.
find_path(LIBYAML_INCLUDE_DIR yaml.h REQUIRED)
find_library(LIBYAML_LIBRARY yaml REQUIRED)
# Boost.Process v2 exists from 1.80.
find_package(Boost 1.80 REQUIRED COMPONENTS filesystem)

add_library(envlift_dependencies INTERFACE)
target_include_directories(envlift_dependencies SYSTEM INTERFACE "${LIBYAML_INCLUDE_DIR}"
  "${LIBARCHIVE_INCLUDE_DIR}" "${CURL_INCLUDE_DIRS}" "${CRYPTO_INCLUDE_DIR}")
target_link_libraries(envlift_dependencies INTERFACE
  fmt::fmt tl::expected "${LIBYAML_LIBRARY}"
  "${LIBARCHIVE_LIBRARY}" "${ZSTD_LIBRARY}" ZLIB::ZLIB
  nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus CLI11::CLI11 "${CRYPTO_LIBRARY}" Boost::filesystem ${CMAKE_DL_LIBS} Threads::Threads)
# libarchive's writers of tar stand in one object file with those of other formats, whose libraries nothing needs once
# what is never called is left out.
target_link_options(envlift_dependencies INTERFACE "LINKER:--gc-sections")
