// A case that was asked before -> what is otherwise now.
#pragma once

#include "suite/suite.hpp"

#include <string>

namespace envlift::suite {

enum class Answers {
  stay,   // the function answers the case with the same bytes each time
  vary,   // with a time, a random number
};

// "" for nothing. What the case expects of its answer decides; where it expects nothing, a first answer that stays does.
// The type of an error is always the same.
std::string change(const Case& one, const Observation& before, const Observation& now, Answers answers);

}   // namespace envlift::suite
