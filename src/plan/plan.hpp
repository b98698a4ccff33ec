// The plan: the image that will be built, as data. Everything after it (render, engine, report)
// reads these types and nothing else. Secrets appear as ids, never as values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace envlift::plan {

// --- Instructions of a stage ---------------------------------------------------------------

struct CacheMount {
  std::string target;                     // folder in the builder
  bool shared = false;                    // by builds at the same time; else they wait for one another
};

struct SecretMount {
  std::string id;                         // lies at /run/secrets/<id>
};

using Mount = std::variant<CacheMount, SecretMount>;

struct Workdir {
  std::string path;
};

struct User {
  std::string name;
};

struct Env {
  std::vector<std::pair<std::string, std::string>> variables;   // in order
};

// From the context, or from an earlier stage. A destination with several sources ends with '/'.
struct Copy {
  std::vector<std::string> sources;
  std::string destination;
  std::string from_stage;                 // "" = the build context
};

struct Run {
  std::vector<std::string> argv;          // exec form, never a shell line
  std::vector<Mount> mounts;
};

struct Entrypoint {
  std::vector<std::string> argv;
};

struct Cmd {
  std::vector<std::string> argv;
};

using Instruction = std::variant<Workdir, User, Env, Copy, Run, Entrypoint, Cmd>;

struct Step {
  Instruction instruction;
  std::string comment;                    // why it stands here; printed above it
};

struct Stage {
  std::string name;                       // "" for the final stage
  std::string base;                       // image reference
  std::vector<Step> steps;
};

// --- The build context -----------------------------------------------------------------------

struct TextFile {
  std::string path;                       // in the context
  std::string text;
};

struct TemplateFile {
  std::string path;                       // in the context
  std::string name;                       // the template it is made from
  std::map<std::string, std::string> values;
  std::map<std::string, bool> sections;
};

struct ProjectFile {
  std::string path;                       // in the context
  std::string source;                     // below the project folder
  bool executable = false;
};

struct ProjectFolder {
  std::string path;                       // in the context
  std::string source;                     // below the project folder, whole (a local package)
};

using ContextEntry = std::variant<TextFile, TemplateFile, ProjectFile, ProjectFolder>;

struct SecretFile {
  std::string id;
  std::string setting;                    // the setting that names the host file
  std::string host_path;
};

// --- The whole -------------------------------------------------------------------------------

enum class Strategy { swap, native, os_only, custom };
std::string to_string(Strategy strategy);

// A row of the base table, resolved for this plan.
struct Base {
  std::string reference;                  // what the FROM of the image says
  std::string builder;                    // what the builder's says; another one where the base has no Python
  std::string python_minor;               // "3.11"
  std::string os;                         // "Amazon Linux 2"
  std::string glibc;                      // "2.26"
  std::string end_of_life;                // "2026-06-30"; Lambda's deprecation date; "" = not known
};

// One decision, for `plan --explain`.
struct Note {
  std::string topic;                      // "base", "strategy", "python", "order", …
  std::string text;
};

struct Plan {
  Strategy strategy = Strategy::swap;
  Base base;
  std::string arch = "x86_64";
  std::string handler;
  std::string tag;
  std::string build_network;
  std::vector<Stage> stages;
  std::vector<ContextEntry> context;
  std::vector<SecretFile> secrets;
  std::vector<Note> notes;
};

}  // namespace envlift::plan
