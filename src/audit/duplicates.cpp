// Packages that are there twice, or half.
#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

// What the SDK brings, and the base's runtime has.
constexpr std::array<std::string_view, 4> k_sdk = {"boto3", "botocore", "s3transfer", "jmespath"};

class Distributions {
public:
  Distributions(const Audited& image, Findings& findings)
      : image_(image),
        findings_(findings),
        base_(image),
        python_(find_interpreter(image))
  {
    for (const Package& package : image.packages.all()) {
      if (package.kind == Package::Kind::system) {
        continue;
      }
      if (base_.has(package.place)) {
        of_base_.try_emplace(package.name, &package);
      }
      else if (is_imported_from(package.site)) {
        own_.push_back(&package);
      }
    }
  }

  void check()
  {
    index_conda_files();
    check_doubles();
    check_overwritten();
    check_base();
  }

private:
  bool is_imported_from(const std::string& site) const
  {
    const auto is_at = [&](const std::string& place) { return site == place || is_below(site, place); };
    return (python_ && !python_->prefix.empty() && is_at(python_->prefix)) ||
           (!image_.task_root.empty() && is_at(image_.task_root)) || is_at("opt/python");
  }

  void index_conda_files()
  {
    for (const Package* package : own_) {
      if (package->kind == Package::Kind::conda) {
        for (const std::string& file : package->files) {
          conda_files_.emplace(file, package);
        }
      }
    }
  }

  // A conda package of Python code brings its dist-info among its files.
  bool is_of_conda(const Package& package) const
  {
    const auto first = conda_files_.lower_bound(package.place);
    return first != conda_files_.end() &&
           (first->first == package.place || is_below(first->first, package.place));
  }

  void check_doubles()
  {
    std::map<std::tuple<std::string, std::string, Package::Kind>, std::vector<const Package*>> same;
    for (const Package* package : own_) {
      same[{package->site, package->name, package->kind}].push_back(package);
    }
    for (const auto& [key, packages] : same) {
      if (packages.size() > 1 && packages[0]->place != packages[1]->place) {
        findings_.add_for(
            packages[1]->name, "EL1126", packages[1]->place,
            fmt::format("{} is installed twice in one place: {} and {}", packages[1]->name,
                        packages[0]->version, packages[1]->version),
            fmt::format("make the environment anew, or remove the record of the one that is not used"));
      }
    }
  }

  void check_overwritten()
  {
    for (const Package* package : own_) {
      if (package->kind != Package::Kind::pip || is_of_conda(*package)) {
        continue;
      }
      const Package* loser = overwritten_by(*package);
      if (loser != nullptr) {
        findings_.add_for(package->name, "EL1127", package->place,
                          fmt::format("pip's {} {} wrote over files of conda's {} {}", package->name,
                                      package->version, loser->name, loser->version),
                          fmt::format("take {} from conda or from pip, not from both", loser->name));
      }
    }
  }

  // The conda package whose files a pip distribution has too, or whose name it has; nullptr for none. A file that is
  // not Python's package data (a script in bin) counts as well: one of the two is broken.
  const Package* overwritten_by(const Package& package) const
  {
    for (const std::string& file : package.files) {
      const auto found = conda_files_.find(file);
      if (found != conda_files_.end() && !file.ends_with(".pyc")) {
        return found->second;
      }
    }
    const auto same = std::ranges::find_if(own_, [&](const Package* other) {
      return other->kind == Package::Kind::conda && other->name == package.name &&
             is_below(package.place, other->site);
    });
    return same == own_.end() ? nullptr : *same;
  }

  // conda-meta keeps the records of what was left out of the image.
  bool is_left_out(const Package& package) const
  {
    return package.kind == Package::Kind::conda && std::ranges::none_of(package.files, [&](const std::string& file) {
             return file != package.place && image_.tree.find(file) != nullptr;
           });
  }

  // Whether the base's bootstrap puts its own copy first: it does, but for the code's and the layers' packages, wherever
  // envlift's does not run in its place.
  bool base_comes_first(const Package& own, const Package& base) const
  {
    if (!python_ || python_->is_launched || !starts_with_base_script(image_)) {
      return false;
    }
    // A conda package's site is the prefix itself.
    const bool is_of_environment = own.site == python_->prefix || is_below(own.site, python_->prefix);
    if (!is_of_environment || is_below(base.place, python_->prefix)) {
      return false;
    }
    const std::string configured = variable(image_.facts.image.config, "PYTHONPATH");
    const auto folders = text::split(configured, ':');
    if (is_below(base.place, "var/runtime")) {
      return true;   // the folder of the bootstrap itself
    }
    // Bootstraps before Python 3.11 do not put the base's site-packages first; "311" and "39" as digits_of has them.
    const std::string digits = digits_of(python_->minor);
    return configured.empty() ? digits.size() > 2 && digits >= "311"
                              : std::ranges::find(folders, "/" + base.site) != folders.end();
  }

  void report_base(const Package& own, const Package& base)
  {
    if (!base_comes_first(own, base)) {
      findings_.add_for(own.name, "EL1128", own.place,
                        fmt::format("the base has {} {} too: the environment's {} is imported", own.name,
                                    base.version, own.version),
                        "nothing: the environment comes first");
    }
    else if (own.version != base.version) {
      findings_.add_for(own.name, "EL1130", own.place,
                        fmt::format("{} {} of the base is imported, and not the environment's {}", own.name,
                                    base.version, own.version),
                        "build with `envlift build`, whose bootstrap puts the environment first");
    }
  }

  void check_base()
  {
    std::vector<std::string> sdk;
    unsigned long long sdk_bytes = 0;
    const Package* first = nullptr;
    std::set<std::string> told;
    for (const Package* package : own_) {
      const auto base = of_base_.find(package->name);
      if (base == of_base_.end() || is_left_out(*package) || !told.insert(package->name).second ||
          package->name == "awslambdaric") {
        continue;   // the client has to be there twice: the base's is for the base's Python
      }
      if (std::ranges::find(k_sdk, package->name) != k_sdk.end()) {
        sdk.push_back(package->name + " " + package->version);
        sdk_bytes += package->bytes;
        first = first == nullptr ? package : first;
        continue;
      }
      report_base(*package, *base->second);
    }
    if (first != nullptr) {
      findings_.add_for(first->name, "EL1129", first->place,
                        fmt::format("the runtime has the AWS SDK already: {} ({})", text::join(sdk, ", "),
                                    text::human_bytes(sdk_bytes)),
                        "leave them out of the environment, unless the function needs these versions");
    }
  }

  const Audited& image_;
  Findings& findings_;
  BaseLayers base_;
  std::optional<Interpreter> python_;
  std::vector<const Package*> own_;
  std::map<std::string, const Package*, std::less<>> of_base_;
  std::map<std::string, const Package*, std::less<>> conda_files_;
};

}   // namespace

void check_distributions(const Audited& image, Findings& findings)
{
  Distributions(image, findings).check();
}

}   // namespace envlift::audit
