// THE LIST of base images: what envlift knows of AWS's Python bases.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::plan {

// A conda installer that runs on a base: its glibc floor is at most the base's glibc.
struct Installer {
  std::string_view url;
  std::string_view sha256;
  std::string_view glibc_floor;        // the oldest glibc that it accepts
};

// AWS's base without a language: the entry script and the emulator over the operating system.
struct OsBaseImage {
  std::string_view name;               // of the runtime's generation: "al2023"
  std::string_view reference;
  std::string_view os;
  double compressed_mb;                // of its layers, 10^6 bytes
};

struct BaseImage {
  std::string_view python_minor;
  std::string_view reference;          // of the published image
  std::string_view os;
  std::string_view glibc;
  std::string_view deprecation;   // Lambda's deprecation date of the runtime, ISO; "" = not announced
  bool deprecated;   // no longer patched by AWS
  std::string_view runtime_client;   // the newest awslambdaric with a wheel for this Python
  Installer x86_64;
  Installer arm64;
  double compressed_mb = 0;          // of its layers, 10^6 bytes; 0 = not known
};

// Oldest Python first.
const std::vector<BaseImage>& base_images();
const BaseImage* find_base(std::string_view python_minor);
// The base without a language that is of the same operating system.
const OsBaseImage& os_base_of(const BaseImage& base);

// Distributions that AWS's Python bases bring besides pip and the runtime interface client, by their normalised names.
bool is_bundled(std::string_view distribution);

// The oldest glibc that the Miniconda at the URL accepts, by its file name; "" when the name does not tell.
std::string_view installer_glibc_floor(std::string_view url);
// Whether version `a` of glibc ("2.28") is newer than `b`; "" is older than all.
bool is_newer(std::string_view a, std::string_view b);

// The minor that an environment without a pin gets: the newest that conda-forge and wheels cover broadly, one
// behind the newest base.
inline constexpr std::string_view k_default_minor = "3.13";

}   // namespace envlift::plan
