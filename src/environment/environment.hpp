// The normalized environment: what every reader produces and every later stage reads.
// Pure data; `inspect --json` is its published form (docs/schema/).
#pragma once

#include "base/secret.hpp"
#include "diag/diag.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace envlift::environment {

struct SourceFile {
  std::string path;     // as shown to the user, relative to the project
  std::string format;   // "conda-environment", "pip-requirements"
};

// A conda MatchSpec (CEP 29), canonical in `spec`.
struct CondaPackage {
  std::string name;      // lower case
  std::string spec;      // canonical MatchSpec as it will be solved
  std::string version;   // the version constraint as canonical text, "" when free
  std::string build;
  std::string channel;
  std::string subdir;
  std::string url;
  std::string md5;
  std::string sha256;
  diag::Span span;
  int glibc_minor = 0;                    // N of the least glibc 2.N that it runs with, where its lock says so
  unsigned long long archive_bytes = 0;   // of the archive at `url`; 0 = the file does not tell
};

// A pip requirement (PEP 508), canonical in `requirement`.
struct PipPackage {
  std::string name;          // PEP 503-normalised; "" where it cannot be known (a path, a bare URL)
  std::string requirement;   // canonical PEP 508; for a path or bare URL the line's own text
  std::string url;           // of `name @ URL`, archives and VCS
  std::string marker;        // canonical text; the marker is true for the target
  std::vector<std::string> hashes;   // "sha256:…"
  bool from_index = false;   // `url` only says which file of an index a lock chose: no direct reference (PEP 610)
  bool editable = false;
  std::string path;          // local project or archive, relative to the project
  std::vector<std::string> extras;   // normalised, sorted
  std::string specifier;     // canonical PEP 440 set, "" when free
  std::vector<std::string> config_settings;
  int glibc_minor = 0;   // N of the least glibc 2.N that one of its locked wheels runs with; 0 = any
  bool has_source = false;   // the lock has its source beside the wheels
  diag::Span span;
  unsigned long long archive_bytes = 0;   // of the smallest file that a lock has for the image; 0 = unknown
};

// A line of a requirements file that is an option for the whole run ("--index-url", "URL").
struct PipOption {
  std::string option;   // long form
  std::string value;    // "" for switches
  diag::Span span;
};

struct Constraint {
  std::string requirement;           // canonical PEP 508
  std::vector<std::string> hashes;
  diag::Span span;
};

// Something read and not installed.
struct Dropped {
  std::string name;
  std::string reason;
  diag::Span span;
};

// What a host asks for; the file had it in a URL.
struct Credential {
  std::string host;                    // without port
  std::string user;
  Secret password;
  diag::Span span = {};                // of the line that has it
};

struct Environment {
  std::vector<SourceFile> sources;
  std::string name;
  std::string python;                  // constraint as written; "" when the file has none
  std::vector<std::string> channels;   // as written, in order; without `nodefaults`
  std::map<std::string, diag::Span> channel_places;   // of those that a line of the file names
  bool nodefaults = false;
  std::map<std::string, std::string> variables;
  std::vector<CondaPackage> conda;     // includes python where the file has it
  std::vector<PipPackage> pip;
  std::vector<PipOption> pip_options;
  std::vector<Constraint> constraints;
  std::vector<Dropped> dropped;
  std::vector<Credential> credentials;   // one a host; no other text of the environment holds any

  // Whether conda installs: the file came from the conda side.
  bool uses_conda = false;
  // Whether `conda` is the whole answer of a solve: every package has its url, nothing is solved again.
  bool conda_locked = false;
  // Whether `pip` is: every package pinned, installed without looking at dependencies.
  bool pip_locked = false;
  diag::Span python_span;
};

// What the environment is evaluated for: Lambda's Linux, and the parts of the file that are asked for.
struct Target {
  std::string python_minor = "3.13";   // "3.11"; decides markers
  std::string arch = "x86_64";         // x86_64 | arm64
  // Whether the image's glibc is that of AWS's base for the Python; nothing is known of another base's.
  bool has_known_glibc = true;
  // The image's Python for an environment whose `python` is known; empty = `python_minor` stays.
  std::function<std::string(const Environment&)> choose_python = {};

  // Beyond what a file installs by default: dependency groups (PEP 735, poetry, Pipfile's `develop` as
  // "develop", conda-lock's categories), extras, and the environment of a pixi file. As the user wrote them.
  std::vector<std::string> groups = {};
  std::vector<std::string> extras = {};
  std::string pixi_environment = "";   // "" = "default"
};

// Sets the target's Python to the one that the environment's own constraint leads to. A reader that knows the
// constraint before it evaluates a marker calls it then, and its file need not be read twice.
inline void settle_python(const Environment& environment, Target& target)
{
  if (target.choose_python) {
    target.python_minor = target.choose_python(environment);
  }
}

}  // namespace envlift::environment
