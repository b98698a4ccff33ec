// A Talk that keeps what was said: "say: …", "begin: …", "move: …", "end: …"; details apart.
#pragma once

#include "report/talk.hpp"

#include <string>
#include <vector>

namespace envlift::fakes {

class Talk : public report::Talk {
public:
  void say(std::string_view line) override { add("say: ", line); }
  void detail(std::string_view line) override { details.emplace_back(line); }
  void step_begins(std::string_view what) override { add("begin: ", what); }
  void step_moves(std::string_view what) override { add("move: ", what); }
  void step_ends(std::string_view result) override { add("end: ", result); }

  std::vector<std::string> said;
  std::vector<std::string> details;

private:
  void add(std::string_view kind, std::string_view text)
  {
    said.push_back(std::string(kind) + std::string(text));
  }
};

}  // namespace envlift::fakes
