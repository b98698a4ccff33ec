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
inline constexpr std::array<Machine, 7> k_machines = {{
  {62, "amd64", "x86_64", "x86_64-linux-gnu"},
  {183, "arm64", "aarch64", "aarch64-linux-gnu"},
  {3, "386", "i386", "i386-linux-gnu"},
  {40, "arm", "arm", "arm-linux-gnueabihf"},
  {21, "ppc64le", "ppc64le", "powerpc64le-linux-gnu"},
  {22, "s390x", "s390x", "s390x-linux-gnu"},
  {243, "riscv64", "riscv64", "riscv64-linux-gnu"},
}};

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
