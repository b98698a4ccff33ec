// Encodings of bytes in text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift {

// Base 64 (RFC 4648, section 4), with or without its padding; nothing where the text is none.
std::optional<std::string> base64_decoded(std::string_view text);
// The same the other way round, with its padding.
std::string base64_encoded(std::string_view bytes);
// With the alphabet of RFC 4648, section 5, and without padding.
std::string base64url_encoded(std::string_view bytes);
// For a URL's query or a form: all but the unreserved characters of RFC 3986 as %XX.
std::string percent_encoded(std::string_view bytes);

}  // namespace envlift
