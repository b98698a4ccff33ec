// URLs of a registry.
#pragma once

#include <string>
#include <string_view>

namespace envlift::registry {

// Whether the text begins as an http or https URL does.
bool is_web_url(std::string_view text);
// Where a `Location` leads that came in the answer of `from` (RFC 3986 section 4.2): a URL, or a path of the same host.
std::string followed(const std::string& from, const std::string& location);
// The URL with one more parameter, escaped.
std::string with_query(std::string url, std::string_view name, std::string_view value);
// "https://host:port" of a URL.
std::string_view origin_of(std::string_view url);

}   // namespace envlift::registry
