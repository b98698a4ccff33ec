// A machine of variables, files and a network that a test makes up.
#pragma once

#include "aws/machine.hpp"
#include "aws/session.hpp"
#include "fakes/http.hpp"
#include "fakes/processes.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace envlift::fakes {

struct Machine {
  using Reply = std::function<Http::Answer(const sys::HttpRequest&)>;

  std::map<std::string, std::string> variables = {{"HOME", "/home/me"}};
  std::map<std::string, std::string> files;
  std::int64_t time = 1'800'000'000;
  std::vector<std::chrono::milliseconds> pauses;
  bool is_interrupted = false;   // a signal comes during the first pause
  Http http;
  Processes processes;

  explicit Machine(Reply reply = [](const sys::HttpRequest&) { return refused(); }) : http(std::move(reply))
  {}

  aws::Machine get()
  {
    aws::Machine machine;
    const auto look_up = [](const std::map<std::string, std::string>& in) {
      return [&in](const std::string& name) {
        const auto found = in.find(name);
        return found == in.end() ? std::nullopt : std::optional(found->second);
      };
    };
    machine.variable = look_up(variables);
    machine.read_file = look_up(files);
    machine.now = [this] { return time; };
    machine.pause = [this](std::chrono::milliseconds pause) {
      pauses.push_back(pause);
      return !is_interrupted;
    };
    machine.http = &http;
    machine.processes = &processes;
    return machine;
  }

  Result<aws::Session> session(aws::Asked asked = {}) { return aws::open_session(get(), std::move(asked)); }
};

}  // namespace envlift::fakes
