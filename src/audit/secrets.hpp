// Likely secrets in texts: files, and what an image's configuration and history hold.
#pragma once

#include "audit/facts.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

// Whether the path is of software that others wrote (a package folder, the system's): its texts are full of example
// URLs, and its tests of keys made for them.
bool is_vendor_path(std::string_view path);
// Whether the path lies in a folder of tests, examples or documentation.
bool is_test_path(std::string_view path);

// Kinds that other files know.
inline constexpr std::string_view url_secret = "credentials in a URL";
inline constexpr std::string_view private_key = "private key";
inline constexpr std::string_view web_token = "JSON Web Token";
inline constexpr std::string_view aws_key_id = "AWS access key ID";

enum class Content { text, binary };

// Kinds and lines, in order of lines, one of a kind for each line; never a value. `path` is without its leading '/' and
// tells which forms to expect; "" for a text that is no file.
std::vector<SecretFact> find_secrets(std::string_view path, std::string_view text);

// A private key in DER in a file whose name says that it is one (.der, .key, .pk8, .p8); `head` are its first bytes,
// `size` how many it has.
std::optional<SecretFact> find_der_key(std::string_view path, std::string_view head, unsigned long long size);

// The same for bytes that come one block after the other, of which only a window is held. Of binaries only what random
// bytes do not look like is told, without a line.
class SecretScan {
public:
  SecretScan(std::string path, Content content);
  void add(std::string_view bytes);
  std::vector<SecretFact> end();

private:
  void look(bool is_last);

  std::string path_;
  Content content_;
  std::string window_;   // begins with what was looked at already, for what stands before a mark counts
  std::size_t looked_at_ = 0;   // of the window
  std::size_t line_ = 1;   // that the window begins in
  std::vector<SecretFact> facts_;
};

}   // namespace envlift::audit
