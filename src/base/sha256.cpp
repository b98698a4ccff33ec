#include "base/sha256.hpp"

#include <array>

// The plain functions, which OpenSSL 3 calls deprecated: the ones in their place bring its providers, and with them a
// megabyte of memory and a millisecond to every run.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace envlift {

namespace {

template <std::size_t Size>
std::string hex_digits(const std::array<unsigned char, Size>& digest)
{
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text += digits[byte >> 4U];
    text += digits[byte & 0x0FU];
  }
  return text;
}

}   // namespace

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
  return hex_digits(digest);
}

std::string sha256_hex(std::string_view bytes)
{
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

std::string sha256_bytes(std::string_view bytes)
{
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string sha1_hex(std::string_view bytes)
{
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return hex_digits(digest);
}

}  // namespace envlift
