// What an init would take on the function's own share of the processor.
#include "invoke/invoke.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using invoke::Outcome;

TEST_CASE("an init that is slow on the function's own share of the processor is told of")
{
  Outcome outcome;
  outcome.init_ms = 2'000;
  CHECK(invoke::slow_init_ms(outcome, 1024) == 0);
  CHECK(invoke::slow_init_ms(outcome, 128) == Approx(27'640.6).epsilon(0.001));
  CHECK(invoke::slow_init_ms(outcome, 10240) == 0);
}
