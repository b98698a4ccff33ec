#include "lift/lock_file.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "lift/environment_build.hpp"
#include "sys/files.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_lock_limit_bytes = std::size_t{64} << 20U;

// As the readers tell locks by their names (src/input/readers.cpp).
bool is_known_name(std::string_view name, plan::Strategy strategy)
{
  if (strategy != plan::Strategy::native) {
    return name.ends_with(".yml") || name.ends_with(".yaml");
  }
  const auto parts = text::split(name, '.');
  return parts.front() == "pylock" && parts.back() == "toml" &&
         (parts.size() == 2 || (parts.size() == 3 && !parts[1].empty()));
}

}  // namespace

bool is_locked(const environment::Environment& environment)
{
  return (environment.uses_conda || environment.pip_locked) &&
         (!environment.uses_conda || environment.conda_locked) &&
         (environment.pip.empty() || environment.pip_locked);
}

std::optional<std::string> locked_from(const Inspected& project)
{
  const auto text = sys::read_file(project.root + "/" + project.environment_file, k_lock_limit_bytes);
  const auto from = text ? report::locked_file(*text) : std::nullopt;
  return from ? std::optional(path::joined(path::folder_of(project.environment_file), *from)) : std::nullopt;
}

void say_of_other_base(const Inspected& project, const engine::Image& builder, report::Talk& talk)
{
  const auto text = sys::read_file(project.root + "/" + project.environment_file, k_lock_limit_bytes);
  const auto locked = text ? report::locked_base(*text) : std::nullopt;
  if (locked && *locked != builder.id) {
    talk.say(fmt::format(
        "{} was locked on another base image ({}; this one is {}): the same packages, and layers that may "
        "differ",
        text::shown(project.shown_root + project.environment_file), text::shown(*locked), builder.id));
  }
}

Result<LockPlace> lock_place(const Planned& planned, const std::string& output, bool force)
{
  const Inspected& project = planned.inspected;
  const std::string name =
      path::joined(path::folder_of(project.environment_file), report::lock_name(planned.plan));
  const LockPlace place = output.empty() ? LockPlace{project.root + "/" + name, project.shown_root + name}
                                         : LockPlace{output, output};
  if (!is_known_name(path::file_name(place.path), planned.plan.strategy)) {
    return fail({.code = "EL1205",
                 .message = fmt::format("{} is not the name of a lock", text::shown(place.shown)),
                 .hint = planned.plan.strategy == plan::Strategy::native
                             ? "name it pylock.toml or pylock.NAME.toml"
                             : "let it end with .yml, as conda-lock.yml",
                 .exit = ExitCode::usage,
                 .tail = {}});
  }
  if (!sys::exists(place.path) || force) {
    return place;
  }
  const auto there = sys::read_file(place.path, k_lock_limit_bytes);
  if (!there || !report::locked_file(*there)) {
    return fail(
        {.code = "EL1201",
         .message = fmt::format("{} is there, and envlift did not write it", text::shown(place.shown)),
         .hint = "replace it with --force, or name another file with -o",
         .exit = ExitCode::input_error,
         .tail = {}});
  }
  return place;
}

Result<report::Lock> make_lock(engine::Engine& engine, const Planned& planned, const Request& request,
                               report::Talk& talk)
{
  const Inspected& project = planned.inspected;
  ENVLIFT_TRY_ASSIGN(const EnvironmentBuild work, environment_build(engine, planned, request, talk));
  ENVLIFT_TRY_ASSIGN(const std::string index, environment_index(work));
  ENVLIFT_TRY_ASSIGN(const report::Installed installed, report::parse_installed(index));
  return report::lock(installed,
                      {std::string(path::file_name(project.environment_file)), project.environment,
                       planned.plan, project.settings.groups, project.settings.extras, work.builder.id});
}

Result<> write_lock(const report::Lock& lock, const LockPlace& place)
{
  return sys::write_output(place.path, lock.text);
}

bool is_taken_next(const Request& request, const LockPlace& place)
{
  Request next = request;
  next.path = sys::is_folder(request.path) ? request.path : path::parent(request.path);
  next.flags.erase("--environment");
  const Inspected project = inspect(next);
  return sys::real_path(project.root + "/" + project.environment_file) == sys::real_path(place.path);
}

}  // namespace envlift::lift
