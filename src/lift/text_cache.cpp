#include "lift/text_cache.hpp"

#include "base/sha256.hpp"
#include "sys/files.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_text_limit_bytes = std::size_t{64} << 20U;

}  // namespace

TextCache::TextCache(std::string_view folder, unsigned long long limit_bytes)
    : folder_(fmt::format("{}/{}", sys::cache_folder(), folder)),
      limit_bytes_(limit_bytes)
{}

bool TextCache::has(const std::string& key) const
{
  return sys::is_file(folder_ + "/" + key);
}

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
  sys::remove_unused(folder_, limit_bytes_);
}

std::string TextCache::name_of(std::string_view text)
{
  return sha256_hex(text);
}

}  // namespace envlift::lift
