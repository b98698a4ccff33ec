#include "image/manifest.hpp"

#include "base/json_text.hpp"
#include "base/path.hpp"
#include "image/failures.hpp"
#include "image/json_limits.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::image {

namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* key)
{
  static const Json nothing;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() ? *found : nothing;
}

Result<std::vector<std::string>> texts_of(const Json& object, const char* key)
{
  std::vector<std::string> all;
  const Json& list = member(object, key);
  if (list.is_null()) {
    return all;
  }
  for (const Json& one : list.is_array() ? list : Json::array({nullptr})) {
    if (!one.is_string()) {
      return no_image(fmt::format("`{}` is not an array of strings", key));
    }
    all.push_back(one.get<std::string>());
  }
  return all;
}

Result<Descriptor> descriptor_of(const Json& json)
{
  if (!json.is_object()) {
    return no_image("a descriptor is not an object");
  }
  Descriptor descriptor;
  descriptor.media_type = text_member(json, "mediaType");
  descriptor.digest = text_member(json, "digest");
  if (!is_sha256_digest(descriptor.digest)) {
    return no_image(fmt::format("the digest \"{}\" is not a sha256 one", descriptor.digest.substr(0, 100)));
  }
  if (const Json& size = member(json, "size"); size.is_number_unsigned()) {
    descriptor.size = size.get<unsigned long long>();
  }
  if (const Json& platform = member(json, "platform"); platform.is_object()) {
    descriptor.platform = platform_text(text_member(platform, "os"), text_member(platform, "architecture"),
                                        text_member(platform, "variant"));
  }
  if (const Json& notes = member(json, "annotations"); notes.is_object()) {
    descriptor.is_attestation = notes.contains("vnd.docker.reference.type");
    descriptor.reference = text_member(notes, "io.containerd.image.name");
    descriptor.tag = text_member(notes, "org.opencontainers.image.ref.name");
    if (descriptor.reference.empty()) {
      descriptor.reference = descriptor.tag;
    }
  }
  return descriptor;
}

Result<std::vector<Descriptor>> descriptors_of(const Json& list)
{
  std::vector<Descriptor> all;
  for (const Json& one : list) {
    ENVLIFT_TRY_ASSIGN(Descriptor descriptor, descriptor_of(one));
    all.push_back(std::move(descriptor));
  }
  return all;
}

Result<Json> parsed(std::string_view text)
{
  if (!is_modest_json(text)) {
    return no_image("the JSON is too large");
  }
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    return no_image("the text is not JSON");
  }
  return json;
}

}  // namespace

Result<Document> parse_document(std::string_view text)
{
  ENVLIFT_TRY_ASSIGN(const Json json, parsed(text));
  const Json& manifests = member(json, "manifests");
  const Json& layers = member(json, "layers");
  if (const Json& version = member(json, "schemaVersion");
      version == 1 && member(json, "fsLayers").is_array()) {
    return refused_manifest("the manifest is Docker's of schema 1, which Lambda refuses");
  }
  // One that is both would be one image to one reader and another to the next (CVE-2021-41190).
  if (manifests.is_array() == layers.is_array()) {
    return no_image("the JSON is neither an index nor a manifest of an image");
  }
  Document document;
  if (manifests.is_array()) {
    ENVLIFT_TRY_ASSIGN(document.manifests, descriptors_of(manifests));
    return document;
  }
  Manifest manifest;
  manifest.media_type = text_member(json, "mediaType");
  ENVLIFT_TRY_ASSIGN(manifest.config, descriptor_of(member(json, "config")));
  ENVLIFT_TRY_ASSIGN(manifest.layers, descriptors_of(layers));
  manifest.text = text;
  document.manifest = std::move(manifest);
  return document;
}

bool is_index_type(std::string_view media_type)
{
  return media_type == "application/vnd.oci.image.index.v1+json" ||
         media_type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

std::string platform_text(const std::string& os, const std::string& architecture, const std::string& variant)
{
  if (os.empty() || architecture.empty()) {
    return "";
  }
  const bool is_usual = variant.empty() || (architecture == "arm64" && variant == "v8") ||
                        (architecture == "amd64" && variant == "v1");
  return is_usual ? fmt::format("{}/{}", os, architecture)
                  : fmt::format("{}/{}/{}", os, architecture, variant);
}

Result<std::vector<SavedImage>> parse_saved_images(std::string_view text)
{
  ENVLIFT_TRY_ASSIGN(const Json json, parsed(text));
  if (!json.is_array()) {
    return no_image("it is not an array");
  }
  std::vector<SavedImage> images;
  for (const Json& one : json) {
    if (!one.is_object() || !member(one, "Config").is_string()) {
      return no_image("an image has no `Config`");
    }
    SavedImage image;
    image.config = path::normal(text_member(one, "Config"));
    ENVLIFT_TRY_ASSIGN(image.tags, texts_of(one, "RepoTags"));
    ENVLIFT_TRY_ASSIGN(image.layers, texts_of(one, "Layers"));
    for (std::string& path : image.layers) {
      path = path::normal(path);
    }
    images.push_back(std::move(image));
  }
  return images;
}

}  // namespace envlift::image
