// What the readers of solved lists share: conda packages by URL and checksum, pip packages pinned to a file.
#pragma once

#include "input/conda_sections.hpp"
#include "input/requirements.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace envlift::input {

struct LockedConda {
  std::string url;
  std::string md5;      // "" when the list has none
  std::string sha256;
  diag::Span span;
  std::string glibc = {};   // the bounds of `__glibc` that the package depends on, ">=2.28,<3.0.a0"
  unsigned long long bytes = 0;   // of the archive; 0 = the list does not tell
};

struct LockedPip {
  std::string name;
  std::string version;    // "" where the list has none
  std::string url;        // the file or the repository; "" = by name and version from the index
  std::string path;       // local project or archive, relative to the list
  std::vector<std::string> hashes;   // "sha256:…"
  bool editable = false;
  diag::Span span;
  bool from_index = false;   // the URL is that of the file which an index had
};

// Takes the packages of one list, in any order, and puts them into the environment with finish().
class LockedPackages {
public:
  explicit LockedPackages(CondaFile& file) : file_(file) {}

  void add(const LockedConda& package);
  void add(LockedPip package);
  // An option of pip for the whole run, as "--index-url" and "https://…".
  void add_option(std::string_view option, std::string_view value, const diag::Span& span);
  // A requirement as pip reads it.
  void add_requirement(std::string text, const diag::Span& span);

  // Sets the environment's `conda_locked` and `pip_locked`, hands the pip side to the reader of
  // requirements, and adds the findings that speak of many packages at once.
  void finish();

private:
  struct Artifact {
    std::string url;
    std::size_t line = 0;
  };

  void add_line(const LockedPip& package);
  // Why there is no package at the URL that an image can have: a finding was added.
  bool refuse(const LockedConda& package, const environment::MatchSpec& spec);
  bool refuse(const LockedPip& package);
  bool refuse_wheel(const LockedPip& package);
  void list_refused(const LockedPip& package);
  bool is_by_index(const LockedPip& package) const;
  std::string line_of(const LockedPip& package) const;
  void take_names_and_origins();
  bool is_repeated(const environment::MatchSpec& spec, const diag::Span& span);
  void take_hashes(const LockedConda& package, environment::CondaPackage& into);
  void take_python(const environment::CondaPackage& package);
  void report_other_subdirs();

  CondaFile& file_;
  std::unordered_map<std::string, Artifact> by_name_;
  std::vector<LockedPip> pip_;   // until the Python that they are for is known
  std::vector<RequirementLine> lines_;
  using Place = std::pair<std::size_t, std::size_t>;   // line and column
  std::map<Place, std::string> path_names_;
  std::set<Place> from_index_;
  std::vector<environment::MatchSpec> other_subdirs_;
  diag::Span first_other_subdir_;
  bool has_other_index_ = false;
};

// Why a package list says that it is not for the image: EL0240 at the place, for the platform it names.
void refuse_platform(std::string_view platform, const diag::Span& place, CondaFile& file);

// Reports that a list of solved packages has none for the image; `there` are the platforms that it has.
void refuse_missing_platform(const std::vector<std::string>& there, const diag::Span& place, CondaFile& file);

// `linux-64` of "# platform: linux-64"; "" for every other line.
std::string_view platform_comment(std::string_view line);

// The name that conda gives a channel of its default host, else the URL without its last slash.
std::string channel_name(std::string_view url);
// Takes the channel of a lock's list, `item`, unless its URL has credentials that cannot be moved apart (EL0208).
void add_locked_channel(const std::string& url, const YamlNode& item, CondaFile& file);

}  // namespace envlift::input
