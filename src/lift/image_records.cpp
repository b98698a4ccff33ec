#include "lift/image_records.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::lift {

namespace {

using Json = nlohmann::json;

std::string key_of(std::string_view first, std::string_view second = "")
{
  return TextCache::name_of(fmt::format("{}\n{}", first, second));
}

}  // namespace

ImageRecords::ImageRecords()
    : configs_("configs"),
      tags_("tags"),
      bases_("bases"),
      manifests_("pushed-manifests"),
      holders_("pushed-blobs")
{}

std::optional<std::string> ImageRecords::config(const std::string& id) const
{
  return configs_.get(key_of(id));
}

void ImageRecords::keep_config(const std::string& id, std::string_view config) const
{
  configs_.keep(key_of(id), config);
}

std::optional<std::string> ImageRecords::id_of(const std::string& tag) const
{
  return tags_.get(key_of(tag));
}

void ImageRecords::keep_tag(const std::string& tag, const std::string& id) const
{
  tags_.keep(key_of(tag), id);
}

std::optional<engine::Image> ImageRecords::base(const std::string& reference,
                                                const std::string& platform) const
{
  const auto text = bases_.get(key_of(reference, platform));
  const Json json = text ? Json::parse(*text, nullptr, false) : Json();
  if (!json.is_object() || !json.value("layers", Json()).is_array()) {
    return std::nullopt;
  }
  engine::Image base;
  base.id = json.value("id", "");
  base.config = json.value("config", "");
  for (const Json& layer : json["layers"]) {
    base.layers.push_back(layer.is_string() ? layer.get<std::string>() : "");
  }
  return base;
}

void ImageRecords::keep_base(const std::string& reference, const std::string& platform,
                             const engine::Image& base) const
{
  const Json json = {{"id", base.id}, {"config", base.config}, {"layers", base.layers}};
  bases_.keep(key_of(reference, platform), json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::optional<std::string> ImageRecords::pushed_manifest(const std::string& place) const
{
  return manifests_.get(key_of(place));
}

void ImageRecords::keep_pushed_manifest(const std::string& place, std::string_view manifest) const
{
  manifests_.keep(key_of(place), manifest);
}

void ImageRecords::forget_pushed_manifest(const std::string& place) const
{
  manifests_.forget(key_of(place));
}

std::string ImageRecords::holder(const std::string& host, const std::string& digest) const
{
  return holders_.get(key_of(host, digest)).value_or("");
}

void ImageRecords::keep_holder(const std::string& host, const std::string& digest,
                               const std::string& repository) const
{
  holders_.keep(key_of(host, digest), repository);
}

void ImageRecords::trim() const
{
  for (const TextCache* cache : {&configs_, &tags_, &bases_, &manifests_, &holders_}) {
    cache->trim();
  }
}

}  // namespace envlift::lift
