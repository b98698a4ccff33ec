// Small texts in a folder of the cache, by key. What is not there costs time and nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift::lift {

class TextCache {
public:
  static constexpr unsigned long long k_usual_bytes = 16ULL << 20U;

  // In `sys::cache_folder()`; trim() leaves `limit_bytes` of it.
  explicit TextCache(std::string_view folder, unsigned long long limit_bytes = k_usual_bytes);

  bool has(const std::string& key) const;
  std::optional<std::string> get(const std::string& key) const;
  // The key is a file's name; see name_of() for one of any text.
  void keep(const std::string& key, std::string_view text) const;
  void forget(const std::string& key) const;
  // Removes what was not used for long, above a fixed size of the whole.
  void trim() const;

  static std::string name_of(std::string_view text);

private:
  std::string folder_;
  unsigned long long limit_bytes_;
};

}  // namespace envlift::lift
