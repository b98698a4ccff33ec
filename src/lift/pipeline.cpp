// Plan -> context -> image -> answer: the half that touches the world.
#include "lift/lift.hpp"

#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "environment/requirement.hpp"
#include "environment/size.hpp"
#include "lift/assemble.hpp"
#include "lift/aws_checks.hpp"
#include "lift/build_context.hpp"
#include "lift/context_folder.hpp"
#include "lift/emulator.hpp"
#include "lift/logged_processes.hpp"
#include "lift/secret_files.hpp"
#include "lift/slim_image.hpp"
#include "lift/text_cache.hpp"
#include "suite/suite.hpp"
#include "sys/files.hpp"
#include "sys/http.hpp"
#include "sys/process.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// More than an event may have, so that one that is too large is told as that.
constexpr std::size_t k_read_limit_bytes = suite::k_suite_limit_bytes;

Error too_large(const std::string& name)
{
  Error error{"EL0103", "the event is larger than the 6 MB that Lambda takes at most",
              "put what is large into S3 and send its key", ExitCode::input_error, {}};
  error.place = {name, 0, 0};
  return error;
}

}  // namespace

Result<std::string> render_dockerfile(const Planned& planned, const Request& request)
{
  return render::dockerfile(planned.plan, templates(request));
}

Result<> write_context(const Planned& planned, const Request& request, const std::string& folder, bool force)
{
  ENVLIFT_TRY_ASSIGN(const render::Context context, render::context(planned.plan, templates(request)));
  return replace_folder(context, planned.inspected.root, folder, force);
}

std::string build_line(const Planned& planned, const std::string& folder)
{
  plan::Plan plan = planned.plan;
  const auto netrc = std::ranges::find(plan.secrets, "netrc", &plan::SecretFile::id);
  if (netrc != plan.secrets.end() && planned.inspected.settings.netrc.empty()) {
    netrc->host_path = k_netrc_placeholder;
  }
  return render::build_command_line(plan, folder);
}

diag::Diagnostics findings_of_render(const Planned& planned)
{
  const Inspected& project = planned.inspected;
  const std::string& netrc = project.settings.netrc;
  diag::Diagnostics findings = project.diagnostics.without("EL0405");
  for (const environment::Credential& one : project.environment.credentials) {
    if (!netrc.empty() && netrc_names(netrc, one.host)) {
      continue;
    }
    const std::string entry = fmt::format("`machine {} login USER password PASSWORD`", one.host);
    findings.add(
        "EL0405",
        fmt::format(
            "the credentials for {} stay out of the build context: who builds it gives them in a netrc",
            one.host),
        netrc.empty()
            ? fmt::format("write {} into a file, and name it with --netrc FILE (or in place of {} in "
                          "the line)",
                          entry, k_netrc_placeholder)
            : fmt::format("add {} to {}", entry, netrc),
        one.span.file.empty() ? diag::Span{.file = project.environment_file} : one.span);
  }
  return findings;
}

Result<Built> build(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk)
{
  const bool is_assembled = !request.dockerfile && engine.completes_archives();
  if (!is_assembled && planned.inspected.settings.slim == "trace") {
    return fail(request.dockerfile
                    ? slims_assembled_only("a Dockerfile holds the whole environment",
                                           "leave out --dockerfile, or --slim")
                    : slims_assembled_only("this engine takes no layers that were made outside of it",
                                           "leave out --slim, or build with another engine"));
  }
  if (is_assembled) {
    return assemble(engine, planned, request, talk);
  }
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  ENVLIFT_TRY_ASSIGN(const BuildContext context, write_build_context(planned.plan, planned, request, folder.path()));
  auto image = engine.build({context.folder, context.arguments, planned.plan.tag}, talk);
  if (!image) {
    return fail(placed(image.error(), planned.inspected.environment));
  }
  Built built;
  built.image = std::move(*image);
  built.added_bytes = engine.added_bytes(built.image.id, planned.plan.stages.back().steps.size());
  built.beyond_zip = built.added_bytes.value_or(0) > environment::k_zip_limit_bytes;
  return built;
}

namespace {

// In the cache folder.
class KeptClients : public engine::ClientRecords {
public:
  std::optional<std::string> get(const std::string& key) override { return texts_.get(key); }
  void keep(const std::string& key, const std::string& text) override
  {
    texts_.keep(key, text);
    texts_.trim();
  }

private:
  TextCache texts_{"clients"};
};

}  // namespace

