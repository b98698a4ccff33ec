#include "plan/base_images.hpp"

#include "base/path.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace envlift::plan {

namespace {

constexpr std::string_view k_old_floor = "2.17";
constexpr std::string_view k_new_floor = "2.28";
constexpr std::pair k_first_with_new_floor = {24, 11};   // Miniconda 24.11

// SHA-256s: as pyenv's definitions and repo.anaconda.com/miniconda name them.
// The last Miniconda generation that Amazon Linux 2 (glibc 2.26) can run.
constexpr Installer k_al2_x86_64{
  "https://repo.anaconda.com/miniconda/Miniconda3-py311_24.9.2-0-Linux-x86_64.sh",
  "62ef806265659c47e37e22e8f9adce29e75c4ea0497e619c280f54c823887c4f", k_old_floor};
constexpr Installer k_al2_arm64{
  "https://repo.anaconda.com/miniconda/Miniconda3-py311_24.9.2-0-Linux-aarch64.sh",
  "c4c12d969be6a02cb7370a0c717400e8eec79dea722ef0fba98d745048948980", k_old_floor};
// Amazon Linux 2023 has 2.34.
constexpr Installer k_al2023_x86_64{
  "https://repo.anaconda.com/miniconda/Miniconda3-py312_25.9.1-3-Linux-x86_64.sh",
  "07fc00c146a481f7ae2657a31eb7ec0d5d77a107b981d58ab5d7cd8bc99be778", k_new_floor};
constexpr Installer k_al2023_arm64{
  "https://repo.anaconda.com/miniconda/Miniconda3-py312_25.9.1-3-Linux-aarch64.sh",
  "8c5c1d38011fed8053d7bdaaf7fab372c3f71dbb77791e07692fb8059b7828bd", k_new_floor};

// "24.9.2-0" -> {24, 9}; {0, 0} when the text does not begin with two numbers.
std::pair<int, int> first_numbers(std::string_view version)
{
  const auto number = [](std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const std::size_t dot = version.find('.');
  return {number(version.substr(0, dot)),
          dot == std::string_view::npos ? 0 : number(version.substr(dot + 1))};
}

}  // namespace

const std::vector<BaseImage>& base_images()
{
  // Deprecation dates: AWS Lambda developer guide, "Lambda runtimes". Sizes: the sum of the layers in the branches of
  // aws/aws-lambda-base-images, x86_64, October 2024.
  static const std::vector<BaseImage> bases = {
    {"3.8", "public.ecr.aws/lambda/python:3.8", "Amazon Linux 2", "2.26", "2024-10-14", true,
     "awslambdaric==2.2.1", k_al2_x86_64, k_al2_arm64, 101.0},
    {"3.9", "public.ecr.aws/lambda/python:3.9", "Amazon Linux 2", "2.26", "2025-12-15", true,
     "awslambdaric==4.0.4", k_al2_x86_64, k_al2_arm64},
    {"3.10", "public.ecr.aws/lambda/python:3.10", "Amazon Linux 2", "2.26", "2026-10-31", true,
     "awslambdaric==4.2.2", k_al2_x86_64, k_al2_arm64},
    {"3.11", "public.ecr.aws/lambda/python:3.11", "Amazon Linux 2", "2.26", "2027-06-30", false,
     "awslambdaric==4.2.2", k_al2_x86_64, k_al2_arm64, 138.1},
    {"3.12", "public.ecr.aws/lambda/python:3.12", "Amazon Linux 2023", "2.34", "2028-10-31", false,
     "awslambdaric==4.2.2", k_al2023_x86_64, k_al2023_arm64, 117.3},
    {"3.13", "public.ecr.aws/lambda/python:3.13", "Amazon Linux 2023", "2.34", "2029-06-30", false,
     "awslambdaric==4.2.2", k_al2023_x86_64, k_al2023_arm64},
    {"3.14", "public.ecr.aws/lambda/python:3.14", "Amazon Linux 2023", "2.34", "2029-06-30", false,
     "awslambdaric==4.2.2", k_al2023_x86_64, k_al2023_arm64},
  };
  return bases;
}

const OsBaseImage& os_base_of(const BaseImage& base)
{
  static const std::array<OsBaseImage, 2> bases = {{
    {"al2", "public.ecr.aws/lambda/provided:al2", "Amazon Linux 2", 51.9},
    {"al2023", "public.ecr.aws/lambda/provided:al2023", "Amazon Linux 2023", 26.3},
  }};
  return *std::ranges::find(bases, base.os, &OsBaseImage::os);   // a test holds that every base has one
}

const BaseImage* find_base(std::string_view python_minor)
{
  const auto& bases = base_images();
  const auto found = std::ranges::find(bases, python_minor, &BaseImage::python_minor);
  return found == bases.end() ? nullptr : &*found;
}

bool is_bundled(std::string_view distribution)
{
  constexpr std::array<std::string_view, 7> k_sdk = {"boto3",      "botocore", "jmespath", "python-dateutil",
                                                     "s3transfer", "six",      "urllib3"};
  return std::ranges::find(k_sdk, distribution) != k_sdk.end();
}

std::string_view installer_glibc_floor(std::string_view url)
{
  const std::string_view name = path::file_name(url);
  if (!name.starts_with("Miniconda3-")) {
    return "";
  }
  if (name.starts_with("Miniconda3-latest-")) {
    return k_new_floor;
  }
  const std::size_t underscore = name.find('_');   // Miniconda3-py311_24.9.2-0-Linux-x86_64.sh
  if (!name.starts_with("Miniconda3-py") || underscore == std::string_view::npos) {
    return "";
  }
  return first_numbers(name.substr(underscore + 1)) >= k_first_with_new_floor ? k_new_floor : k_old_floor;
}

bool is_newer(std::string_view a, std::string_view b)
{
  return first_numbers(a) > first_numbers(b);
}

}  // namespace envlift::plan
