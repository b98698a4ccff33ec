// A Talk that keeps what it was told.
#pragma once

#include "report/talk.hpp"

#include <string>
#include <vector>

struct RecordingTalk : envlift::report::Talk {
  void say(std::string_view line) override { told.push_back("say " + std::string(line)); }
  void detail(std::string_view) override {}
  void step_begins(std::string_view what) override { told.push_back("begin " + std::string(what)); }
  void step_moves(std::string_view what) override { told.push_back("move " + std::string(what)); }
  void step_ends(std::string_view result) override { told.push_back("end " + std::string(result)); }

  std::vector<std::string> told;
};
