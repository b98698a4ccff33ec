// Everything a user can set. One table (settings.cpp) gives each setting its key, its flag, its
// variable and its text; flags, ENVLIFT_*, envlift.yaml and the reference page all come from it.
// Precedence: flag > variable > project's envlift.yaml > user file.
#pragma once

#include "diag/diag.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace envlift::settings {

struct Settings {
  std::string environment;          // environment file, relative to the project
  std::vector<std::string> groups;  // dependency groups to install besides the default ones
  std::vector<std::string> extras;  // extras of the project to install
  std::string pixi_environment;     // "" = default
  std::string handler;
  std::string code;                 // folder or file that becomes /var/task; "" = the project
  std::string base;                 // image reference; "{python}" is replaced by the minor
  std::string os_base;              // image reference; "{os}" is replaced by "al2" or "al2023"
  std::string python;               // "3.11"; "" = the environment decides
  std::string arch = "x86_64";      // x86_64 | arm64
  std::string strategy;   // "" = by the kind of environment; swap | native | os-only | custom
  std::string tag;
  int memory_mb = 1024;
  int timeout_s = 30;
  int ephemeral_storage_mb = 512;
  int max_init_ms = 0;              // budget of the init; 0 = none
  std::string sandbox = "on";       // on | tmpfs | off
  bool fake_credentials = false;
  std::string emulator_path;        // host file
  std::string emulator_url;
  std::string emulator_sha256;
  std::string installer_kind = "miniconda";
  std::string installer_url;        // "" = the base table's
  std::string installer_sha256;
  std::vector<std::string> channels;   // where the environment names none
  std::string channel_alias;
  std::vector<std::string> default_channels;
  std::vector<std::string> accept_tos;
  bool no_prune = false;
  std::vector<std::string> keep;    // what of that which is pruned stays: "tests:numpy", "share/doc/**"
  bool no_strip = false;
  bool debug_ranges = false;        // columns of tracebacks in the environment's bytecode
  std::string ca_bundle;            // host file; secret-mounted
  std::string pip_config;           // host file; secret-mounted
  std::string condarc;              // host file; secret-mounted
  std::string netrc;                // host file; secret-mounted
  std::string build_network;        // "" | "host" | "none" | …
  std::string engine;               // "" = look; a path or name of a docker client
  std::string registry;   // HOST[:PORT] of a push
  std::string repository;   // of a push
  std::string region;   // of AWS; "" = as the SDKs find it
  std::string push_tag = "content";   // content | git
  bool plain_http = false;   // the registry speaks no TLS

  // Where each value that is not a default came from, by key: a place in a settings file, or a span
  // whose file is the flag ("--memory") or the variable ("ENVLIFT_MEMORY").
  std::map<std::string, diag::Span, std::less<>> origin;
  // The origin of a key, for findings that later stages make about its value; an empty span for a
  // default.
  diag::Span place_of(std::string_view key) const;
};

// program: a name that is looked up on PATH, or a path. toggle: true or false; its flag stands alone.
enum class Kind { text, integer, list, choice, path, program, toggle };

// What a value has not: "is not a minor version of Python", and the cure.
struct Complaint {
  std::string message;
  std::string hint;
  std::string_view code = "EL0603";
};

// The form of one value (of one item, for a list); nothing when it has it.
using Check = std::optional<Complaint> (*)(std::string_view value);

// The member that a row fills.
using Slot = std::variant<std::string Settings::*, int Settings::*, bool Settings::*, std::vector<std::string> Settings::*>;

// Bounds of a Kind::integer, both allowed.
struct Range {
  int least = 0;
  int most = 0;
};

// One row of the table.
struct Row {
  std::string_view key;   // "installer.url" in YAML (a nested map)
  std::string_view flag;       // "--installer-url"
  std::string_view variable;   // "ENVLIFT_INSTALLER_URL"
  Kind kind;
  std::string_view doc;        // one line
  std::string_view unset;      // what happens without a value, where Settings has no default to show
  Slot slot;
  Check check = nullptr;       // nullptr: every printable text will do
  std::string_view choices = {};   // "x86_64|arm64" for Kind::choice
  Range range = {};
};

const std::vector<Row>& table();

// A variable that envlift reads and that is no setting.
struct ProcessVariable {
  std::string_view name;
  std::string_view doc;
};
const std::vector<ProcessVariable>& process_variables();

// One file of settings: its name as shown, its text, and the folder its relative paths start from.
struct File {
  std::string name;
  std::string text;
  std::string folder;   // absolute
};

struct Inputs {
  std::optional<File> user_file;
  std::optional<File> project_file;
  std::map<std::string, std::string> variables;                 // ENVLIFT_*, and HOME for `~` in paths
  std::map<std::string, std::vector<std::string>> flags;        // by Row::flag
};

// The settings by precedence; a list replaces the one of a lower level. Unknown keys (with the nearest
// valid one), bad values and clashes (an installer.url without its sha256) are findings, and a bad
// value is not stored. An empty variable counts as one that is not set.
Settings resolve(const Inputs& inputs, diag::Diagnostics& diagnostics, diag::Sources& sources);

// The tag of an image whose settings name none, from the project folder's name.
std::string default_tag(const std::string& folder_name);

// The reference page (docs/settings.md) made from the table.
std::string reference_page();

}  // namespace envlift::settings
