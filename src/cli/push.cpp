#include "cli/commands.hpp"
#include "cli/image_reader.hpp"
#include "lift/push_image.hpp"
#include "lift/push_login.hpp"
#include "report/push.hpp"
#include "sys/files.hpp"
#include "sys/terminal.hpp"

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

Result<> write_digest(const std::string& file, const std::string& digest)
{
  return file.empty() ? Result<>{} : sys::write_file(file, digest + "\n");
}

}  // namespace

Result<report::Push> pushed(const lift::ImageToPush& image, const lift::PushRequest& request,
                            const settings::Settings& settings, const Options& options, Console& console)
{
  ENVLIFT_TRY(lift::check_before_push(image, settings));
  ENVLIFT_TRY_ASSIGN(report::Push push, lift::push_image(image, request, console));
  ENVLIFT_TRY(write_digest(options.digest_file, push.digest));
  return push;
}

void print_push(const report::Push& push, const Options& options, Console& console)
{
  for (const std::string& tag : push.tags) {
    console.say(fmt::format("{}/{}:{}", push.host, push.repository, tag));
  }
  if (options.json) {
    sys::write_out(report::push_json(push));
    return;
  }
  console.result(push.reference);
}

ExitCode run_push(const Options& options, Console& console)
{
  ExitCode exit = ExitCode::done;
  const auto source = source_of(options, console, exit);
  if (!source) {
    return exit;
  }
  const auto request = lift::push_request(source->settings, options.tags, source->root);
  if (!request) {
    return failed(request.error(), console);
  }
  if (options.dry_run) {
    console.say(fmt::format("would push {} to {}", options.image, request->place.name()));
    return ExitCode::done;
  }
  ImageReader reader(options, source->settings, console);
  const auto image = source->planned ? lift::project_to_push(*source->planned, source->request, console)
                                     : lift::image_to_push(reader.request(), reader.connect(), console);
  if (!image) {
    return failed(image.error(), console);
  }
  const auto push = pushed(*image, *request, source->settings, options, console);
  if (!push) {
    return failed(push.error(), console);
  }
  print_push(*push, options, console);
  return ExitCode::done;
}

}  // namespace envlift::cli
