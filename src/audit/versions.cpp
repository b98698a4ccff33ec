#include "audit/versions.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

// aws/aws-lambda-base-images: 3.8 to 3.11 are Amazon Linux 2 (glibc 2.26, GCC 7.3's libstdc++), newer ones are Amazon
// Linux 2023 (glibc 2.34, GCC 11's). As plan/base_images.cpp has it; GLIBCXX by GCC's "ABI Policy and Guidelines".
struct Base {
  std::string_view pythons;
  std::string_view os;
  std::array<std::string_view, 3> newest;
};
constexpr std::array<Base, 2> k_bases = {{
  {"Python 3.8 to 3.11", "Amazon Linux 2", {"GLIBC_2.26", "GLIBCXX_3.4.24", "CXXABI_1.3.11"}},
  {"Python 3.12 or newer", "Amazon Linux 2023", {"GLIBC_2.34", "GLIBCXX_3.4.29", "CXXABI_1.3.13"}},
}};

std::string_view kind_of(std::string_view version)
{
  return version.substr(0, version.rfind('_'));
}

std::vector<unsigned> numbers_of(std::string_view version)
{
  std::vector<unsigned> numbers;
  for (const std::string_view part : text::split(version.substr(version.rfind('_') + 1), '.')) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc() || end != part.data() + part.size()) {
      return {};   // GLIBC_PRIVATE: no number
    }
    numbers.push_back(number);
  }
  return numbers;
}

}   // namespace

bool is_newer_version(std::string_view a, std::string_view b)
{
  return kind_of(a) == kind_of(b) ? numbers_of(a) > numbers_of(b) : a.size() > b.size();
}

std::string newest_of_kind(const std::vector<std::string>& definitions, std::string_view version)
{
  std::string newest;
  for (const std::string& definition : definitions) {
    if (kind_of(definition) == kind_of(version) && !numbers_of(definition).empty() &&
        (newest.empty() || is_newer_version(definition, newest))) {
      newest = definition;
    }
  }
  return newest;
}

std::string bases_with(std::string_view version)
{
  if (numbers_of(version).empty()) {
    return "";
  }
  for (const Base& base : k_bases) {
    for (const std::string_view newest : base.newest) {
      if (kind_of(newest) == kind_of(version) && !is_newer_version(version, newest)) {
        return fmt::format("the base of {} ({}, {})", base.pythons, base.os, newest);
      }
    }
  }
  return "";
}

}   // namespace envlift::audit
