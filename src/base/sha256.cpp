#include "base/sha256.hpp"

#include <array>
#include <stdexcept>

#include <openssl/evp.h>

namespace envlift {

namespace {

void check(int answer)
{
  if (answer != 1) {
    throw std::runtime_error("OpenSSL refuses SHA-256");
  }
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new())
{
  check(EVP_DigestInit_ex(context_, EVP_sha256(), nullptr));
}

Sha256::~Sha256()
{
  EVP_MD_CTX_free(context_);
}

void Sha256::add(std::string_view bytes)
{
  check(EVP_DigestUpdate(context_, bytes.data(), bytes.size()));
}

std::string Sha256::hex()
{
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  check(EVP_DigestFinal_ex(context_, digest.data(), &length));
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(std::size_t{length} * 2);
  for (unsigned int i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0x0FU];
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
