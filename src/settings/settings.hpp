// Everything a user can set. One table (settings.cpp) gives each setting its key, its flag, its
// variable and its text; flags, ENVLIFT_*, envlift.yaml and the reference page all come from it.
// Precedence: flag > variable > project's envlift.yaml > user file.
#pragma once

#include "diag/diag.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::settings {

struct Settings {
  std::string environment;          // environment file, relative to the project
  std::string handler;
  std::string code;                 // folder or file that becomes /var/task; "" = the project
  std::string base;                 // image reference; "{python}" is replaced by the minor
  std::string python;               // "3.11"; "" = the environment decides
  std::string arch = "x86_64";      // x86_64 | arm64
  std::string strategy;             // "" = by the kind of environment; swap | native
  std::string tag;
  int memory_mb = 1024;
  int timeout_s = 30;
  int ephemeral_storage_mb = 512;
  std::string installer_kind = "miniconda";
  std::string installer_url;        // "" = the base table's
  std::string installer_sha256;
  std::string channel_alias;
  std::vector<std::string> default_channels;
  std::vector<std::string> accept_tos;
  std::string ca_bundle;            // host file; secret-mounted
  std::string pip_config;           // host file; secret-mounted
  std::string condarc;              // host file; secret-mounted
  std::string build_network;        // "" | "host" | "none" | …
  std::string engine;               // "" = look; a path or name of a docker client
};

enum class Kind { text, integer, list, choice, path };

// One row of the table.
struct Row {
  std::string_view key;        // "installer.url" in YAML (a nested map), "ephemeral_storage"
  std::string_view flag;       // "--installer-url"
  std::string_view variable;   // "ENVLIFT_INSTALLER_URL"
  Kind kind;
  std::string_view doc;        // one line
  std::string_view choices;    // "x86_64|arm64" for Kind::choice
  // Stores the value; false when it has not the row's form.
  bool (*store)(Settings&, const std::vector<std::string>& values);
};

const std::vector<Row>& table();

// One file of settings: its name as shown, its text, and the folder its relative paths start from.
struct File {
  std::string name;
  std::string text;
  std::string folder;
};

struct Inputs {
  std::optional<File> user_file;
  std::optional<File> project_file;
  std::map<std::string, std::string> variables;                 // ENVLIFT_* as the process has them
  std::map<std::string, std::vector<std::string>> flags;        // by Row::flag
};

// The settings by precedence. Unknown keys, bad values and clashes (an installer.url without its
// sha256) are findings; every error names the nearest valid key.
Settings resolve(const Inputs& inputs, diag::Diagnostics& diagnostics, diag::Sources& sources);

// The reference page (docs/settings.md) made from the table.
std::string reference_page();

}  // namespace envlift::settings
