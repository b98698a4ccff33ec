// Image -> where the time of its init goes, and the page of it.
#pragma once

#include "base/result.hpp"
#include "lift/lift.hpp"
#include "suite/init_profile.hpp"
#include "suite/suite.hpp"

#include <string>

namespace envlift::lift {

// As invoke::profile_init(), with the case's event, handler and environment, and the budget of the settings.
Result<suite::InitProfile> profile_image(engine::Engine& engine, const settings::Settings& settings,
                                         const std::string& image, const suite::Case& one,
                                         report::Talk& talk);

// EL1019 where the init is over its budget.
Result<> check_budget(const suite::InitProfile& profile);

// The page; EL0711 where a template of the user's does not fit.
Result<std::string> init_page(const suite::InitProfile& profile, const Request& request);

}   // namespace envlift::lift
