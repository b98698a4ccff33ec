// A built environment and what was opened of it -> which files stay (docs/decisions/0013-slim-by-trace.md).
#pragma once

#include "audit/facts.hpp"
#include "slim/trace.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::slim {

struct Place {
  std::string prefix;    // of the environment: "opt/env"
  std::string library;   // its Python's: "opt/env/lib/python3.11"
};

enum class Fate : std::uint8_t {
  reduced,   // the source of a module whose bytecode Python takes without a look at it: stays as audit::k_reduced_source
  left_out,   // a file, a link or a folder
};

// By path in the image; what is not named stays whole.
using Fates = std::map<std::string, Fate, std::less<>>;

// The same facts, trace and patterns give the same fates. Left out are modules with their bytecode, extension modules
// and text for compilers that nobody opened, the rest of packages that nobody imported, and shared objects that only
// these ask for. `kept` are patterns of the setting `keep`.
Fates choose(const std::vector<audit::LayerFacts>& layers, const Trace& trace, const Place& place,
             const std::vector<std::string>& kept);

// What went, for the user.
struct Loss {
  std::string name;   // "pandas", "Python's own library"
  unsigned long long bytes = 0;
};
struct Summary {
  std::size_t files = 0;   // left out
  std::size_t reduced = 0;
  unsigned long long bytes = 0;
  std::vector<Loss> losses;   // the largest first
};
Summary summary(const std::vector<audit::LayerFacts>& layers, const Fates& fates, const Place& place);

// The files that are missing by what a failed run says: a module ("No module named 'a.b'"), or the name of a file.
std::vector<std::string> missed(std::string_view text, const Fates& fates, const Place& place);

}   // namespace envlift::slim
