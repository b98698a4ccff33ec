// Cases -> what an image's function did with each.
#pragma once

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "invoke/pool.hpp"
#include "settings/settings.hpp"
#include "suite/test_run.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace envlift::lift {

struct TestRequest {
  std::string image;
  std::vector<suite::Case> cases;
  int jobs = 1;                               // containers at once
  invoke::TakeLine take_line = {};            // of all their logs
  std::string code = {};                      // a folder in place of the image's code; "" = the image's
};

struct Tested {
  suite::TestRun run;                         // the cases that ended, in the order of the request
  std::vector<suite::Case> cases;             // those
  std::vector<suite::Observation> observed;   // parallel to them
  std::optional<Error> ended;                 // what ended the run before its last case
};

// A case as it is asked.
invoke::Task task_of(const suite::Case& one, invoke::Target target);

// `on_case` is told of each case as it ends.
Tested test_image(engine::Engine& engine, const settings::Settings& settings, const TestRequest& request,
                  const std::function<void(const suite::CaseResult&)>& on_case);

struct CaseFiles {
  std::vector<std::string> events;            // files of one event each; "-" is stdin
  std::vector<std::string> suites;
  std::string folder;                         // whose events/*.yaml and *.json are read; "" = none
  int timeout_s = 0;   // the function's, which no deadline may be behind; 0 = any
};
// Whether a project's folder has files of cases.
bool has_events(const std::string& folder);
// The files of cases, by the names that the cases' places have; without stdin.
std::map<std::string, std::string> paths_of(const CaseFiles& files);
// The cases of files, with findings for what is wrong in them.
Result<std::vector<suite::Case>> read_cases(const CaseFiles& files, diag::Diagnostics& diagnostics,
                                            diag::Sources& sources);

}   // namespace envlift::lift
