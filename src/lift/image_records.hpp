// What is remembered of images, so that a push can do without an engine and without sending what is there.
#pragma once

#include "engine/engine.hpp"
#include "lift/text_cache.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::lift {

class ImageRecords {
public:
  ImageRecords();

  // The configuration of the engine's image with that ID.
  std::optional<std::string> config(const std::string& id) const;
  void keep_config(const std::string& id, std::string_view config) const;
  // The ID of the image that was put together here under that tag last.
  std::optional<std::string> id_of(const std::string& tag) const;
  void keep_tag(const std::string& tag, const std::string& id) const;
  // The base image of the last build on it: what a layer over it must know.
  std::optional<engine::Image> base(const std::string& reference, const std::string& platform) const;
  void keep_base(const std::string& reference, const std::string& platform, const engine::Image& base) const;

  // The manifest that was pushed last to a place ("host/repository").
  std::optional<std::string> pushed_manifest(const std::string& place) const;
  void keep_pushed_manifest(const std::string& place, std::string_view manifest) const;
  void forget_pushed_manifest(const std::string& place) const;
  // The repository of the host that has got the blob from here; "" for none.
  std::string holder(const std::string& host, const std::string& digest) const;
  void keep_holder(const std::string& host, const std::string& digest, const std::string& repository) const;

  void trim() const;

private:
  TextCache configs_;
  TextCache tags_;
  TextCache bases_;
  TextCache manifests_;
  TextCache holders_;
};

}  // namespace envlift::lift
