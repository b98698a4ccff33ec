#include "cli/watch.hpp"

#include "base/text.hpp"
#include "cli/cases.hpp"
#include "cli/commands.hpp"
#include "lift/watch.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto k_between_looks = 300ms;
constexpr auto k_settled = 100ms;   // editors write a file in steps, and version control many files

class Watch {
public:
  Watch(engine::Engine& engine, lift::Planned planned, const lift::CaseFiles& files, const Options& options,
        Console& console)
      : engine_(engine),
        planned_(std::move(planned)),
        files_(files),
        options_(options),
        console_(console),
        look_(lift::look_at(planned_.inspected.root, files_))
  {}

  void run()
  {
    todo_.is_code = true;
    ask_again();
    while (sys::pause(k_between_looks)) {
      look();
    }
  }

private:
  void look()
  {
    lift::Look now = lift::look_at(planned_.inspected.root, files_);
    if (lift::change_between(look_, now, {}).is_none() || !settle(now)) {
      return;
    }
    lift::Planned fresh = lift::make_plan(options_.request);
    std::set<std::string> code = lift::code_sources(planned_);
    code.merge(lift::code_sources(fresh));
    note(lift::change_between(look_, now, code));
    look_ = std::move(now);
    if (fresh.inspected.diagnostics.has_errors()) {
      accept(fresh, console_);   // which prints them; the next change may be their cure
      return;
    }
    todo_.is_build = todo_.is_build || fresh.function.handler != planned_.function.handler;
    planned_ = std::move(fresh);
    if (!todo_.is_build || build()) {
      ask_again();
    }
  }

  // Waits until nothing moves; false on a signal.
  bool settle(lift::Look& now)
  {
    for (;;) {
      if (!sys::pause(k_settled)) {
        return false;
      }
      lift::Look next = lift::look_at(planned_.inspected.root, files_);
      if (lift::change_between(now, next, {}).is_none()) {
        return true;
      }
      now = std::move(next);
    }
  }

  // What is to be done grows until it is done.
  void note(const lift::Change& change)
  {
    constexpr std::size_t k_shown = 3;
    const std::size_t shown = std::min(change.files.size(), k_shown);
    const std::string names =
        text::join({change.files.begin(), change.files.begin() + static_cast<std::ptrdiff_t>(shown)}, ", ");
    console_.say(fmt::format(
        "changed: {}{}{}", names,
        change.files.size() > shown ? fmt::format(" and {} more", change.files.size() - shown) : "",
        change.is_build ? "; the image is built again" : ""));
    todo_.is_code = todo_.is_code || change.is_code;
    todo_.is_build = todo_.is_build || change.is_build;
    todo_.case_files.insert(change.case_files.begin(), change.case_files.end());
  }

  bool build()
  {
    const auto built = lift::build(engine_, planned_, options_.request, console_);
    if (!built) {
      failed(built.error(), console_, planned_.inspected.sources, planned_.inspected.shown_root);
    }
    return built.has_value();
  }

  void ask_again()
  {
    auto cases = read_cases(files_, planned_.inspected.shown_root, console_);
    if (!cases) {
      return;
    }
    if (!todo_.is_code && !todo_.is_build) {
      std::erase_if(*cases,
                    [&](const suite::Case& one) { return !todo_.case_files.contains(one.place.file); });
    }
    todo_ = {};
    if (const auto asked = ask(*cases); !asked) {
      failed(asked.error(), console_);
    }
    console_.say("watching for changes; Ctrl-C ends");
  }

  Result<> ask(const std::vector<suite::Case>& cases)
  {
    if (cases.empty()) {
      return {};
    }
    ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, sys::TemporaryFolder::make());
    const std::string code = folder.path() + "/code";
    ENVLIFT_TRY(lift::copy_code(planned_, code));
    run_cases(engine_, {lift::run_settings(planned_), planned_.plan.tag, planned_.inspected.shown_root, code},
              cases, options_, console_);
    return {};
  }

  engine::Engine& engine_;
  lift::Planned planned_;
  const lift::CaseFiles& files_;
  const Options& options_;
  Console& console_;
  lift::Look look_;     // what the cases were asked on
  lift::Change todo_;   // since then
};

}   // namespace

ExitCode watch_cases(engine::Engine& engine, lift::Planned planned, const lift::CaseFiles& files,
                     const Options& options, Console& console)
{
  Watch(engine, std::move(planned), files, options, console).run();
  return ExitCode::interrupted;
}

}   // namespace envlift::cli
