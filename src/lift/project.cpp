// Settings, environment, handler and plan of a project: the pure half, fed with files.
#include "base/path.hpp"
#include "environment/leaner.hpp"
#include "environment/size.hpp"
#include "input/input.hpp"
#include "lift/code_layer.hpp"
#include "lift/folder_hint.hpp"
#include "lift/lift.hpp"
#include "lift/project_files.hpp"
#include "lift/secret_files.hpp"
#include "plan/planner.hpp"
#include "sys/files.hpp"

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr const char* k_settings_file = "envlift.yaml";
constexpr std::size_t k_code_file_limit_bytes = std::size_t{16} << 20U;   // of a file that is parsed

// What leads from the working folder to the files of the project, in the words of the command line.
std::string shown_root(const std::string& path)
{
  std::string folder = sys::is_folder(path) ? path : path::parent(path);
  while (folder.size() > 1 && folder.ends_with('/')) {
    folder.pop_back();
  }
  return folder == "." ? "" : folder == "/" ? "/" : folder + "/";
}

// One settings file when it is there; a file that cannot be read is a finding.
std::optional<settings::File> settings_file(const std::string& path, const std::string& shown,
                                            diag::Diagnostics& diagnostics)
{
  if (!sys::exists(path)) {
    return std::nullopt;
  }
  auto text = sys::read_file(path, input::k_handwritten_limit_bytes);
  if (!text) {
    diagnostics.add(text.error().code, text.error().message, text.error().hint, {.file = shown});
    return std::nullopt;
  }
  return settings::File{shown, std::move(*text), path::parent(sys::absolute(path))};
}

// "" for none: ENVLIFT_CONFIG=/dev/null is the usual way to say so.
std::string user_settings_file(diag::Diagnostics& diagnostics)
{
  const std::string named = sys::environment_variable("ENVLIFT_CONFIG").value_or("");
  if (named.empty()) {
    const std::string folder = sys::config_folder();
    return folder.empty() ? "" : folder + "/config.yaml";
  }
  if (named == "/dev/null") {
    return "";
  }
  if (!sys::exists(named)) {
    diagnostics.add("EL0101", fmt::format("{}: no such file", named), "correct ENVLIFT_CONFIG or unset it",
                    {.file = "ENVLIFT_CONFIG"});
  }
  return sys::absolute(named);
}

settings::Settings resolve_settings(const Request& request, const std::string& root, diag::Diagnostics& diagnostics,
                                    diag::Sources& sources)
{
  settings::Inputs inputs;
  inputs.flags = request.flags;
  inputs.variables = sys::environment_variables("ENVLIFT_");
  if (const auto home = sys::environment_variable("HOME")) {
    inputs.variables.emplace("HOME", *home);   // for `~` in paths
  }
  if (const std::string user_file = user_settings_file(diagnostics); !user_file.empty()) {
    inputs.user_file = settings_file(user_file, user_file, diagnostics);
  }
  inputs.project_file = settings_file(root + "/" + k_settings_file, k_settings_file, diagnostics);
  return settings::resolve(inputs, diagnostics, sources);
}

// The environment file: the path itself, the setting, or the one that is found.
std::string choose_environment_file(const Request& request, Inspected& project, const ProjectFiles& files)
{
  if (!sys::is_folder(request.path)) {
    return std::string(path::file_name(sys::absolute(request.path)));
  }
  if (!project.settings.environment.empty()) {
    return project.settings.environment;
  }
  environment::Target target;
  target.arch = project.settings.arch;
  if (auto found = input::find_environment_file(files, target)) {
    return *found;
  }
  project.diagnostics.add("EL0107", fmt::format("no environment file in {}", request.path),
                          "put an environment.yml or a requirements.txt there, or name one with --environment",
                          {.file = "."});
  return "";
}

