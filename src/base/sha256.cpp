#include "base/sha256.hpp"

#include <array>

// The plain functions, which OpenSSL 3 calls deprecated: the ones in their place bring its providers, and with them a
// megabyte of memory and a millisecond to every run.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace envlift {

Sha256::Sha256() : state_(std::make_unique<SHA256_CTX>())
{
  SHA256_Init(state_.get());
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes)
{
  SHA256_Update(state_.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex()
{
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256_Final(digest.data(), state_.get());
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes)
{
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

}  // namespace envlift
