# Language level, warnings and sanitizers: one interface target, `envlift_settings`.
option(ENVLIFT_WARNINGS_AS_ERRORS "Treat warnings as errors (the dev preset)" OFF)
option(ENVLIFT_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

option(ENVLIFT_FUZZ "Build the libFuzzer targets (clang; the fuzz preset)" OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(ENVLIFT_CCACHE ccache)
if(ENVLIFT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ENVLIFT_CCACHE}")
endif()

add_library(envlift_settings INTERFACE)
target_compile_options(envlift_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual
  # g++ 12 reports overlaps in std::string's operator+ that cannot be (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${ENVLIFT_WARNINGS_AS_ERRORS}>:-Werror>)
if(ENVLIFT_SANITIZE)
  target_compile_options(envlift_settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(envlift_settings INTERFACE -fsanitize=address,undefined)
endif()
if(ENVLIFT_FUZZ)
  target_compile_options(envlift_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
