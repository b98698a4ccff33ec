// What a build installed, as a lock that the next build takes instead of the loose file: conda-lock.yml (version 1) for
// conda's environments, pylock.toml (PEP 751) for those of pip alone.
#pragma once

#include "base/result.hpp"
#include "environment/environment.hpp"
#include "plan/plan.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::report {

struct InstalledConda {
  std::string name, version, build, channel, subdir, url, md5, sha256;
  std::vector<std::string> depends;   // MatchSpecs
};

struct InstalledPip {
  std::string name;   // normalised
  std::string version;
  std::string url;   // without credentials; "" where pip was too old to say
  std::string path;   // below the context's environment/, for what came with the project
  bool direct = false;   // asked for by its place (PEP 610), not found in an index
  std::map<std::string, std::string> hashes;   // by algorithm
  std::string vcs, commit, subdirectory;
};

struct Installed {
  std::vector<InstalledConda> conda;
  std::vector<InstalledPip> pip;
};

// The builder's record, out of its index of layers (templates/build_installed.py); EL1203 when it cannot be read.
Result<Installed> parse_installed(std::string_view index);

// What of the project the lock says, besides the packages.
struct LockSource {
  std::string file;   // that was locked; beside the lock where nothing else was asked for
  const environment::Environment& environment;
  const plan::Plan& plan;
  std::vector<std::string> groups = {}, extras = {};   // that were asked for
  std::string base_id =
      "";   // of the builder's base image: the same lock on the same base makes the same layers
};

struct Lock {
  std::string text;
  std::size_t conda = 0, pip = 0;   // how many packages
  std::vector<std::string> unhashed = {};   // packages of which it has no hash
};

// EL1202 for what has no place that a lock could name.
Result<Lock> conda_lock(const Installed& installed, const LockSource& source);
Result<Lock> pylock(const Installed& installed, const LockSource& source);

// The one that the plan's environment has, and the name under which the readers find it in a folder.
Result<Lock> lock(const Installed& installed, const LockSource& source);
std::string lock_name(const plan::Plan& plan);

// The ID of the base image that a lock of ours was made on; nothing where it does not tell.
std::optional<std::string> locked_base(std::string_view text);

// The file that a lock of ours was made from; nothing where the text is not ours.
std::optional<std::string> locked_file(std::string_view text);

}   // namespace envlift::report
