// SHA-256, and SHA-1 where another program names its files by it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct SHA256state_st;

namespace envlift {

// Of bytes that come in parts.
class Sha256 {
public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();
  void add(std::string_view bytes);
  // 64 lower-case hexadecimal digits; ends the sum.
  std::string hex();

private:
  std::unique_ptr<SHA256state_st> state_;
};

// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);
// 32 bytes.
std::string sha256_bytes(std::string_view bytes);
// 40 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view bytes);

}  // namespace envlift
