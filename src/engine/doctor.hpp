// What works on this machine, and what to do where it does not.
#pragma once

#include "sys/http.hpp"
#include "sys/process.hpp"

#include <string>
#include <vector>

namespace envlift::engine {

struct Check {
  enum class State { ok, unknown, warning, failed };   // unknown: not checked
  std::string name;
  State state = State::ok;
  std::string detail;
  std::string remedy;      // empty when all is well
};

struct DoctorRequest {
  std::string engine;         // the setting
  std::string base;           // image reference to look for
  std::string installer_url;
  std::string ca_bundle;
};

// One check each: engine, BuildKit, emulator, disk space, base image, installer.
std::vector<Check> diagnose(sys::Processes& processes, sys::Http& http, const DoctorRequest& request);

}  // namespace envlift::engine
