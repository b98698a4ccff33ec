// Processes that play answers and remember what they were asked.
#pragma once

#include "base/text.hpp"
#include "sys/process.hpp"

#include <fstream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace envlift::fakes {

class Processes : public sys::Processes {
public:
  // The answer to command lines that begin with these words; the client's own path is left out unless the words
  // begin with it. The first rule that fits answers, `times` times (0 = always).
  void answer(std::string words, int exit, std::string out = "", std::string err = "", int times = 0)
  {
    outcome(std::move(words), sys::Exited{exit}, std::move(out), std::move(err), times);
  }
  void outcome(std::string words, sys::Outcome outcome, std::string out = "", std::string err = "",
               int times = 0)
  {
    rules_.push_back({std::move(words), {std::move(outcome), std::move(out), std::move(err)}, times});
  }

  sys::ProcessResult run(const sys::Command& command) override
  {
    const std::lock_guard lock(*mutex_);   // a container's log is followed from a thread of its own
    commands.push_back(command);
    Rule& rule = rule_for(command);
    play(command, rule.result);
    return rule.result;
  }

  // What was run, without the client's path.
  std::vector<std::string> lines() const
  {
    std::vector<std::string> result;
    for (const sys::Command& command : commands) {
      result.push_back(text::join({command.argv.begin() + 1, command.argv.end()}, " "));
    }
    return result;
  }
  bool ran(const std::string& words) const
  {
    for (const std::string& line : lines()) {
      if (line.starts_with(words)) {
        return true;
      }
    }
    return false;
  }

  std::vector<sys::Command> commands;

private:
  struct Rule {
    std::string words;
    sys::ProcessResult result;
    int times;
    int used = 0;
  };

  Rule& rule_for(const sys::Command& command)
  {
    const std::string whole = text::join(command.argv, " ");
    const std::string line = whole.substr(command.argv.at(0).size() + 1);
    for (Rule& rule : rules_) {
      const bool fits = (rule.words.starts_with('/') ? whole : line).starts_with(rule.words);
      if (fits && (rule.times == 0 || rule.used < rule.times)) {
        ++rule.used;
        return rule;
      }
    }
    throw std::logic_error("no answer for: " + whole);
  }

  // As the real thing: lines go to the callback, and `docker run` writes the ID file.
  static void play(const sys::Command& command, const sys::ProcessResult& result)
  {
    if (command.on_line) {
      const std::string all = result.out + result.err;
      for (const std::string_view line : text::lines(all)) {
        command.on_line(sys::Stream::err, line);
      }
    }
    if (command.on_output) {
      command.on_output(result.out);
    }
    for (std::size_t i = 0; i + 1 < command.argv.size(); ++i) {
      if (command.argv[i] == "--cidfile" && !result.out.empty()) {
        std::ofstream(command.argv[i + 1]) << text::trim(result.out);
      }
    }
  }

  std::vector<Rule> rules_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
};

}   // namespace envlift::fakes
