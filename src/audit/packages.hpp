// The distributions and conda packages of an image, and the files that are theirs.
#pragma once

#include "audit/tree.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

struct Package {
  enum class Kind { conda, pip, system };
  Kind kind = Kind::pip;
  std::string name;                  // normalised
  std::string version;
  std::string place;                 // its dist-info folder or conda-meta file
  std::string site;                  // the prefix or site-packages folder that it lies in
  std::vector<std::string> tags;     // a wheel's ("cp311-cp311-manylinux_2_17_x86_64"); a conda build string's "py311"
  std::vector<std::string> files;    // image paths, as its list has them: some may not be there
  std::vector<unsigned long long> installed;   // the bytes of the first files when they were installed; 0 = not known
  std::vector<std::string>
      sums;   // the SHA-256 of the same files, as File::sha256; "" = not known; none of conda's
  std::vector<std::string>
      prefixed;   // of conda's files those that its prefix was written into: their sizes changed then
  unsigned long long bytes = 0;      // of the files that are there
};

class Packages {
public:
  explicit Packages(const Tree& tree);
  const std::vector<Package>& all() const { return all_; }
  // "numpy" for a file of numpy, and for the bytecode of its sources; "" for what no package owns.
  std::string owner_of(std::string_view path) const;
  // The same as an index of all().
  std::optional<std::size_t> index_of(std::string_view path) const;

private:
  // Later ones take files over from earlier ones: pip writes over conda's files, and both over the system's.
  void add(Package package, const Tree& tree);
  void add_bytecode(const Tree& tree);

  std::vector<Package> all_;
  std::map<std::string, std::size_t, std::less<>> owners_;
};

}  // namespace envlift::audit
