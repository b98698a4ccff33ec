// The pipeline: input -> environment -> plan -> render -> engine -> invoke. Each function below is a
// command's work as one call per stage; nothing here prints but through Talk.
#pragma once

#include "base/result.hpp"
#include "diag/diag.hpp"
#include "engine/doctor.hpp"
#include "engine/engine.hpp"
#include "environment/environment.hpp"
#include "function/function.hpp"
#include "invoke/invoke.hpp"
#include "plan/plan.hpp"
#include "render/render.hpp"
#include "report/talk.hpp"
#include "settings/settings.hpp"
#include "suite/suite.hpp"
#include "sys/process.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace envlift::lift {

// What the command line says.
struct Request {
  std::string command;                                       // "plan", for hints
  std::string path = ".";                                    // project folder, or an environment file
  std::map<std::string, std::vector<std::string>> flags;     // by settings::Row::flag
  std::string templates_folder;                              // "" = the built-in templates
  bool dockerfile = false;                                   // build as the rendered Dockerfile says
  bool fresh = false;                                        // build without what earlier builds left
  bool environment_only = false;                             // no handler is looked for, and no code
  std::vector<suite::Case> cases;                            // that `slim: trace` asks besides the project's own
};

// A project whose settings and environment were read. Findings are in `diagnostics`; with errors the
// rest is as complete as it could be read.
struct Inspected {
  std::string root;                                          // absolute project folder
  std::string shown_root;                                    // the same as the user wrote it: "" or "sub/project/"
  std::string environment_file;                              // relative to root
  settings::Settings settings;
  environment::Environment environment;
  std::vector<plan::Note> base_notes;                        // of inspect() alone
  diag::Diagnostics diagnostics;
  diag::Sources sources;
};

struct Planned {
  Inspected inspected;
  function::Function function;
  plan::Plan plan;
};

Inspected inspect(const Request& request);
// The plan; when inspected.diagnostics has errors, the plan must not be used.
Planned make_plan(const Request& request);

Result<std::string> render_dockerfile(const Planned& planned, const Request& request);
// Writes the whole context. The folder must be absent, empty, or as envlift wrote it before; `force` takes one that
// was changed since, too. A failure leaves what it holds.
Result<> write_context(const Planned& planned, const Request& request, const std::string& folder,
                       bool force = false);
// The line that builds the context in a folder. Only `build` and `up` write the netrc of the credentials that stood in
// URLs; where the setting `netrc` names none, the line has k_netrc_placeholder in its place.
inline constexpr const char* k_netrc_placeholder = "NETRC";
std::string build_line(const Planned& planned, const std::string& folder);
// The findings of a plan that is rendered: in place of "reach the build as a secret", what the user must do for it.
diag::Diagnostics findings_of_render(const Planned& planned);

// The settings alone, those of the folder's envlift.yaml among them, for commands that need no environment file
// (invoke, doctor).
Inspected read_settings(const Request& request);

struct Built {
  engine::Image image;
  std::optional<unsigned long long> added_bytes;   // what the image adds to its base, unpacked; nothing = not known
  bool beyond_zip = false;                         // whether no zip could hold that
  std::string config;                              // of an image that was put together here; "" of another
  engine::Image base;                              // of such an image
  diag::Diagnostics findings;                      // why `slim: trace` left nothing out
};

// Renders into a temporary folder, builds, and looks at the image. Where the engine can take layers it builds those of
// the environment only, and the image is put together here.
Result<Built> build(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk);

// The engine, and the clients that were passed over for it: said, or a detail where another thing is the point.
enum class EngineLine { detail, said };
struct Connected {
  std::unique_ptr<sys::Processes>
      processes;   // that tell `talk` what they run; the engine's, so it goes first
  std::unique_ptr<engine::Engine> engine;
};
Result<Connected> connect(const settings::Settings& settings, engine::Need need, report::Talk& talk,
                          EngineLine shown = EngineLine::detail);

// The event of a command: a file, "-" for stdin, or `fallback` when nothing is named. It is JSON, or an EL1002 whose
// line is in `sources`.
Result<std::string> read_event(const std::string& named, const std::string& fallback, diag::Sources& sources);

struct InvokeRequest {
  std::string image;
  std::string event;
};
Result<invoke::Invoked> invoke_image(engine::Engine& engine, const settings::Settings& settings,
                                     const InvokeRequest& request, report::Talk& talk);
// The settings with which a project's own image is asked: its CMD is the handler.
settings::Settings run_settings(const Planned& planned);
// The function of an image as the settings have it.
invoke::Target target_of(const settings::Settings& settings, const std::string& image);
// Removes what runs of this machine left that were killed: containers and temporary folders.
void remove_abandoned(engine::Engine& engine);
Result<> serve_image(engine::Engine& engine, const settings::Settings& settings, const std::string& image, int port,
                     report::Talk& talk);

std::vector<engine::Check> diagnose(const settings::Settings& settings);

}  // namespace envlift::lift
