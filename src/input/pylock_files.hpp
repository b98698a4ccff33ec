// The sources of a package in a pylock.toml (PEP 751).
#pragma once

#include "input/pip_locked.hpp"
#include "input/toml.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

class PylockFiles {
public:
  PylockFiles(const TomlReader& toml, const environment::Target& target, diag::Diagnostics& diagnostics)
      : toml_(toml),
        target_(target),
        diagnostics_(diagnostics)
  {}

  // `wheels` and `sdist`: files of an index, or the one of them that is taken where there is no index.
  bool of_index(const toml::table& table, LockedPackage& package) const;
  // `vcs`, `directory`, `archive`.
  bool of_place(const toml::table& table, LockedPackage& package) const;

private:
  // A file, and where it lies.
  struct Entry {
    LockedFile file;
    std::string url;
    std::string path;
  };

  std::optional<Entry> entry(const toml::table& table, const LockedPackage& package) const;
  std::string hash(const toml::table& table, const LockedPackage& package, bool& is_good) const;
  bool take_one(const std::vector<Entry>& entries, LockedPackage& package) const;
  bool of_vcs(const toml::table& vcs, LockedPackage& package) const;
  bool refuse(std::string_view code, std::string message, std::string hint, const diag::Span& place) const;

  const TomlReader& toml_;
  const environment::Target& target_;
  diag::Diagnostics& diagnostics_;
};

}  // namespace envlift::input
