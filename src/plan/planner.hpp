// Environment + Function + Settings -> Plan. Pure and deterministic.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"
#include "function/function.hpp"
#include "plan/plan.hpp"
#include "settings/settings.hpp"

namespace envlift::plan {

// The Python minor that markers are evaluated for and the base is chosen by: the setting, else the
// newest supported minor that satisfies the environment's constraint, else the newest supported.
// A minor that no base has is returned as it is; make_plan reports it.
std::string choose_python(const environment::Environment& environment, const settings::Settings& settings);

// Whether the image's glibc is known, which is that of AWS's bases and of their mirrors alone.
bool has_known_glibc(const settings::Settings& settings);

// A warning when no base has the environment's Python; for `inspect`, where that is no error yet.
void check_python(const environment::Environment& environment, const settings::Settings& settings,
                  diag::Diagnostics& diagnostics);

// A note on what the environment pins and the base image brings as well, in versions of its own.
void check_bundled(const environment::Environment& environment, const settings::Settings& settings,
                   diag::Diagnostics& diagnostics);

// What can be said of the image's Python and base before there is a plan; nothing where there is no base.
std::vector<Note> base_notes(const environment::Environment& environment, const settings::Settings& settings);

// The plan; findings say what keeps it from being built (no base for this Python, terms of service,
// glibc below the installer's floor, credentials in sources, …).
Plan make_plan(const environment::Environment& environment, const function::Function& function,
               const settings::Settings& settings, diag::Diagnostics& diagnostics);

}  // namespace envlift::plan
