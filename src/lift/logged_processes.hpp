// Processes that tell each command line, so that the log of a run has every one of them.
#pragma once

#include "report/talk.hpp"
#include "sys/process.hpp"

#include <mutex>
#include <string>

namespace envlift::lift {

class LoggedProcesses : public sys::Processes {
public:
  LoggedProcesses(sys::Processes& processes, report::Talk& talk) : processes_(processes), talk_(talk) {}

  // A line that can be pasted; what a program that failed said, unless each line of it is told anyway. A question that
  // is asked again and again with the same answer is told once.
  sys::ProcessResult run(const sys::Command& command) override;

private:
  void tell(const std::string& lines);

  sys::Processes& processes_;
  report::Talk& talk_;
  std::mutex mutex_;   // a container's log is followed from a thread of its own
  std::string last_;
};

}   // namespace envlift::lift
