// Processor architectures: by Go's names, as images have them, and by ELF's numbers.
#pragma once

#include <array>
#include <string_view>

namespace envlift::audit {

struct Machine {
  int elf;                        // e_machine
  std::string_view architecture;  // Go's; "" for what no image of Lambda's has
  std::string_view name;          // as wheels and ELF tools write it
  std::string_view triplet;       // Debian's
};

// Only processors: ELF files of GPUs and of the kernel's BPF are data for Python.
inline constexpr std::array<Machine, 15> k_machines = {{
  {62, "amd64", "x86_64", "x86_64-linux-gnu"},
  {183, "arm64", "aarch64", "aarch64-linux-gnu"},
  {3, "386", "i386", "i386-linux-gnu"},
  {40, "arm", "arm", "arm-linux-gnueabihf"},
  {21, "ppc64le", "ppc64le", "powerpc64le-linux-gnu"},
  {22, "s390x", "s390x", "s390x-linux-gnu"},
  {243, "riscv64", "riscv64", "riscv64-linux-gnu"},
  {258, "loong64", "loongarch64", "loongarch64-linux-gnu"},
  {8, "mips", "mips", "mips-linux-gnu"},
  {20, "ppc", "ppc", "powerpc-linux-gnu"},
  {2, "sparc", "sparc", "sparc-linux-gnu"},
  {18, "sparc", "sparc", "sparc-linux-gnu"},
  {43, "sparc64", "sparc64", "sparc64-linux-gnu"},
  {50, "ia64", "ia64", "ia64-linux-gnu"},
  {0, "none", "no machine", ""},
}};

// Whether a file's or folder's name says that its content is for the machine: "linux-arm64", "tool_x86_64".
constexpr bool names_machine(std::string_view name, int elf)
{
  struct Word {
    int elf;
    std::string_view text;
  };
  constexpr std::array<Word, 14> k_words = {{
    {62, "x86_64"},
    {62, "x86-64"},
    {62, "amd64"},
    {62, "x64"},
    {183, "aarch64"},
    {183, "arm64"},
    {3, "i386"},
    {3, "i686"},
    {3, "x86"},
    {40, "armv"},
    {40, "armhf"},
    {21, "ppc64"},
    {22, "s390x"},
    {243, "riscv64"},
  }};
  for (const Word& word : k_words) {
    if (word.elf == elf && name.find(word.text) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

constexpr const Machine* find_machine(int elf)
{
  for (const Machine& machine : k_machines) {
    if (machine.elf == elf) {
      return &machine;
    }
  }
  return nullptr;
}

// 62 of "amd64"; 0 of what is not known.
constexpr int machine_of(std::string_view architecture)
{
  for (const Machine& machine : k_machines) {
    if (machine.architecture == architecture) {
      return machine.elf;
    }
  }
  return 0;
}

constexpr std::string_view triplet_of(int elf)
{
  const Machine* machine = find_machine(elf);
  return machine == nullptr ? std::string_view() : machine->triplet;
}

}  // namespace envlift::audit
