// Whether a value is a secret, or an example or placeholder of one.
#pragma once

#include <cstddef>
#include <string_view>

namespace envlift::audit {

// Bits for each character.
double entropy(std::string_view value);
// `$VAR`, `<password>`, `********`, "changeme", "EXAMPLE": what documentation and templates write.
bool is_placeholder(std::string_view value);

bool is_word_char(char c);
// The characters from `from` on for which `is_part` holds.
std::string_view run_of(std::string_view text, std::size_t from, bool (*is_part)(char));

// Whether the text holds a secret access key of AWS: 40 characters that stand alone and are no hash.
bool has_aws_secret(std::string_view text);
// Whether behind the header of a PEM block ("-----BEGIN …") at `at` a private key follows.
bool is_private_key(std::string_view text, std::size_t at);
// Whether a JSON Web Token (RFC 7519) with a signature begins at `at`. That of the documentation is an example.
bool is_web_token(std::string_view text, std::size_t at);
// Whether the bytes are the beginning of a private key in DER of `size` bytes: PKCS#8 (RFC 5208), PKCS#1 (RFC 8017) or
// SEC 1 (RFC 5915). One that a password protects is none.
bool is_der_key(std::string_view head, unsigned long long size);
// Whether the URL whose "://" stands at `at` has a password; `is_conda` counts `/t/TOKEN/` of any form.
bool is_secret_url(std::string_view text, std::size_t at, bool is_conda);

}   // namespace envlift::audit