void read_environment(Inspected& project, const ProjectFiles& files)
{
  environment::Target target;
  target.arch = project.settings.arch;
  target.groups = project.settings.groups;
  target.extras = project.settings.extras;
  target.pixi_environment = project.settings.pixi_environment;
  target.has_known_glibc = plan::has_known_glibc(project.settings);
  target.choose_python = [&](const environment::Environment& environment) {
    return plan::choose_python(environment, project.settings);
  };
  target.python_minor = target.choose_python(project.environment);
  input::ReadResult read = input::read_environment(project.environment_file, files, target);
  // Markers speak of the Python that the file itself asks for. Where its reader learned that only on the way, it
  // reads again.
  if (const std::string asked = target.choose_python(read.environment); asked != read.python_minor) {
    target.python_minor = asked;
    read = {};   // a lock's text and packages are not needed twice
    read = input::read_environment(project.environment_file, files, target);
  }
  project.environment = std::move(read.environment);
  if (project.environment.uses_conda && project.environment.channels.empty()) {
    project.environment.channels = project.settings.channels;
  }
  project.diagnostics.append(read.diagnostics);
  project.sources = std::move(read.sources);
}

// The project's folder and settings; no root where there is no such folder.
Inspected settings_of_project(const Request& request)
{
  Inspected project;
  if (!sys::exists(request.path)) {
    project.diagnostics.add("EL0101", fmt::format("{}: no such file or folder", request.path), "check the path",
                            {.file = request.path});
    return project;
  }
  const std::string path = sys::absolute(request.path);
  project.root = sys::is_folder(path) ? path : path::parent(path);
  project.shown_root = shown_root(request.path);
  project.settings = resolve_settings(request, project.root, project.diagnostics, project.sources);
  return project;
}

Inspected read_project(const Request& request)
{
  Inspected project = settings_of_project(request);
  if (project.root.empty()) {
    return project;
  }
  diag::Sources settings_sources = std::move(project.sources);
  const ProjectFiles files(project.root);
  project.environment_file = choose_environment_file(request, project, files);
  if (!project.environment_file.empty()) {
    read_environment(project, files);
  }
  project.sources.merge(std::move(settings_sources));
  return project;
}

// Whether there is code to look at; a finding was added where there is none.
bool find_function(Planned& planned)
{
  Inspected& project = planned.inspected;
  const std::string code_root = project.root + "/" + (project.settings.code.empty() ? "." : project.settings.code);
  const auto read_code = [&](const std::string& path) -> std::optional<std::string> {
    auto text = sys::read_file(sys::is_folder(code_root) ? code_root + "/" + path : code_root, k_code_file_limit_bytes);
    return text ? std::optional(std::move(*text)) : std::nullopt;
  };
  const auto files = code_files(project.root, project.settings, project.environment, project.diagnostics);
  if (!files) {
    return false;
  }
  planned.function = function::locate(project.settings.handler, *files, read_code, project.diagnostics, project.sources,
                                      project.environment, project.settings.place_of("handler"));
  return true;
}

void check_leaner(Inspected& project)
{
  environment::check_leaner(project.environment, project.environment_file, project.settings.arch,
                            project.diagnostics);
}

}  // namespace

Inspected inspect(const Request& request)
{
  Inspected project = read_project(request);
  plan::check_python(project.environment, project.settings, project.diagnostics);
  project.base_notes = plan::base_notes(project.environment, project.settings);
  // Before anything is downloaded: is a zip out of the question?
  plan::check_bundled(project.environment, project.settings, project.diagnostics);
  check_leaner(project);
  environment::check_size(project.environment, project.environment_file, project.diagnostics);
  return project;
}

Planned make_plan(const Request& request)
{
  Planned planned{read_project(request), {}, {}};
  Inspected& project = planned.inspected;
  if (project.root.empty()) {
    return planned;
  }
  if (project.settings.tag.empty()) {
    project.settings.tag = settings::default_tag(std::string(path::file_name(project.root)));
  }
  check_local_packages(project.root, project.environment, project.diagnostics);
  check_secrets(project.settings, project.diagnostics);
  check_leaner(project);
  if (!request.environment_only && !find_function(planned)) {
    return planned;
  }
  project.diagnostics = with_folder_hint(project.diagnostics, request);
  planned.plan = plan::make_plan(project.environment, planned.function, project.settings, project.diagnostics);
  return planned;
}

Inspected read_settings(const Request& request)
{
  return settings_of_project(request);
}

}  // namespace envlift::lift
