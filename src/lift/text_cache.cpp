#include "lift/text_cache.hpp"

#include "base/sha256.hpp"
#include "sys/files.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_text_limit_bytes = std::size_t{16} << 20U;
constexpr unsigned long long k_texts_limit_bytes = 16ULL << 20U;

}  // namespace

TextCache::TextCache(std::string_view folder) : folder_(fmt::format("{}/{}", sys::cache_folder(), folder)) {}

std::optional<std::string> TextCache::get(const std::string& key) const
{
  const std::string path = folder_ + "/" + key;
  auto text = sys::read_file(path, k_text_limit_bytes);
  if (!text) {
    return std::nullopt;
  }
  sys::mark_used(path);
  return std::move(*text);
}

void TextCache::keep(const std::string& key, std::string_view text) const
{
  static_cast<void>(
      sys::make_folders(folder_).and_then([&] { return sys::write_file(folder_ + "/" + key, text); }));
}

void TextCache::forget(const std::string& key) const
{
  static_cast<void>(sys::remove_tree(folder_ + "/" + key));
}

void TextCache::trim() const
{
  sys::remove_unused(folder_, k_texts_limit_bytes);
}

std::string TextCache::name_of(std::string_view text)
{
  return sha256_hex(text);
}

}  // namespace envlift::lift
