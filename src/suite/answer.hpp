// Whether a function's answer is what a case expects, and where it is not.
#pragma once

#include "suite/suite.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::suite {

// Differences in words, bounded in number and size; those that are not kept are counted.
class Differences {
public:
  void add(std::string difference);
  bool empty() const { return all_.empty(); }
  // With a last line for those that were not kept.
  std::vector<std::string> take();

private:
  std::vector<std::string> all_;
  std::size_t unkept_ = 0;
};

// Adds "/body/total: expected 3.5 ± 0.01, got 4" for each place where the answer is not as asserted. An answer that is
// no JSON is one text.
void check_answer(const std::vector<Assertion>& assertions, const std::string& answer,
                  Differences& differences);

// How two texts differ, behind `where`: the parts around the difference, or the lines.
std::string text_difference(std::string_view where, std::string_view expected, std::string_view got);

// A text as it is shown in a difference: quoted, and cut where it is long.
std::string short_text(std::string_view text);

}   // namespace envlift::suite
