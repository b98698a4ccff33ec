// What a run of tests gave, as the reports print it.
#pragma once

#include "suite/suite.hpp"

#include <string>
#include <vector>

namespace envlift::suite {

// One limit of Lambda's sandbox, and whether the engine really applied it.
struct AppliedLimit {
  std::string name;          // "memory_mb", "read_only_root"
  std::string value;         // what holds now: "512", "true"
  std::string asked;         // what was asked for
  bool applied = false;
  std::string why = {};      // it was not applied
  bool is_usual = false;     // nor is it with any other engine
};

struct TestRun {
  std::string image;
  std::vector<AppliedLimit> sandbox;
  std::vector<CaseResult> cases;
};

}   // namespace envlift::suite
