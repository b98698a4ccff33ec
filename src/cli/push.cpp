#include "cli/push.hpp"

#include "cli/commands.hpp"
#include "cli/image_reader.hpp"
#include "lift/engine_push.hpp"
#include "lift/sbom_file.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

// No image reference begins like a path.
bool is_project(const std::string& image)
{
  return image.starts_with('.') || image.starts_with('/');
}

// What is pushed, and the settings that say where.
struct Source {
  lift::Request request;
  settings::Settings settings;
  std::string root;
  std::optional<lift::Planned> planned;   // of a project
};

// The project's plan, or the settings alone; nothing where they have errors, which are printed.
std::optional<Source> source_of(const Options& options, Console& console, ExitCode& exit)
{
  Source source{options.request, {}, {}, std::nullopt};
  const bool has_project = is_project(options.image);
  if (has_project) {
    source.request.path = options.image;
    source.planned = lift::make_plan(source.request);
  }
  const lift::Inspected read = has_project ? source.planned->inspected : lift::read_settings(source.request);
  if (!accept(read, console)) {
    exit = exit_of_errors(read.diagnostics);
    return std::nullopt;
  }
  source.settings = read.settings;
  source.root = read.root;
  return source;
}

Result<report::PushReport> engine_push(const Source& source, const Options& options, Console& console)
{
  console.open_log();
  ENVLIFT_TRY_ASSIGN(const lift::Connected connected,
                     lift::connect(source.settings, engine::Need::run, console));
  ENVLIFT_TRY_ASSIGN(const lift::PushRequest request,
                     lift::push_request(source.settings, options.push_wishes, source.root));
  return lift::engine_push(connected, options.image, request, console);
}

Result<report::PushReport> push(const Source& source, const Options& options, Console& console)
{
  ImageReader reader(options, source.settings, console);
  const lift::Connect connect = reader.connect();
  ENVLIFT_TRY_ASSIGN(const lift::PushRequest request,
                     lift::push_request(source.settings, options.push_wishes, source.root));
  ENVLIFT_TRY_ASSIGN(const lift::ImageToPush image,
                     source.planned ? lift::project_to_push(*source.planned, source.request, connect, console)
                                    : lift::image_to_push(reader.request(), connect, console));
  ENVLIFT_TRY(lift::check_before_push(image, source.settings));
  return push_image(image, request, options, console);
}

}  // namespace

Result<> check_push(const settings::Settings& settings, const Options& options)
{
  ENVLIFT_TRY(lift::check_push_request(settings, options.push_wishes));
  if (!options.digest_file.empty()) {
    ENVLIFT_TRY(sys::check_writable(options.digest_file));
  }
  const auto sbom = lift::sbom_wish(options.sbom);
  return sbom ? sys::check_writable(sbom->file) : Result<>{};
}

Result<report::PushReport> push_image(const lift::ImageToPush& image, const lift::PushRequest& request,
                                      const Options& options, Console& console)
{
  const auto sbom = lift::sbom_wish(options.sbom);
  return sbom ? lift::push_with_sbom(image, request, *sbom, console)
              : lift::push_image(image, request, console);
}

std::string push_target(const settings::Settings& settings)
{
  return fmt::format("{}/{}", settings.registry.empty() ? "ECR" : settings.registry, settings.repository);
}

ExitCode print_push(const report::PushReport& push, const Options& options, Console& console)
{
  for (const std::string& tag : push.tags) {
    console.say(fmt::format("{}/{}:{}", push.host, push.repository, tag));
  }
  options.json ? sys::write_out(report::push_json(push)) : console.result(push.reference);
  const auto written =
      options.digest_file.empty() ? Result<>{} : sys::write_output(options.digest_file, push.digest + "\n");
  return written ? ExitCode::done : failed(written.error(), console);
}

ExitCode run_push(const Options& options, Console& console)
{
  ExitCode exit = ExitCode::done;
  const auto source = source_of(options, console, exit);
  if (!source) {
    return exit;
  }
  if (const auto checked = check_push(source->settings, options); !checked) {
    return failed(checked.error(), console);
  }
  if (options.dry_run) {
    console.say(fmt::format("would push {} to {}", options.image, push_target(source->settings)));
    return ExitCode::done;
  }
  const auto pushed =
      options.engine_push ? engine_push(*source, options, console) : push(*source, options, console);
  return pushed ? print_push(*pushed, options, console) : failed(pushed.error(), console);
}

}  // namespace envlift::cli
