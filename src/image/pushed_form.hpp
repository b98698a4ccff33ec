// An image as registries take it: its layers packed, and its manifest.
#pragma once

#include "base/result.hpp"
#include "image/bytes.hpp"

#include <string>
#include <vector>

namespace envlift::image {

// Reads the source to its end and writes its gzip form (RFC 1952), which says neither when nor where it was made: the
// same bytes give the same form.
Result<> write_gzip(ByteSource& source, ByteSink& sink);

// What a manifest says of a blob.
struct BlobName {
  std::string digest;   // "sha256:…"
  unsigned long long size = 0;   // in bytes, as stored
};

inline constexpr const char* k_pushed_manifest_type = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr const char* k_pushed_layer_type = "application/vnd.docker.image.rootfs.diff.tar.gzip";

// The manifest of an image with gzip layers, lowest first, in docker's form (image manifest version 2, schema 2), which
// every registry and Lambda take.
std::string manifest_text(const BlobName& config, const std::vector<BlobName>& layers);

}   // namespace envlift::image
