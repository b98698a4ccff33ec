// The files that the SDKs and AWS's command line share: ~/.aws/config and ~/.aws/credentials, read as botocore reads
// them (botocore/configloader.py).
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::aws {

// A section of such a file. Every value is held as a secret: some are, and a file may have them under any key.
struct Section {
  std::map<std::string, Secret, std::less<>> values;   // by key in lower case
  // The indented lines below a key, as in `ecr =` of a section [services NAME].
  std::map<std::string, std::map<std::string, Secret, std::less<>>, std::less<>> nested;

  bool has(std::string_view key) const { return values.contains(key); }
  Secret secret(std::string_view key) const;
  // Of a key whose value is none; "" where there is no such key.
  std::string text(std::string_view key) const;
};

using Sections = std::map<std::string, Section, std::less<>>;   // by name

struct ProfileFiles {
  Sections config;   // profiles of the config file
  Sections credentials;   // profiles of the credentials file
  Sections sso_sessions;
  Sections services;

  // Both files' values of a profile, those of the credentials file first; nothing where neither has it.
  std::optional<Section> profile(std::string_view name) const;
};

// A file as it was read; the name is for findings.
struct NamedText {
  std::string name;
  std::string text;
};

// EL1303, with the line, for a text that is no such file.
Result<ProfileFiles> parse_profile_files(const NamedText& config, const NamedText& credentials);

}   // namespace envlift::aws
