// BuildKit's plain progress ("#7 [builder 3/9] RUN …", "#7 0.51 text", "#7 DONE 3.2s") -> Talk.
#pragma once

#include "report/talk.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::engine {

class BuildProgress {
public:
  explicit BuildProgress(report::Talk& talk) : talk_(talk) {}

  void line(std::string_view text);
  // Ends the step that runs; `ok` is the build's result.
  void finish(bool ok);
  // The last lines that the client and the steps printed (of a failed build: the step that failed), oldest first;
  // without BuildKit's numbering.
  std::vector<std::string> last_lines() const;

private:
  void step_named(std::string_view number, std::string_view name);
  void step_lives(std::string_view number, std::string_view output);
  void step_ended(std::string_view number, std::string_view how);
  void keep(std::string_view number, std::string_view line);

  struct Line {
    std::string step;   // "" = the client itself
    std::string text;
  };

  report::Talk& talk_;
  std::map<std::string, std::string, std::less<>> names_;
  std::string running_;   // number of the step that is shown
  std::string failed_;   // number of the step that ended the build
  bool in_frame_ = false;
  std::deque<Line> lines_;
};

}   // namespace envlift::engine
