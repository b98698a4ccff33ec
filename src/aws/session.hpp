// What the flags, the variables and the shared files say of AWS, read once and asked for by everything else.
#pragma once

#include "aws/machine.hpp"
#include "aws/profile_files.hpp"

#include <string>

namespace envlift::aws {

// What the command line says; "" = nothing.
struct Asked {
  std::string profile;
  std::string region;
  std::string ca_bundle;
};

struct Session {
  Machine machine;
  Asked asked;
  ProfileFiles files;
  std::string profile_name;
  Section profile;                  // its values; empty where there is no profile at all

  // A setting of the SDKs: the variable, or the profile's key; "" where neither is set.
  std::string setting(const std::string& variable, std::string_view key) const;
  // The same for one that is on or off.
  bool is_on(const std::string& variable, std::string_view key) const;
  // The certificates of requests to AWS; "" = the system's.
  std::string ca_bundle() const;
};

// Errors: a shared file that is none (EL1303), a profile that was named and is in neither file (EL1304).
Result<Session> open_session(Machine machine, Asked asked);

}  // namespace envlift::aws
