// The sources of a package in a pylock.toml (PEP 751).
#pragma once

#include "input/pip_locked.hpp"
#include "input/toml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// A file, and where it lies.
struct PylockEntry {
  LockedFile file;
  std::string url;
  std::string path;
};

class PylockFiles {
public:
  PylockFiles(const TomlReader& toml, const environment::Target& target, diag::Diagnostics& diagnostics)
      : toml_(toml),
        target_(target),
        diagnostics_(diagnostics)
  {}

  // `wheels` and `sdist`; nothing where one of them is not as it must be.
  std::optional<std::vector<PylockEntry>> entries(const toml::table& table, const LockedPackage& package) const;
  // Files of an index, or the one of them that is taken where there is no index.
  bool of_index(std::vector<PylockEntry> entries, LockedPackage& package) const;
  // `vcs`, `directory`, `archive`.
  bool of_place(const toml::table& table, LockedPackage& package) const;

private:
  std::optional<PylockEntry> entry(const toml::table& table, const LockedPackage& package) const;
  std::string hash(const toml::table& table, const LockedPackage& package, bool& is_good) const;
  bool take_one(const std::vector<PylockEntry>& entries, LockedPackage& package) const;
  bool of_vcs(const toml::table& vcs, LockedPackage& package) const;
  bool refuse(std::string_view code, std::string message, std::string hint, const diag::Span& place) const;

  const TomlReader& toml_;
  const environment::Target& target_;
  diag::Diagnostics& diagnostics_;
};

// Moves `wheels` and `sdist` out of a package, but for their keys, where they are as they must be; else they stay.
std::vector<PylockEntry> take_entries(toml::table& package);

}  // namespace envlift::input
