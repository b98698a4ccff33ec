// An image's configuration (OCI image-spec config.md; docker's is the same but for its extensions).
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace envlift::image {

struct History {
  std::string created_by;
  bool empty_layer = false;
  std::string comment = {};
};

struct Config {
  std::string architecture;         // Go's: amd64, arm64
  std::string os;
  std::string created;              // RFC 3339; "" where it is not said
  std::vector<std::pair<std::string, std::string>> env;   // in order
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::string working_dir;
  std::string user;
  std::vector<std::string> healthcheck;   // docker's extension: "CMD-SHELL" and a line, "CMD" and words
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<History> history;
  std::vector<std::string> diff_ids;   // "sha256:…", lowest layer first
  std::string text;                    // the JSON as it was, for what is not above
};

// EL1102 when the text is no configuration of an image.
Result<Config> parse_config(std::string_view text);

}  // namespace envlift::image
