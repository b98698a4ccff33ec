// What the command line said, as plain data. arguments.cpp fills it; it alone knows CLI11.
#pragma once

#include "diag/printer.hpp"
#include "lift/lift.hpp"
#include "lift/push_login.hpp"
#include "report/talk.hpp"

#include <optional>
#include <string>
#include <vector>
#include <vector>

namespace envlift::cli {

enum class Colour { automatic, always, never };

struct Options {
  lift::Request request;                        // path and settings flags
  report::Verbosity verbosity = report::Verbosity::normal;
  Colour colour = Colour::automatic;
  diag::MessageFormat message_format = diag::MessageFormat::text;
  bool no_progress = false;
  bool dry_run = false;
  bool json = false;                            // inspect, plan, audit, push, test, invoke --load
  bool sarif = false;                           // audit
  std::string baseline;   // audit, up
  std::string write_baseline;   // audit
  bool no_audit = false;                        // up
  bool explain = false;                         // plan
  std::string output;                           // render -o, lock -o, report -o, test -o
  bool force = false;                           // render -o, lock
  std::string event;                            // invoke, up: file or "-"
  std::string image;                            // invoke, audit, report, push, test --image
  std::vector<std::string> events;              // test: files, or "-"
  std::vector<std::string> suites;              // test, build, up
  std::string junit;                            // test: file
  std::string record;                           // test: file
  int jobs = 1;                                 // test, invoke --concurrency
  bool profile_init = false;                    // test
  bool watch = false;   // test
  int load = 0;                                 // invoke; 0 = none
  bool fetch = false;                           // doctor
  lift::PushWishes push_wishes;                 // push, up --push
  std::string digest_file;                      // push, up --push
  bool engine_push = false;                     // push
  std::vector<std::string> sbom;                // push, up --push, report: format and file
  bool push = false;                            // up
  std::string code;                             // explain
  std::string event_action;                     // event: "list" or "show"
  std::string event_name;                       // event show
  std::vector<std::string> event_values;        // event show --set
  bool event_fields = false;                    // event show
  bool serve = false;                           // invoke
  int port = 9000;                              // invoke --serve
};

// What parsing gave: options, or the text to print and the exit code to end with.
struct Parsed {
  std::optional<Options> options;
  std::string out;
  std::string err;
  int exit_code = 0;
};

Parsed parse_arguments(int argc, char** argv);

}  // namespace envlift::cli
