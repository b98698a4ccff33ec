#include "sys/process_mark.hpp"

#include "base/text.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace envlift::sys {

namespace {

std::string text_of(const std::string& path)
{
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "pid:[4026531836]" -> "4026531836"
std::string namespace_of_numbers()
{
  std::array<char, 64> target{};
  const auto length = ::readlink("/proc/self/ns/pid", target.data(), target.size());
  const std::string_view link(target.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
  const std::size_t begin = link.find('[');
  return begin == std::string_view::npos ? "0"
                                         : std::string(link.substr(begin + 1, link.find(']') - begin - 1));
}

// "1f0e…-…" of this boot and this namespace: numbers of processes mean something within these alone.
std::string place()
{
  constexpr std::size_t k_of_boot = 8;
  return text_of("/proc/sys/kernel/random/boot_id").substr(0, k_of_boot) + "-" + namespace_of_numbers();
}

// In clock ticks since the boot: field 22 of /proc/NUMBER/stat. "" where there is no such process.
std::string start_time(std::string_view number)
{
  constexpr std::size_t k_field =
      19;   // counted from the one behind the program's name, which may hold anything
  const std::string stat = text_of(fmt::format("/proc/{}/stat", number));
  const std::size_t name_end = stat.rfind(')');
  const auto fields = text::split(
      name_end == std::string::npos ? std::string_view() : std::string_view(stat).substr(name_end + 2), ' ');
  return fields.size() > k_field ? std::string(fields[k_field]) : "";
}

}   // namespace

const std::string& own_mark()
{
  static const std::string mark =
      fmt::format("{}-{}-{}", place(), ::getpid(), start_time(std::to_string(::getpid())));
  return mark;
}

bool has_ended(std::string_view mark)
{
  static const std::string here = place() + "-";
  if (!mark.starts_with(here)) {
    return false;
  }
  const auto parts = text::split(mark.substr(here.size()), '-');
  return parts.size() == 2 && start_time(parts[0]) != parts[1];
}

}   // namespace envlift::sys
