#include "audit/source_hash.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace envlift::audit {

namespace {

// SipHash with one round for each word and three at the end (Python/pyhash.c).
class SipHash13 {
public:
  explicit SipHash13(std::uint64_t key)
  {
    v0_ ^= key;
    v2_ ^= key;
  }

  void add(std::uint64_t word)
  {
    v3_ ^= word;
    round();
    v0_ ^= word;
  }

  std::uint64_t end()
  {
    v2_ ^= 0xFFU;
    round();
    round();
    round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

private:
  void round()
  {
    v0_ += v1_;
    v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_;
    v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_ = 0x736F6D6570736575U;
  std::uint64_t v1_ = 0x646F72616E646F6DU;
  std::uint64_t v2_ = 0x6C7967656E657261U;
  std::uint64_t v3_ = 0x7465646279746573U;
};

// Up to eight bytes, the first one lowest. The machines that envlift runs on have their words so.
std::uint64_t word_at(std::string_view bytes, std::size_t at, std::size_t size)
{
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, size);
  return word;
}

// The magic number's four bytes, "\r\n" among them.
SipHash13 keyed(std::uint16_t magic)
{
  return SipHash13(magic | std::uint64_t{0x0A0D} << 16U);
}

}   // namespace

SourceHashes hash_source(std::string_view source)
{
  static_assert(k_hashed_magics.size() == 4);
  std::array<SipHash13, 4> hashes = {keyed(k_hashed_magics[0]), keyed(k_hashed_magics[1]),
                                     keyed(k_hashed_magics[2]), keyed(k_hashed_magics[3])};
  const auto add = [&](std::uint64_t word) {
    for (SipHash13& hash : hashes) {
      hash.add(word);
    }
  };
  std::size_t at = 0;
  for (; source.size() - at >= 8; at += 8) {
    add(word_at(source, at, 8));
  }
  add((at == source.size() ? 0 : word_at(source, at, source.size() - at)) | std::uint64_t{source.size()}
                                                                                << 56U);
  return {hashes[0].end(), hashes[1].end(), hashes[2].end(), hashes[3].end()};
}

}   // namespace envlift::audit
