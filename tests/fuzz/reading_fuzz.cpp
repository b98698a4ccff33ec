// One target for each ENVLIFT_FUZZ_PROJECTS of CMakeLists.txt.
#include "fuzz/check.hpp"
#include "fuzz/reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const envlift::fuzz::TimeLimit limit(size);
  envlift::fuzz::read_project(ENVLIFT_FUZZ_PROJECTS, data, size);
  return 0;
}
