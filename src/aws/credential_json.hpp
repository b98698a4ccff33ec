// The JSON that credential endpoints and programs answer with.
#pragma once

#include "aws/credentials.hpp"

#include <string>
#include <string_view>

namespace envlift::aws {

// Of an object with AccessKeyId, SecretAccessKey, Expiration and, under the key `token`, the session's token; nothing
// where the text is no such object. The source is left to the caller.
std::optional<Credentials> parse_credentials(const std::string& json, std::string_view token);

}   // namespace envlift::aws
