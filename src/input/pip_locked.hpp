// Packages of a lock -> environment, whatever the lock's format.
#pragma once

#include "environment/requirement.hpp"
#include "input/input.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace envlift::input {

struct LockedFile {
  std::string name;   // of the file
  std::string hash;   // "sha256:…", "" when the lock has none
};

// The files of each package of a lock, by its number.
template <class File>
class FilesOfPackages {
public:
  void put(std::size_t number, std::vector<File> files)
  {
    all_.resize(std::max(all_.size(), number + 1));
    all_[number] = std::move(files);
  }
  std::vector<File> take(std::size_t number) { return std::move(all_[number]); }

private:
  std::vector<std::vector<File>> all_;
};

struct LockedPackage {
  std::string name = {};      // normalised
  std::string version = {};
  std::vector<LockedFile> files = {};   // wheels, sdists
  std::string url = {};   // of an archive or a repository (`git+https://…@COMMIT`); the files are its own
  bool from_index = false;   // the URL is the one file of an index that is taken
  std::string path = {};   // of a folder or archive, from the lock's folder
  bool editable = false;
  std::string index = {};   // URL of the index, "" for pip's own
  diag::Span place = {};
  diag::Span index_place = {};
};

// Puts a lock's packages into the environment.
class LockWriter {
public:
  LockWriter(std::string path, const FileSource& files, const environment::Target& target,
             ReadResult& result);

  // Adds the package, or drops it where it is of another system, or adds a finding.
  void add(const LockedPackage& package);
  // Lists a package that an error was reported for, by what is known of it without its place.
  void list_refused(const LockedPackage& package);
  void drop(std::string name, std::string reason, diag::Span place);
  // Adds what concerns the lock as a whole: indexes, the note on packages of other systems.
  void finish();

  // "its marker is false for Python 3.11 on Linux x86_64: …"
  std::string false_marker(std::string_view marker) const;

private:
  bool take_url(const LockedPackage& package, environment::PipPackage& row);
  bool take_path(const LockedPackage& package, environment::PipPackage& row);
  bool take_files(const LockedPackage& package, environment::PipPackage& row);
  bool take_wheel(std::string_view file_name, environment::PipPackage& row) const;
  std::vector<const LockedFile*> take_fitting(const LockedPackage& package,
                                              environment::PipPackage& row) const;
  void take_hashes(const LockedPackage& package, const std::vector<const LockedFile*>& chosen,
                   environment::PipPackage& row);
  bool refuse(std::string_view code, std::string message, std::string hint, const diag::Span& place);

  std::string path_;
  const FileSource& files_;
  const environment::Target& target_;
  ReadResult& result_;
  struct Index {
    std::string url;   // "" is pip's own
    diag::Span place;   // in the first package from it
  };
  std::vector<Index> indexes_;
  std::vector<std::size_t> foreign_;   // indices of `dropped`
};

// Markers of a lock: each text is evaluated once, and each finding on it made once.
class LockMarkers {
public:
  LockMarkers(const environment::Target& target, environment::Chosen chosen, diag::Diagnostics& diagnostics)
      : target_(target),
        chosen_(std::move(chosen)),
        diagnostics_(diagnostics)
  {}

  // True for "", and for what shows in the build only.
  bool holds(std::string_view marker, const diag::Span& place);

private:
  const environment::Target& target_;
  environment::Chosen chosen_;
  diag::Diagnostics& diagnostics_;
  std::unordered_map<std::string, bool> known_;
};

// Whether some patch release of the target's Python is in the set; nothing when the set is not PEP 440.
std::optional<bool> python_fits(std::string_view specifiers, const environment::Target& target);
// Whether every patch release of it is.
bool python_fits_surely(std::string_view specifiers, const environment::Target& target);

// EL0414: the lock is for other Pythons than the target's.
void refuse_python(std::string_view written, const diag::Span& place, const environment::Target& target,
                   ReadResult& result);
// Takes the lock's `requires-python` into the environment; EL0414 when the target's Python is not in it.
void take_python(const std::string& specifiers, const diag::Span& place, environment::Target& target,
                 ReadResult& result);

}   // namespace envlift::input
