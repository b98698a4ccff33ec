// libFuzzer target: the first byte chooses the file's name, the rest is its text. Reading must neither crash nor
// hang, and must not give half a result in silence.
#include "fakes/memory_files.hpp"
#include "input/input.hpp"
#include "report/inspect.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

using namespace envlift;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  static const std::array<std::string, 9> names = {"environment.yml", "requirements.txt", "environment.yaml", "other.txt",
                                                   "Pipfile.lock",    "Pipfile",          "setup.cfg",        "conda-lock.yml",
                                                   "pixi.lock"};
  if (size == 0) {
    return 0;
  }
  const std::string name = names.at(data[0] % names.size());
  const std::string text(data + 1, data + size);
  const fakes::MemoryFiles files({{name, text}});
  const input::ReadResult result = input::read_environment(name, files, {});
  const std::string json = report::inspect_json(result.environment, result.diagnostics);
  if (json.empty()) {
    __builtin_trap();
  }
  return 0;
}
