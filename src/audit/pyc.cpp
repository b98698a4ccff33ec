#include "audit/pyc.hpp"

namespace envlift::audit {

namespace {

std::uint32_t little_endian(std::string_view bytes)
{
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

}   // namespace

std::optional<PycFacts> parse_pyc(std::string_view head)
{
  constexpr std::uint32_t hash_based = 1;
  constexpr std::uint32_t checked = 2;
  if (head.size() < 16 || head.substr(2, 2) != "\r\n") {
    return std::nullopt;
  }
  const std::uint32_t flags = little_endian(head.substr(4, 4));
  if ((flags & ~(hash_based | checked)) != 0) {
    return std::nullopt;   // importlib refuses it too
  }
  PycFacts facts;
  facts.magic = static_cast<std::uint16_t>(little_endian(head.substr(0, 2)));
  facts.is_hash_based = (flags & hash_based) != 0;
  facts.is_checked = (flags & checked) != 0;
  if (facts.is_hash_based) {
    facts.source_hash = little_endian(head.substr(8, 4)) | std::uint64_t{little_endian(head.substr(12, 4))}
                                                               << 32U;
  }
  else {
    facts.source_mtime = little_endian(head.substr(8, 4));
    facts.source_size = little_endian(head.substr(12, 4));
  }
  return facts;
}

}   // namespace envlift::audit
