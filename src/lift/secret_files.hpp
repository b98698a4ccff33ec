// The files that the build mounts as secrets: a setting names each.
#pragma once

#include "base/result.hpp"
#include "diag/diag.hpp"
#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

struct SecretSetting {
  std::string key;    // "ca_bundle"
  std::string path;   // as the setting says
};

// Those that are set.
std::vector<SecretSetting> secret_settings(const settings::Settings& settings);

// Nothing, or why the file cannot be mounted: EL0101, EL0102, EL0103.
Result<> check_secret(const SecretSetting& secret);
// A finding at its setting for each that cannot be mounted: the engine would say so late, and without the place.
void check_secrets(const settings::Settings& settings, diag::Diagnostics& diagnostics);

// Whether a netrc has an entry for the host.
bool netrc_names(const std::string& path, const std::string& host);

}   // namespace envlift::lift
