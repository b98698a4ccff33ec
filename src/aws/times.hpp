// Times as AWS writes them; all in seconds since 1970.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace envlift::aws {

// "20261121T140509Z", as a signature has it.
std::string signing_time(std::int64_t time);
// "2026-11-21T14:05:09Z".
std::string rfc3339(std::int64_t time);
// Of RFC 3339 with any offset and fraction, and of the "UTC" that old SSO caches have in place of the "Z".
std::optional<std::int64_t> parse_rfc3339(const std::string& text);
// Of an HTTP Date header: "Sat, 21 Nov 2026 14:05:09 GMT".
std::optional<std::int64_t> parse_http_date(const std::string& text);

}  // namespace envlift::aws
