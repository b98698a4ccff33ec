// What a push did, for programs.
#pragma once

#include <string>
#include <vector>

namespace envlift::report {

struct PushedLayer {
  std::string diff_id;
  std::string digest;
  unsigned long long size = 0;
  std::string state;             // sent | there | mounted
};

struct PushReport {
  std::string reference;         // HOST/REPOSITORY@sha256:…
  std::string host;
  std::string repository;
  std::string digest;            // of the manifest
  std::string media_type;
  std::vector<std::string> tags;
  std::vector<PushedLayer> layers;
  unsigned long long sent_bytes = 0;   // of blobs
};

// One JSON object (docs/schema/push.schema.json) with a newline at its end.
std::string push_json(const PushReport& push);

}  // namespace envlift::report
