// What keeps a planned image from being built, or from being safe to build. Each check adds its findings.
#pragma once

#include "diag/diag.hpp"
#include "environment/environment.hpp"
#include "plan/plan.hpp"
#include "plan/strategies.hpp"
#include "settings/settings.hpp"

namespace envlift::plan {

// EL0707: a channel of Anaconda's whose terms of service conda would ask about, where nobody can answer.
void check_terms(const environment::Environment& environment, const settings::Settings& settings,
                 diag::Diagnostics& diagnostics);

// EL0715: a lock gets nothing added, so it must bring its Python.
void check_locked_python(const environment::Environment& environment, diag::Diagnostics& diagnostics);

// EL0713: the installer would refuse the base's glibc.
void check_installer(const Inputs& inputs, diag::Diagnostics& diagnostics);

// EL0716: a locked package runs on a newer glibc than the base's only; EL0717: pip would build one from its source.
void check_glibc(const Inputs& inputs, diag::Diagnostics& diagnostics);

// EL0710: a requirement is cloned, and nothing in the builder can clone.
void check_version_control(const environment::Environment& environment, diag::Diagnostics& diagnostics);

// EL0708: the texts of the user's that a Dockerfile holds, image and handler, have other characters than they may.
void check_dockerfile_texts(const Plan& plan, const settings::Settings& settings,
                            diag::Diagnostics& diagnostics);

// EL0709: a file of the context would carry credentials into a layer.
void check_credentials(const Plan& plan, const environment::Environment& environment,
                       diag::Diagnostics& diagnostics);

}   // namespace envlift::plan
