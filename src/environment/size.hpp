// How large an environment will be unpacked, estimated before anything is downloaded: is an image
// needed, or would a zip hold it?
#pragma once

#include "environment/environment.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace envlift::environment {

// Lambda's limit on an unzipped deployment package, layers included (AWS Lambda quotas, where an MB is 2^20 bytes).
inline constexpr int k_zip_limit_mb = 250;
inline constexpr unsigned long long k_zip_limit_bytes = static_cast<unsigned long long>(k_zip_limit_mb)
                                                        << 20U;

// Megabytes (10^6 bytes). `low`: after pruning and with small versions; `high`: with byte-code and
// large ones. `largest` names the packages that weigh most.
struct SizeEstimate {
  int low_mb = 0;
  int high_mb = 0;
  std::vector<std::string> largest;
};

// From a table of measured packages and their dependencies; packages that it does not know count
// as small ones.
SizeEstimate estimate_unpacked(const Environment& environment);

// What is downloaded, as far as a lock tells it.
struct ArchiveSizes {
  unsigned long long bytes = 0;
  std::size_t known = 0;   // packages whose size is in `bytes`
  std::size_t unknown = 0;
};
ArchiveSizes archive_sizes(const Environment& environment);

// A note (EL0490) when a zip may not hold the environment. `file` is the environment file.
void check_size(const Environment& environment, const std::string& file, diag::Diagnostics& diagnostics);

}  // namespace envlift::environment
