#include "environment/leaner.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

enum class Tool { conda, pip };

struct Variant {
  Tool tool;
  std::string_view name;
  std::string_view leaner;
  std::string_view difference;   // "is the same without …"
  bool only_x86_64 = false;      // has no files for arm64
  int since = 0;                 // the first major version that has it
};

// conda-forge's names, and PyPI's.
constexpr std::array k_variants = {
  Variant{Tool::conda, "matplotlib", "matplotlib-base", "is the same without Qt, which draws windows"},
  Variant{
    Tool::conda, "pyarrow", "pyarrow-core",
    "is Arrow without Parquet, datasets, Acero and Substrait: enough where nothing of your code uses them",
    false, 16},
  Variant{Tool::conda, "pytorch", "pytorch-cpu", "never takes a build for GPUs, which Lambda has not"},
  Variant{Tool::conda, "tensorflow", "tensorflow-cpu", "never takes a build for GPUs, which Lambda has not"},
  Variant{Tool::pip, "opencv-python", "opencv-python-headless",
          "is the same without Qt and X11, which draw windows"},
  Variant{Tool::pip, "opencv-contrib-python", "opencv-contrib-python-headless",
          "is the same without Qt and X11, which draw windows"},
  Variant{Tool::pip, "tensorflow", "tensorflow-cpu", "is the same without the GPU, which Lambda has not",
          true},
};

constexpr std::string_view k_torch_index = "https://download.pytorch.org/whl/cpu";

const Variant* find_variant(Tool tool, std::string_view name, std::string_view arch)
{
  const auto found = std::ranges::find_if(k_variants, [&](const Variant& one) {
    return one.tool == tool && one.name == name && (!one.only_x86_64 || arch == "x86_64");
  });
  return found == k_variants.end() ? nullptr : &*found;
}

// Whether the constraint names one version, of an older major: "==14.0.2", "14.*".
bool is_older(std::string_view constraint, int major)
{
  const bool is_pin = constraint.starts_with("==") || constraint.ends_with(".*");
  const std::size_t begin = constraint.find_first_of("0123456789");
  int pinned = 0;
  if (is_pin && begin != std::string_view::npos) {
    std::from_chars(constraint.data() + begin, constraint.data() + constraint.size(), pinned);
  }
  return is_pin && pinned < major;
}

// The spec of another package: "conda-forge::pyarrow=17.0" -> "conda-forge::pyarrow-core=17.0".
std::string renamed(std::string spec, std::string_view name, std::string_view other)
{
  const std::size_t channel = spec.find("::");
  const std::size_t at = spec.find(name, channel == std::string::npos ? 0 : channel);
  return at == std::string::npos ? std::string(other) : spec.replace(at, name.size(), other);
}

// "==1.13.1+cu116" -> "==1.13.1+cpu": a version has one local label.
std::string cpu_release(std::string_view pin)
{
  return fmt::format("{}+cpu", pin.substr(0, pin.find('+')));
}

class Advice {
public:
  Advice(const Environment& environment, const std::string& file, const std::string& arch,
         diag::Diagnostics& diagnostics)
      : environment_(environment),
        file_(file),
        arch_(arch),
        diagnostics_(diagnostics)
  {}

  void run()
  {
    for (const CondaPackage& package : environment_.conda) {
      const Variant* variant = find_variant(Tool::conda, package.name, arch_);
      if (variant != nullptr && !is_older(package.version, variant->since)) {
        // A build string is of the one package alone.
        advise(*variant, package.spec,
               package.build.empty() ? renamed(package.spec, variant->name, variant->leaner)
                                     : std::string(variant->leaner),
               environment_.conda_locked, package.span);
      }
      check_mkl(package);
    }
    for (const PipPackage& package : environment_.pip) {
      if (const Variant* variant = find_variant(Tool::pip, package.name, arch_)) {
        advise(*variant, package.requirement, renamed(package.requirement, variant->name, variant->leaner),
               environment_.pip_locked, package.span);
      }
      check_torch(package);
      check_psycopg(package);
    }
  }

private:
  bool has_conda(std::string_view name) const
  {
    return std::ranges::any_of(environment_.conda, [&](const auto& one) { return one.name == name; });
  }

  void note(std::string message, const std::string& change, bool is_locked, diag::Span place)
  {
    if (place.file.empty()) {
      place.file = file_;
    }
    diagnostics_.add(
        "EL0495", std::move(message),
        is_locked ? fmt::format("in the file that the lock is made of, {}; then lock again", change) : change,
        place);
  }

  void advise(const Variant& variant, const std::string& written, const std::string& leaner, bool is_locked,
              const diag::Span& place)
  {
    note(fmt::format("`{}` {}", variant.leaner, variant.difference),
         is_locked ? fmt::format("write `{}` in place of `{}`", variant.leaner, variant.name)
                   : fmt::format("write `{}` in place of `{}`", leaner, written),
         is_locked, place);
  }

  // conda-forge chooses the BLAS by libblas; Anaconda's own channel by nomkl.
  void check_mkl(const CondaPackage& package)
  {
    if (package.name != "mkl" || has_conda("nomkl")) {
      return;
    }
    const bool of_forge =
        std::ranges::find(environment_.channels, "conda-forge") != environment_.channels.end() ||
        package.url.find("conda-forge") != std::string::npos;
    note("OpenBLAS does what MKL does for numpy, in a small part of its bytes",
         fmt::format("write `{}` in place of `mkl`", of_forge ? "libblas=*=*openblas" : "nomkl"),
         environment_.conda_locked, package.span);
  }

  void check_torch(const PipPackage& package)
  {
    const bool is_cpu = package.specifier.find("+cpu") != std::string::npos ||
                        package.url.find("cpu") != std::string::npos ||
                        std::ranges::any_of(environment_.pip_options, [](const PipOption& option) {
                          return option.value.find("/whl/cpu") != std::string::npos;
                        });
    if (package.name != "torch" || is_cpu || arch_ != "x86_64") {
      return;
    }
    const bool is_pin = package.specifier.starts_with("==");
    const bool is_of_gpu = package.specifier.find('+') != std::string::npos;
    note("PyTorch's own index has `torch` without CUDA, which Lambda cannot use",
         fmt::format("{} `--extra-index-url {}`{}", is_of_gpu ? "instead of an index for CUDA, add" : "add",
                     k_torch_index,
                     is_pin ? fmt::format(" and write `torch{}`", cpu_release(package.specifier)) : ""),
         environment_.pip_locked, package.span);
  }

  void check_psycopg(const PipPackage& package)
  {
    if (package.name == "psycopg2-binary" && environment_.uses_conda) {
      note("conda's `psycopg2` shares the environment's OpenSSL and libpq; `psycopg2-binary` brings its own",
           fmt::format("write `psycopg2{}` among conda's dependencies in place of `{}`", package.specifier,
                       package.requirement),
           environment_.pip_locked, package.span);
    }
  }

  const Environment& environment_;
  const std::string& file_;
  const std::string& arch_;
  diag::Diagnostics& diagnostics_;
};

}  // namespace

void check_leaner(const Environment& environment, const std::string& file, const std::string& arch,
                  diag::Diagnostics& diagnostics)
{
  Advice(environment, file, arch, diagnostics).run();
}

}  // namespace envlift::environment
