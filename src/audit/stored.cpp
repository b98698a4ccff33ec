// The image as it is stored: what Lambda refuses although engines take it.
#include "audit/base_layers.hpp"
#include "audit/machines.hpp"
#include "audit/names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

constexpr std::string_view k_docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
constexpr std::string_view k_oci_manifest = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view k_docker_config = "application/vnd.docker.container.image.v1+json";
constexpr std::string_view k_oci_config = "application/vnd.oci.image.config.v1+json";
constexpr std::string_view k_docker_layer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
constexpr std::string_view k_oci_layer = "application/vnd.oci.image.layer.v1.tar+gzip";
constexpr std::string_view k_attestation = "unknown/unknown";   // the platform that BuildKit gives them
constexpr std::string_view k_rebuild =
    "build with `BUILDX_NO_DEFAULT_ATTESTATIONS=1`, or `--provenance=false --sbom=false`";

// docker's archive is what an engine writes for an engine: its layers are packed anew when they are pushed.
bool is_as_pushed(const image::StoredImage& image)
{
  return !image.manifest_media_type.empty();
}

std::string_view name_of_compression(image::Compression compression)
{
  switch (compression) {
    case image::Compression::none: return "not compressed";
    case image::Compression::gzip: return "gzip";
    case image::Compression::zstd: return "zstd";
    case image::Compression::other: break;
  }
  return "of an unknown encoding";
}

void check_index(const image::StoredImage& stored, Findings& findings)
{
  std::vector<std::string> platforms;
  for (const std::string& other : stored.other_manifests) {
    if (other != k_attestation) {
      platforms.push_back(other);
    }
  }
  if (platforms.size() < stored.other_manifests.size()) {
    findings.add("EL1139", "", "the image is an index with attestations, which Lambda refuses",
                 std::string(k_rebuild));
  }
  if (!platforms.empty()) {
    findings.add("EL1139", "",
                 fmt::format("the image is an index of several platforms ({} too), which Lambda refuses",
                             platforms.front()),
                 "build for one platform with --platform");
  }
  if (stored.is_in_index && stored.other_manifests.empty()) {
    findings.add("EL1139", "", "the image is an index of one manifest, and Lambda takes a manifest alone",
                 "push the manifest itself, as `envlift push` does");
  }
}

std::string encoding_defect(const image::Layer& layer)
{
  const bool is_known = layer.media_type == k_docker_layer || layer.media_type == k_oci_layer;
  if (layer.compression != image::Compression::gzip) {
    return fmt::format("is {}", name_of_compression(layer.compression));
  }
  return is_known ? "" : fmt::format("has the media type {}", layer.media_type);
}

// Lambda names the configuration's media type among those that it does not support.
void check_config_type(const image::StoredImage& stored, Findings& findings)
{
  const std::string& type = stored.config_media_type;
  if (!type.empty() && type != k_docker_config && type != k_oci_config) {
    findings.add("EL1139", "", fmt::format("the configuration has the media type {}", type),
                 "push it as a Docker v2 schema 2 or an OCI image manifest");
  }
}

// Of a Docker manifest all parts are Docker's, of an OCI one OCI's.
bool is_mixed(const image::StoredImage& stored)
{
  const bool is_docker = stored.manifest_media_type == k_docker_manifest;
  const std::string_view wanted = is_docker ? k_docker_layer : k_oci_layer;
  return stored.config_media_type == (is_docker ? k_oci_config : k_docker_config) ||
         std::ranges::any_of(stored.layers, [&](const image::Layer& layer) {
           return encoding_defect(layer).empty() && layer.media_type != wanted;
         });
}

// An image without a history is usual, and so is one upon a base that has none.
void check_history(const Audited& image, Findings& findings)
{
  const image::StoredImage& stored = image.facts.image;
  const auto steps = static_cast<std::size_t>(
      std::ranges::count(stored.config.history, false, &image::History::empty_layer));
  const std::size_t layers = stored.layers.size();
  if (stored.config.history.empty() || (steps <= layers && steps + BaseLayers(image).count() >= layers)) {
    return;
  }
  findings.add(
      "EL1152", "",
      fmt::format("the history tells of {}, and the image has {}", text::counted(steps, "layer"), layers),
      "export the image again with the tool that built it, or push it with another");
}

}  // namespace

void check_manifest(const Audited& image, Findings& findings)
{
  const image::StoredImage& stored = image.facts.image;
  check_index(stored, findings);
  const bool is_known =
      stored.manifest_media_type == k_docker_manifest || stored.manifest_media_type == k_oci_manifest;
  if (is_as_pushed(stored) && !is_known) {
    findings.add("EL1139", "", fmt::format("the manifest has the media type {}", stored.manifest_media_type),
                 "push it as a Docker v2 schema 2 or an OCI image manifest");
  }
  check_config_type(stored, findings);
  check_history(image, findings);
  const image::Config& config = stored.config;
  if (config.os != "linux" || (config.architecture != "amd64" && config.architecture != "arm64")) {
    findings.add("EL1139", "",
                 fmt::format("the image is for {}/{}, and Lambda runs linux/amd64 and linux/arm64", config.os,
                             config.architecture),
                 "build for one of them with --platform");
  }
  if (is_known && is_mixed(stored)) {
    findings.add("EL1139", "", "the manifest mixes media types of Docker and of OCI",
                 "push the image anew with one tool");
  }
}

void check_layers(const Audited& image, Findings& findings)
{
  const BaseLayers base(image);
  const image::StoredImage& stored = image.facts.image;
  for (std::size_t i = 0; i < stored.layers.size(); ++i) {
    const image::Layer& layer = stored.layers[i];
    if (const std::string defect = is_as_pushed(stored) ? encoding_defect(layer) : ""; !defect.empty()) {
      findings.add("EL1140", "",
                   fmt::format("layer {} ({}) {}, and Lambda is known to take gzip alone", i + 1,
                               layer.digest.empty() ? layer.diff_id : layer.digest, defect),
                   "export the image with gzip layers (`compression=gzip,force-compression=true`)");
    }
    const auto& missing = layer_facts(image.facts, i).missing_parents;
    if (!missing.empty() && !base.has(i)) {
      findings.add("EL1141", missing.front(),
                   fmt::format("layer {} has files in this folder and not the folder itself{}", i + 1,
                               missing.size() > 1 ? fmt::format(", nor {} more", missing.size() - 1) : ""),
                   "write the layer with the entries of all parent folders");
    }
  }
}

}  // namespace envlift::audit
