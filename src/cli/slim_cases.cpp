#include "cli/slim_cases.hpp"

#include "cli/cases.hpp"

namespace envlift::cli {

std::optional<lift::Request> with_slim_cases(const Options& options, const std::string& event,
                                             const lift::Planned& planned, Console& console)
{
  lift::Request request = options.request;
  if (planned.inspected.settings.slim != "trace") {
    if (!options.suites.empty()) {
      console.say("no case of --suite is asked: that is for --slim trace");
    }
    return request;
  }
  if (!options.suites.empty()) {
    const int timeout_s = planned.inspected.settings.timeout_s;
    auto cases = read_cases({{}, options.suites, "", timeout_s}, planned.inspected.shown_root, console);
    if (!cases) {
      return std::nullopt;
    }
    request.cases = std::move(*cases);
  }
  if (!event.empty()) {
    suite::Case one;
    one.name = options.event;
    one.event = event;
    request.cases.push_back(std::move(one));
  }
  return request;
}

}   // namespace envlift::cli
