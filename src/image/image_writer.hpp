// An image that is written: its configuration, and docker's archive of it.
#pragma once

#include "base/result.hpp"
#include "image/bytes.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace envlift::image {

// A layer over the base.
struct NewLayer {
  std::string name;                 // for the history: "numpy 2.1.0"
  std::string diff_id;              // "sha256:…" of its tar
  unsigned long long bytes = 0;     // of its tar
};

// What an image adds to its base.
struct NewImage {
  std::string architecture;         // x86_64 | arm64
  std::string base_name;            // for the history
  std::string base_config;          // JSON: the part `config` of the base's configuration
  std::vector<std::string> base_layers;                   // diffIDs, lowest first
  std::vector<NewLayer> layers;                           // lowest first
  std::vector<std::pair<std::string, std::string>> env;   // in place of the base's of the same name, or after them
  std::string working_folder;   // "" = the base's
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> labels;                        // names, without values
};

// The image's configuration (OCI image-spec config.md) as JSON whose SHA-256 is the image's ID; the same image gives the
// same text. `created` is RFC 3339; "" leaves it out.
std::string config_text(const NewImage& image, const std::string& created);

// Opens a layer's tar by its diffID.
using LayerBytes = std::function<Result<std::unique_ptr<ByteSource>>(const NewLayer& layer)>;

// Writes docker's archive of the image. The first `left_out` layers, counted from the base's lowest, are named and not
// written: for an engine that has them. EL1105 when a layer has other bytes than its size or its diffID says.
Result<> write_docker_archive(const NewImage& image, const std::string& config, const std::string& tag,
                              std::size_t left_out, const LayerBytes& open, ByteSink& sink);

}  // namespace envlift::image
