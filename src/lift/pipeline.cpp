// Plan -> context -> image -> answer: the half that touches the world.
#include "lift/lift.hpp"

#include "base/text.hpp"
#include "lift/project_files.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"
#include "sys/process.hpp"

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_event_limit_bytes = std::size_t{6} << 20U;   // Lambda's own limit on a request
constexpr std::size_t k_template_limit_bytes = std::size_t{1} << 20U;

render::TemplateText templates(const Request& request)
{
  if (request.templates_folder.empty()) {
    return &render::builtin_template;
  }
  return [folder = request.templates_folder](const std::string& name) -> std::optional<std::string> {
    if (auto text = sys::read_file(folder + "/" + name, k_template_limit_bytes)) {
      return *text;
    }
    return render::builtin_template(name);
  };
}

Result<> claim_folder(const std::string& folder)
{
  if (!sys::exists(folder)) {
    return sys::make_folders(folder);
  }
  const bool ours = sys::exists(folder + "/" + k_context_mark);
  if (!sys::is_folder(folder) || (!ours && !sys::list_names(folder).empty())) {
    return fail({"EL0121", fmt::format("{} is not empty and was not written by envlift", folder),
                 "name an empty or a new folder", ExitCode::input_error, {}});
  }
  // What an earlier render wrote goes; the folder itself may be a mount point and stays.
  for (const std::string& name : sys::list_names(folder)) {
    ENVLIFT_TRY(sys::remove_tree(folder + "/" + name));
  }
  return {};
}

bool skip_in_local_project(const std::string& relative)
{
  return function::is_excluded(relative);
}

Result<> copy_project_folder(const std::string& root, const plan::ProjectFolder& entry, const std::string& folder)
{
  for (const sys::Listed& file : sys::list_files(root + "/" + entry.source, &skip_in_local_project, k_context_mark)) {
    ENVLIFT_TRY(sys::copy_file(root + "/" + entry.source + "/" + file.path,
                               folder + "/" + entry.path + "/" + file.path, file.executable));
  }
  return {};
}

}  // namespace

Result<std::string> render_dockerfile(const Planned& planned, const Request& request)
{
  return render::dockerfile(planned.plan, templates(request));
}

Result<> write_context(const Planned& planned, const Request& request, const std::string& folder)
{
  ENVLIFT_TRY_ASSIGN(const render::Context context, render::context(planned.plan, templates(request)));
  ENVLIFT_TRY(claim_folder(folder));
  ENVLIFT_TRY(sys::write_file(folder + "/" + k_context_mark, "Written by envlift; the next render replaces this folder.\n"));
  for (const render::File& file : context.files) {
    const std::string path = folder + "/" + file.path;
    ENVLIFT_TRY(sys::make_folders(path.substr(0, path.find_last_of('/'))));
    ENVLIFT_TRY(sys::write_file(path, file.bytes, file.executable));
  }
  const std::string& root = planned.inspected.root;
  for (const plan::ProjectFile& file : context.project_files) {
    ENVLIFT_TRY(sys::copy_file(root + "/" + file.source, folder + "/" + file.path, file.executable));
  }
  for (const plan::ProjectFolder& entry : context.project_folders) {
    ENVLIFT_TRY(copy_project_folder(root, entry, folder));
  }
  return {};
}

Result<Built> build(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk)
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string context = folder.path() + "/context";
  ENVLIFT_TRY(write_context(planned, request, context));

  engine::BuildRequest build;
  build.folder = context;
  build.arguments = render::build_arguments(planned.plan);
  build.tag = planned.plan.tag;
  Built built;
  ENVLIFT_TRY_ASSIGN(built.image, engine.build(build, talk));
  ENVLIFT_TRY_ASSIGN(built.added_bytes, engine.added_bytes(built.image.id, planned.plan.stages.back().steps.size()));
  return built;
}

Result<std::unique_ptr<engine::Engine>> connect(const settings::Settings& settings, report::Talk& talk, EngineLine shown)
{
  ENVLIFT_TRY_ASSIGN(auto engine, engine::connect(sys::processes(), settings.engine));
  const engine::ProbeFacts& facts = engine->facts();
  std::vector<std::string> lines;
  for (const std::string& other : facts.passed_over) {
    lines.push_back(fmt::format("passed over {}", other));
  }
  lines.push_back(fmt::format("engine: {} (client {}, server {})", facts.client, facts.client_version,
                              facts.server_version));
  for (const std::string& line : lines) {
    shown == EngineLine::said ? talk.say(line) : talk.detail(line);
  }
  return engine;
}

Result<std::string> read_event(const std::string& named, const std::string& fallback)
{
  if (named.empty()) {
    return fallback;
  }
  if (named == "-") {
    return sys::read_stdin(k_event_limit_bytes);
  }
  return sys::read_file(named, k_event_limit_bytes);
}

namespace {

std::string result_line(const invoke::Outcome& outcome)
{
  const std::string verdict = invoke::to_string(outcome.verdict);
  return outcome.init_ms > 0 ? fmt::format("{}, init {:.0f} ms", verdict, outcome.init_ms) : verdict;
}

}  // namespace

Result<invoke::Outcome> invoke_image(engine::Engine& engine, const settings::Settings& settings,
                                     const InvokeRequest& request, report::Talk& talk)
{
  invoke::Request invocation;
  invocation.image = request.image;
  invocation.handler = settings.handler;
  invocation.event = request.event;
  invocation.memory_mb = settings.memory_mb;
  invocation.timeout_s = settings.timeout_s;
  talk.step_begins("invoking the function");
  auto outcome = invoke::invoke(engine, sys::http(), invocation);
  talk.step_ends(outcome ? result_line(*outcome) : "failed");
  return outcome;
}

Result<> serve_image(engine::Engine& engine, const settings::Settings& settings, const std::string& image, int port,
                     report::Talk& talk)
{
  invoke::ServeRequest request;
  request.image = image;
  request.handler = settings.handler;
  request.port = port;
  request.memory_mb = settings.memory_mb;
  request.timeout_s = settings.timeout_s;
  return invoke::serve(engine, sys::http(), request, talk);
}

std::vector<engine::Check> diagnose(const settings::Settings& settings)
{
  engine::DoctorRequest request;
  request.engine = settings.engine;
  request.base = settings.base;
  request.installer_url = settings.installer_url;
  request.ca_bundle = settings.ca_bundle;
  return engine::diagnose(sys::processes(), sys::http(), request);
}

}  // namespace envlift::lift
