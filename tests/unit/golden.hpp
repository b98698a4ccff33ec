// Texts against files of the repository; BLESS=1 (scripts/bless) rewrites them. Such a test has the tag [golden] or
// [docs].
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

namespace envlift {

inline std::string read_repository_file(const std::string& name)
{
  std::ifstream file(std::string(ENVLIFT_SOURCE_DIR) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void check_golden(const std::string& name, const std::string& text)
{
  if (std::getenv("BLESS") != nullptr) {
    std::ofstream(std::string(ENVLIFT_SOURCE_DIR) + "/" + name, std::ios::binary) << text;
  }
  INFO("scripts/bless rewrites " << name);
  CHECK(text == read_repository_file(name));
}

}   // namespace envlift
