// Which files' texts the checks read, and how much of them is kept: of package metadata only what packages.cpp needs,
// in the format that it had.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift::audit {

struct TextRule {
  std::size_t limit = 0;   // larger files are left out
  std::string (*reduced)(std::string_view) = nullptr;   // nullptr = as it is
  bool is_source = false;   // a Python source, of which there can be many
};

// Nothing for a file that no check reads. `has_shebang` tells scripts.
std::optional<TextRule> text_rule(std::string_view path, bool has_shebang);

// METADATA, PKG-INFO: name, version, requirements, what the license is called; without the description.
std::string reduced_metadata(std::string_view text);
// RECORD: the paths, the SHA-256 of Python sources, the sizes ("numpy/__init__.py,sha256=…,1042").
std::string reduced_record(std::string_view text);
// conda-meta/*.json: name, version, build, where it came from, license, noarch, depends, files; "sizes" are theirs, in
// the same order, 0 where the record has none, and "prefixed" those that conda wrote its prefix into.
std::string reduced_conda(std::string_view text);
// dpkg's status: names and versions.
std::string reduced_dpkg(std::string_view text);

// The file that a line of RECORD names; quotes of CSV resolved.
std::string record_path(std::string_view line);
// Its SHA-256, base64url without padding; "" where the line has none.
std::string_view record_sum(std::string_view line);
// Its size when it was installed; 0 where the line has none.
unsigned long long record_size(std::string_view line);

}   // namespace envlift::audit
