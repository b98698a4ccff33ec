// What an image's bytes are: by package and by layer. For reports; no check asks it.
#pragma once

#include "audit/facts.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

enum class Part {
  conda,      // a package that conda installed, over the base
  pip,        // one of pip's
  system,     // one of the system's
  code,       // the function's own files
  launcher,   // what envlift lays over the base: launcher, bootstrap
  unowned,    // over the base, and of no package
  base,       // all of the base image
};

// "conda", "your code", "base image".
std::string_view name_of(Part part);

// A folder or a file of a piece, or several small ones: then without a path.
struct Share {
  std::string path;                     // as short as it can be told: "numpy/_core"
  unsigned long long bytes = 0;
  std::size_t files = 0;
};

// What a package's list says of its installation, against what the image has.
struct Installed {
  unsigned long long bytes = 0;         // of the files whose sizes were written down: no bytecode
  unsigned long long left_out = 0;      // of those that are not there
  unsigned long long reduced = 0;   // by which the others shrank: stripped, or links to the same bytes
};

// Files that belong together. The pieces of an image have all of its files, each once.
struct Piece {
  Part part = Part::unowned;
  std::string name;   // a package's
  std::string version;
  unsigned long long bytes = 0;
  std::size_t files = 0;
  std::vector<Share> shares;   // together the bytes; largest first, the small ones last
  std::optional<Installed> installed;
  std::size_t layer = 0;   // the one that most of the bytes are in
};

// The reason for which a layer is pushed again.
enum class Change {
  code,   // every edit
  package,   // another version of one of its packages
  environment,   // any change of the environment
  launcher,   // another envlift, another base image
  base,   // another base image
  step,   // another result of the build step that made it
};

struct LayerPart {
  std::size_t piece = 0;   // index of Contents::pieces
  unsigned long long bytes = 0;
};

struct LayerContents {
  std::string diff_id;
  std::string made_by;   // of the history: "envlift: numpy 2.1.0", "COPY / /"
  Change change = Change::step;
  unsigned long long bytes = 0;   // of its files, unpacked
  unsigned long long hidden = 0;   // of those that layers above it replace or remove
  unsigned long long stored = 0;   // packed, as a registry has it; 0 = not known
  std::vector<LayerPart> parts;   // largest first
};

struct Contents {
  std::string platform;   // "linux/amd64"
  unsigned long long bytes = 0;   // of all layers, unpacked
  unsigned long long base_bytes = 0;   // of those of the base image
  std::size_t base_layers = 0;   // the lowest ones
  // Of the base's Python, SDK and runtime, where the image runs a Python of its own; else 0.
  unsigned long long spare_bytes = 0;
  std::vector<Piece> pieces;   // largest first
  std::vector<LayerContents> layers;   // lowest first
};

Contents contents(const ImageFacts& facts);

}   // namespace envlift::audit
