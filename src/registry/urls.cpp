#include "registry/urls.hpp"

#include "base/encoding.hpp"

#include <fmt/format.h>

namespace envlift::registry {

bool is_web_url(std::string_view text)
{
  return text.starts_with("https://") || text.starts_with("http://");
}

std::string_view origin_of(std::string_view url)
{
  const std::size_t scheme = url.find("://");
  return url.substr(0, scheme == std::string_view::npos ? 0 : url.find('/', scheme + 3));
}

std::string followed(const std::string& from, const std::string& location)
{
  if (is_web_url(location)) {
    return location;
  }
  if (location.starts_with("//")) {
    return from.substr(0, from.find("//")) + location;
  }
  if (location.starts_with('/')) {
    return std::string(origin_of(from)) + location;
  }
  const std::string path = from.substr(0, from.find('?'));
  return path.substr(0, path.rfind('/') + 1) + location;
}

std::string with_query(std::string url, std::string_view name, std::string_view value)
{
  url += url.find('?') == std::string::npos ? '?' : '&';
  url += fmt::format("{}={}", name, percent_encoded(value));
  return url;
}

}  // namespace envlift::registry
