// SHA-256.
#pragma once

#include <string>
#include <string_view>

struct evp_md_ctx_st;

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
  evp_md_ctx_st* context_;
};

// 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace envlift