Result<Connected> connect(const settings::Settings& settings, engine::Need need, report::Talk& talk,
                          EngineLine shown)
{
  auto processes = std::make_unique<LoggedProcesses>(sys::processes(), talk);
  KeptClients clients;
  ENVLIFT_TRY_ASSIGN(auto engine, engine::connect(*processes, settings.engine, need, &clients));
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
  return Connected{std::move(processes), std::move(engine)};
}

Result<std::string> read_event(const std::string& named, const std::string& fallback, diag::Sources& sources)
{
  if (named.empty()) {
    return fallback;
  }
  const std::string name = named == "-" ? "<stdin>" : named;
  auto read = sys::read_file_or_pipe(named, k_read_limit_bytes);
  if (!read && read.error().code != "EL0103") {
    return fail(std::move(read).error());
  }
  if (!read || read->size() > suite::k_event_limit_bytes) {
    return fail(too_large(name));
  }
  std::string event(text::without_byte_order_mark(*read));
  if (const auto checked = invoke::check_event(event, name); !checked) {
    sources.add(name, std::move(event));
    return fail(checked.error());
  }
  return event;
}

namespace {

std::string result_line(const invoke::Outcome& outcome)
{
  const std::string verdict = invoke::to_string(outcome.verdict);
  return outcome.init_ms > 0 ? fmt::format("{}, init {:.0f} ms", verdict, outcome.init_ms) : verdict;
}

invoke::Isolation isolation_of(const settings::Settings& settings)
{
  return settings.sandbox == "off"     ? invoke::Isolation::none
         : settings.sandbox == "tmpfs" ? invoke::Isolation::lambda_tmp_in_memory
                                       : invoke::Isolation::lambda;
}

}  // namespace

settings::Settings run_settings(const Planned& planned)
{
  settings::Settings settings = planned.inspected.settings;
  settings.handler.clear();
  return settings;
}

invoke::Target target_of(const settings::Settings& settings, const std::string& image)
{
  invoke::Target target;
  target.image = image;
  target.handler = settings.handler;
  target.memory_mb = settings.memory_mb;
  target.timeout_s = settings.timeout_s;
  target.ephemeral_storage_mb = settings.ephemeral_storage_mb;
  target.isolation = isolation_of(settings);
  target.emulator = emulator_of(settings);
  target.fake_credentials = settings.fake_credentials;
  return target;
}

void remove_abandoned(engine::Engine& engine)
{
  sys::remove_abandoned_folders();
  engine.remove_abandoned();
}

Result<invoke::Invoked> invoke_image(engine::Engine& engine, const settings::Settings& settings,
                                     const InvokeRequest& request, report::Talk& talk)
{
  remove_abandoned(engine);
  talk.step_begins("invoking the function");
  auto invoked = invoke::invoke(engine, sys::http(), target_of(settings, request.image), {request.event});
  talk.step_ends(invoked ? result_line(invoked->outcome) : "failed");
  return invoked;
}

Result<> serve_image(engine::Engine& engine, const settings::Settings& settings, const std::string& image, int port,
                     report::Talk& talk)
{
  remove_abandoned(engine);
  return invoke::serve(engine, sys::http(), target_of(settings, image), port, talk);
}

std::vector<engine::Check> diagnose(const settings::Settings& settings)
{
  engine::DoctorRequest request;
  request.engine = settings.engine;
  request.base = settings.base;
  request.installer_url = settings.installer_url;
  request.ca_bundle = settings.ca_bundle;
  std::vector<engine::Check> files;
  for (const SecretSetting& secret : secret_settings(settings)) {
    const auto checked = check_secret(secret);
    files.push_back(
        checked ? engine::Check{secret.key, engine::Check::State::ok, secret.path + " can be read", ""}
                : engine::Check{secret.key, engine::Check::State::failed, checked.error().message,
                                checked.error().hint});
    if (!checked && secret.key == "ca_bundle") {
      request.ca_bundle.clear();   // else nothing would be reached, for a reason that stands here
    }
  }
  std::vector<engine::Check> checks = engine::diagnose(sys::processes(), sys::http(), request);
  checks.insert(checks.end(), files.begin(), files.end());
  const auto aws = check_aws(aws::open_session(aws::this_machine(), {"", "", request.ca_bundle}));
  checks.insert(checks.end(), aws.begin(), aws.end());
  return checks;
}

}  // namespace envlift::lift
