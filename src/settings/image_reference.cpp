#include "settings/image_reference.hpp"
#include "settings/settings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace envlift::settings {

namespace {

constexpr std::size_t k_longest_name = 255;
constexpr std::size_t k_longest_tag = 128;
constexpr std::size_t k_shortest_digest = 32;

bool is_lower_alnum(char c)
{
  return (c >= 'a' && c <= 'z') || text::is_digit(c);
}

// What may stand between two runs of letters: ".", "_", "__" or any number of "-".
bool is_separator(std::string_view between)
{
  return between == "." || between == "_" || between == "__" ||
         std::ranges::all_of(between, [](char c) { return c == '-'; });
}

// path-component := [a-z0-9]+ (separator [a-z0-9]+)*
bool is_path_component(std::string_view component)
{
  if (component.empty() || !is_lower_alnum(component.front()) || !is_lower_alnum(component.back())) {
    return false;
  }
  std::size_t at = 0;
  while (at < component.size()) {
    const std::size_t begin = at;
    while (!is_lower_alnum(component[at])) {
      ++at;   // ends: the last byte is a letter or digit
    }
    if (at > begin && !is_separator(component.substr(begin, at - begin))) {
      return false;
    }
    ++at;
  }
  return true;
}

bool is_domain_component(std::string_view component)
{
  const auto allowed = [](char c) { return text::is_alnum(c) || c == '-'; };
  return !component.empty() && component.front() != '-' && component.back() != '-' &&
         std::ranges::all_of(component, allowed);
}

bool is_domain(std::string_view domain)
{
  const std::size_t colon = domain.find(':');
  if (colon != std::string_view::npos) {
    const std::string_view port = domain.substr(colon + 1);
    if (port.empty() || !std::ranges::all_of(port, text::is_digit)) {
      return false;
    }
  }
  return std::ranges::all_of(text::split(domain.substr(0, colon), '.'), is_domain_component);
}

// The first part is a registry when it could not be a folder: docker's own rule.
bool names_registry(std::string_view part)
{
  return part.find_first_of(".:") != std::string_view::npos || part == "localhost" ||
         text::to_lower(part) != part;
}

bool is_name(std::string_view name)
{
  if (name.empty() || name.size() > k_longest_name) {
    return false;
  }
  std::vector<std::string_view> parts = text::split(name, '/');
  if (parts.size() > 1 && names_registry(parts.front())) {
    if (!is_domain(parts.front())) {
      return false;
    }
    parts.erase(parts.begin());
  }
  return std::ranges::all_of(parts, is_path_component);
}

bool is_digest(std::string_view digest)
{
  const std::size_t colon = digest.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return false;
  }
  const std::string_view value = digest.substr(colon + 1);
  return std::ranges::all_of(digest.substr(0, colon), is_lower_alnum) && value.size() >= k_shortest_digest &&
         text::is_lower_hex(value);
}

}  // namespace

bool is_tag(std::string_view tag)
{
  const auto word = [](char c) { return text::is_alnum(c) || c == '_'; };
  return !tag.empty() && tag.size() <= k_longest_tag && word(tag.front()) &&
         std::ranges::all_of(tag, [&](char c) { return word(c) || c == '.' || c == '-'; });
}

ImageReference split_reference(std::string_view text)
{
  ImageReference reference;
  const std::size_t at_sign = text.find('@');
  if (at_sign != std::string_view::npos) {
    reference.digest = text.substr(at_sign + 1);
    text = text.substr(0, at_sign);
  }
  // A colon before the last '/' belongs to the registry's port.
  const std::size_t colon = text.rfind(':');
  const std::size_t slash = text.rfind('/');
  if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
    reference.tag = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  reference.name = text;
  return reference;
}

std::string_view registry_of(std::string_view name)
{
  const std::size_t slash = name.find('/');
  const std::string_view first = slash == std::string_view::npos ? "" : name.substr(0, slash);
  return names_registry(first) ? first : "";
}

std::string with_tag(std::string_view text)
{
  const ImageReference reference = split_reference(text);
  const bool is_name = reference.tag.empty() && reference.digest.empty();
  return std::string(text) + (is_name ? ":latest" : "");
}

bool is_image_reference(std::string_view text)
{
  const ImageReference reference = split_reference(text);
  // An empty part that its sign announced is wrong: "name:", "name@".
  const bool ends_early =
      text.ends_with(':') || text.ends_with('@') || text.find(":@") != std::string_view::npos;
  return !ends_early && is_name(reference.name) && (reference.tag.empty() || is_tag(reference.tag)) &&
         (reference.digest.empty() || is_digest(reference.digest));
}

std::string default_tag(const std::string& folder_name)
{
  std::string name;
  for (const char c : text::to_lower(folder_name)) {
    const bool allowed =
        text::is_alnum(c) || ((c == '-' || c == '_' || c == '.') && !name.empty() && name.back() != '-');
    name += allowed ? c : '-';
  }
  while (!name.empty() && !text::is_alnum(name.back())) {
    name.pop_back();
  }
  while (!name.empty() && !text::is_alnum(name.front())) {
    name.erase(0, 1);
  }
  return (name.empty() ? "envlift-function" : name) + ":latest";
}

}  // namespace envlift::settings
