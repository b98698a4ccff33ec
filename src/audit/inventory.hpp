// What an image consists of, as the metadata files of its packages say: for bills of materials.
#pragma once

#include "audit/facts.hpp"
#include "audit/packages.hpp"

#include <map>
#include <string>
#include <vector>

namespace envlift::audit {

struct Component {
  Package::Kind kind = Package::Kind::pip;
  std::string name;   // as conda has it; of distributions normalised
  std::string version;
  std::string place;   // its metadata in the image: "opt/env/conda-meta/numpy-2.1.0-py311_0.json"
  std::string build, subdir, channel;   // conda's
  std::string url;   // that it came from, without credentials; "" where the metadata has none
  std::map<std::string, std::string>
      hashes;   // of that file, in lower-case hexadecimal, by "md5" or "sha256"
  std::string license;   // as the metadata words it; "" for none
};

struct Inventory {
  std::string image_id;   // "sha256:…", the configuration's
  std::string architecture;   // Go's: amd64, arm64
  std::string created;   // RFC 3339, as the configuration has it; "" for none
  std::string system;   // the system's ID in os-release: "amzn", "debian"
  std::string
      base_name;   // the reference where envlift put the image together, else the system's name; may be ""
  std::string
      base_chain;   // "sha256:…", the chain ID of the base's layers (OCI image-spec); "" where the image has no base
  std::vector<Component> base;   // packages in the base's layers, by kind, name and place
  std::vector<Component> own;   // those above it
};

Inventory inventory(const ImageFacts& facts);

}   // namespace envlift::audit
