#include "input/wheel_name.hpp"

#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace envlift::input {

namespace {

std::vector<std::string> tags(std::string_view compressed)
{
  std::vector<std::string> result;
  for (const std::string_view tag : text::split(compressed, '.')) {
    result.push_back(text::to_lower(tag));
  }
  return result;
}

bool has_tag(const std::vector<std::string>& tags, std::string_view tag)
{
  return std::ranges::find(tags, tag) != tags.end();
}

template <typename Predicate>
bool any_tag(const std::vector<std::string>& tags, Predicate predicate)
{
  return std::ranges::any_of(tags, predicate);
}

std::optional<int> number(std::string_view text)
{
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// 11 of "3.11".
int minor_of(const environment::Target& target)
{
  const std::string_view minor = target.python_minor;
  return number(minor.substr(std::min(minor.find('.') + 1, minor.size()))).value_or(0);
}

// 11 of "cp311" and "py311"; nothing for "py3" and other majors.
std::optional<int> tag_minor(std::string_view tag, std::string_view prefix)
{
  return tag.starts_with(prefix) && tag.size() > prefix.size() ? number(tag.substr(prefix.size()))
                                                               : std::nullopt;
}

// As packaging.tags lists them for CPython: cpython_tags, then compatible_tags.
bool fits_python(const WheelName& wheel, int minor)
{
  const std::string exact = fmt::format("cp3{}", minor);
  const bool is_pure = has_tag(wheel.abi_tags, "none");
  return any_tag(wheel.python_tags, [&](const std::string& tag) {
    if (tag == exact) {
      return is_pure || has_tag(wheel.abi_tags, exact) || has_tag(wheel.abi_tags, "abi3");
    }
    const auto cp_minor = tag_minor(tag, "cp3");
    if (cp_minor && has_tag(wheel.abi_tags, "abi3")) {
      return *cp_minor >= 2 && *cp_minor <= minor;
    }
    const auto py_minor = tag_minor(tag, "py3");
    return is_pure && (tag == "py3" || (py_minor && *py_minor <= minor));
  });
}

// The minor of the glibc that a tag asks for; nothing when the tag is none of manylinux.
std::optional<int> manylinux_minor(std::string_view tag, std::string_view machine)
{
  if (!tag.starts_with("manylinux") || !tag.ends_with(machine)) {
    return std::nullopt;
  }
  const std::string_view middle = tag.substr(9, tag.size() - 9 - machine.size());
  if (middle == "1_" || middle == "2010_" || middle == "2014_") {
    return middle == "1_" ? 5 : (middle == "2010_" ? 12 : 17);
  }
  return middle.starts_with("_2_") ? number(middle.substr(3, middle.size() - 4)) : std::nullopt;
}

std::string machine_of(const environment::Target& target)
{
  return target.arch == "arm64" ? "aarch64" : "x86_64";
}

// The least minor of glibc that the wheel runs with: 0 where any will do, nothing where none does.
std::optional<int> least_glibc_minor(const WheelName& wheel, const std::string& machine)
{
  std::optional<int> least;
  for (const std::string& tag : wheel.platform_tags) {
    const auto need =
        tag == "any" || tag == "linux_" + machine ? std::optional(0) : manylinux_minor(tag, machine);
    least = need && (!least || *need < *least) ? need : least;
  }
  return least;
}

std::optional<std::string> platform_misfit(const WheelName& wheel, const environment::Target& target)
{
  const std::string machine = machine_of(target);
  const int have = glibc_minor(target);
  if (const auto least = least_glibc_minor(wheel, machine)) {
    return *least <= have || !target.has_known_glibc
               ? std::nullopt
               : std::optional(fmt::format("built for glibc 2.{}, and the image has 2.{}", *least, have));
  }
  if (any_tag(wheel.platform_tags, [](const std::string& tag) { return tag.starts_with("musllinux"); })) {
    return "built for musl, and the image has glibc";
  }
  return fmt::format("built for {}, and the image is {}", text::join(wheel.platform_tags, ", "), machine);
}

}  // namespace

int glibc_minor(const environment::Target& target)
{
  return minor_of(target) >= 12 ? 34 : 26;
}

std::optional<WheelName> parse_wheel_name(std::string_view file_name)
{
  if (!file_name.ends_with(".whl")) {
    return std::nullopt;
  }
  const auto parts = text::split(file_name.substr(0, file_name.size() - 4), '-');
  const bool has_build = parts.size() == 6 && !parts[2].empty() && text::is_digit(parts[2].front());
  if (parts.size() != 5 && !has_build) {
    return std::nullopt;
  }
  const auto is_name_char = [](char c) { return text::is_alnum(c) || c == '_' || c == '.'; };
  if (parts[0].empty() || !std::ranges::all_of(parts[0], is_name_char) ||
      !environment::Version::parse(parts[1])) {
    return std::nullopt;
  }
  const std::size_t first = parts.size() - 3;
  return WheelName{environment::normalize_name(parts[0]), std::string(parts[1]), tags(parts[first]),
                   tags(parts[first + 1]), tags(parts[first + 2])};
}

std::optional<std::string> other_system(const WheelName& wheel)
{
  const auto is_windows = [](const std::string& tag) { return tag == "win32" || tag.starts_with("win_"); };
  const auto is_mac = [](const std::string& tag) {
    return tag.starts_with("macosx_") || tag.starts_with("ios_");
  };
  const auto is_other = [&](const std::string& tag) { return is_windows(tag) || is_mac(tag); };
  if (!std::ranges::all_of(wheel.platform_tags, is_other)) {
    return std::nullopt;
  }
  return any_tag(wheel.platform_tags, is_windows) ? "a wheel built for Windows" : "a wheel built for macOS";
}

std::optional<std::string> misfit(const WheelName& wheel, const environment::Target& target)
{
  if (!fits_python(wheel, minor_of(target))) {
    return fmt::format("built for {} with ABI {}, and the image has Python {}",
                       text::join(wheel.python_tags, ", "), text::join(wheel.abi_tags, ", "),
                       target.python_minor);
  }
  return platform_misfit(wheel, target);
}

std::optional<int> needed_glibc_minor(const WheelName& wheel, const environment::Target& target)
{
  return fits_python(wheel, minor_of(target)) ? least_glibc_minor(wheel, machine_of(target)) : std::nullopt;
}

}  // namespace envlift::input
