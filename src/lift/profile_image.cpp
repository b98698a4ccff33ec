#include "lift/profile_image.hpp"

#include "invoke/profile.hpp"
#include "lift/build_context.hpp"
#include "lift/test_image.hpp"
#include "render/render.hpp"
#include "report/init_profile.hpp"
#include "sys/http.hpp"

#include <fmt/format.h>

namespace envlift::lift {

Result<suite::InitProfile> profile_image(engine::Engine& engine, const settings::Settings& settings,
                                         const std::string& image, const suite::Case& one, report::Talk& talk)
{
  remove_abandoned(engine);
  const invoke::Task task = task_of(one, target_of(settings, image));
  talk.step_begins("profiling the init");
  auto profile = invoke::profile_init(engine, sys::http(), task.target, task.event);
  talk.step_ends(profile ? report::shown_ms(profile->init_ms) : "failed");
  if (profile) {
    profile->budget_ms = settings.max_init_ms;
  }
  return profile;
}

Result<> check_budget(const suite::InitProfile& profile)
{
  if (!profile.is_over_budget()) {
    return {};
  }
  constexpr std::size_t k_named = 3;
  const std::string imports = suite::most_expensive(profile, k_named);
  return fail(
      {"EL1019",
       fmt::format("the init took {:.0f} ms, and its budget is {} ms{}", profile.init_ms, profile.budget_ms,
                   imports.empty() ? "" : "; its most expensive imports: " + imports),
       "import what is expensive in the function that needs it, or leave it out; or raise the setting "
       "max_init "
       "(--max-init)",
       ExitCode::check_failed,
       {}});
}

Result<std::string> init_page(const suite::InitProfile& profile, const Request& request)
{
  const std::string name = report::k_init_template;
  return render::fill(name, templates(request)(name).value_or(""), report::init_profile_page(profile), {});
}

}   // namespace envlift::lift
