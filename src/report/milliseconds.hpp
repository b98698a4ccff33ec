// Times in JSON.
#pragma once

#include <cmath>

namespace envlift::report {

// To a thousandth, so that no figure claims more than a clock gives.
inline double rounded_ms(double milliseconds)
{
  return std::round(milliseconds * 1000) / 1000;
}

}  // namespace envlift::report
