// One target for each ENVLIFT_FUZZ_PROJECTS of CMakeLists.txt.
#include "fuzz/reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  envlift::fuzz::read_project(ENVLIFT_FUZZ_PROJECTS, data, size);
  return 0;
}
