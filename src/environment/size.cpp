#include "environment/size.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

struct Measured {
  double megabytes;
  std::vector<std::string_view> needs;
};

// Unpacked megabytes of x86_64 wheels for CPython 3.11, as published (without byte-code), and the
// dependencies that weigh something. conda's packages split the same files over more names.
const std::map<std::string_view, Measured>& measured()
{
  static const std::map<std::string_view, Measured> table = {
    {"bokeh", {25.0, {"numpy", "pandas"}}},
    {"boto3", {1.0, {"botocore"}}},
    {"botocore", {21.1, {}}},
    {"catboost", {287.7, {"numpy", "pandas", "scipy", "plotly"}}},
    {"cryptography", {15.0, {}}},
    {"dask", {5.9, {}}},
    {"duckdb", {68.7, {}}},
    {"fonttools", {21.2, {}}},
    {"grpcio", {18.3, {}}},
    {"h5py", {15.7, {"numpy"}}},
    {"lightgbm", {9.7, {"numpy", "scipy"}}},
    {"llvmlite", {179.3, {}}},
    {"lxml", {11.5, {}}},
    {"matplotlib", {21.0, {"numpy", "fonttools", "pillow"}}},
    {"matplotlib-base", {21.0, {"numpy", "fonttools", "pillow"}}},
    {"networkx", {7.0, {}}},
    {"numba", {15.6, {"numpy", "llvmlite"}}},
    {"numpy", {64.7, {}}},
    {"onnxruntime", {64.5, {"numpy"}}},
    {"opencv-python-headless", {159.5, {"numpy"}}},
    {"pandas", {43.8, {"numpy"}}},
    {"pillow", {14.3, {}}},
    {"plotly", {40.4, {}}},
    {"prophet", {39.9, {"numpy", "pandas"}}},
    {"psycopg2-binary", {11.8, {}}},
    {"pyarrow", {130.6, {"numpy"}}},
    {"pydantic-core", {5.4, {}}},
    {"pyogrio", {105.8, {"numpy"}}},
    {"pyproj", {32.6, {}}},
    {"scikit-image", {29.7, {"numpy", "scipy", "pillow"}}},
    {"scikit-learn", {41.6, {"numpy", "scipy"}}},
    {"scipy", {131.6, {"numpy"}}},
    {"shapely", {7.8, {"numpy"}}},
    {"spacy", {119.9, {"numpy"}}},
    {"sqlalchemy", {18.0, {}}},
    {"statsmodels", {41.9, {"numpy", "scipy", "pandas"}}},
    {"sympy", {26.8, {}}},
    {"tensorflow-cpu", {1272.0, {"numpy", "h5py", "grpcio"}}},
    {"tokenizers", {11.7, {}}},
    {"transformers", {53.2, {"numpy", "tokenizers"}}},
    {"xgboost", {237.9, {"numpy", "scipy"}}},
  };
  return table;
}

constexpr double k_small_package_mb = 1.0;    // the median of the packages that are not in the table
constexpr double k_conda_python_mb = 90.0;    // CPython with its standard library and shared libraries
// Measured on the seed's set and on the large sample: pruning and stripping against byte-code and
// tests, both relative to the wheels as published.
constexpr double k_pruned = 0.65;
constexpr double k_with_bytecode = 1.55;
constexpr std::size_t k_named = 4;

void collect(std::string_view name, std::map<std::string_view, double>& sizes)
{
  if (sizes.contains(name) || name.empty()) {
    return;
  }
  const auto row = measured().find(name);
  sizes[name] = row == measured().end() ? k_small_package_mb : row->second.megabytes;
  if (row != measured().end()) {
    for (const std::string_view needed : row->second.needs) {
      collect(needed, sizes);
    }
  }
}

}  // namespace

SizeEstimate estimate_unpacked(const Environment& environment)
{
  std::map<std::string_view, double> sizes;   // the names are the environment's, or the table's
  for (const CondaPackage& package : environment.conda) {
    collect(package.name, sizes);
  }
  for (const PipPackage& package : environment.pip) {
    collect(package.name, sizes);
  }
  if (environment.uses_conda) {
    sizes["python"] = k_conda_python_mb;
  }
  std::vector<std::pair<double, std::string_view>> order;   // of the large ones
  double total = 0;
  for (const auto& [name, megabytes] : sizes) {
    total += megabytes;
    if (megabytes > 10 * k_small_package_mb) {
      order.emplace_back(-megabytes, name);
    }
  }
  std::ranges::sort(order);
  SizeEstimate estimate{static_cast<int>(total * k_pruned), static_cast<int>(total * k_with_bytecode + 0.5), {}};
  for (const auto& [negative, name] : order) {
    if (estimate.largest.size() < k_named) {
      estimate.largest.emplace_back(name);
    }
  }
  return estimate;
}

ArchiveSizes archive_sizes(const Environment& environment)
{
  ArchiveSizes sizes;
  const auto add = [&](unsigned long long bytes) {
    sizes.bytes += bytes;
    ++(bytes > 0 ? sizes.known : sizes.unknown);
  };
  for (const CondaPackage& package : environment.conda) {
    add(package.archive_bytes);
  }
  for (const PipPackage& package : environment.pip) {
    add(package.archive_bytes);
  }
  return sizes;
}

void check_size(const Environment& environment, const std::string& file, diag::Diagnostics& diagnostics)
{
  const SizeEstimate estimate = estimate_unpacked(environment);
  if (estimate.high_mb <= k_zip_limit_mb || estimate.largest.empty()) {
    return;
  }
  const bool surely = estimate.low_mb > k_zip_limit_mb;
  diagnostics.add("EL0490",
                  fmt::format("unpacked about {} to {} MB ({} weigh most): {}", estimate.low_mb,
                              estimate.high_mb, text::join(estimate.largest, ", "),
                              surely ? "no zip could hold it, an image does"
                                     : "a zip (250 MB unpacked) may not hold it, an image does"),
                  "`envlift up` tells the exact size", {.file = file});
}

}  // namespace envlift::environment
