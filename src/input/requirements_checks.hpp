// What can be judged only when all lines are read.
#pragma once

#include "input/requirements_item.hpp"

#include <cstddef>

namespace envlift::input {

// Where this read began in the environment's lists.
struct ReadBegin {
  std::size_t pip = 0;
  std::size_t constraints = 0;
  std::size_t options = 0;
};

// Hash-checking mode, requirements that contradict each other, local versions without an index, and
// one note on the packages of other systems.
void check_whole(const ReadBegin& begin, RequirementsRun& run);

}  // namespace envlift::input
