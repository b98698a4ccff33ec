// Hashes of packages: which ones pip takes, and which packages of a lock have none.
#pragma once

#include "input/input.hpp"
#include "input/requirements_direct.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace envlift::input {

// The names of the hashes that pip takes, the usual one first (pip: utils/hashes.py, STRONG_HASHES).
inline constexpr std::array<std::string_view, 3> k_pip_hashes = {"sha256", "sha384", "sha512"};

// Why pip does not take the hash, which is written as "sha256:" and its digits; nothing where it does.
std::optional<Complaint> check_pip_hash(std::string_view hash);

// Whether the URL's fragment has one: "#sha256=…".
bool has_hash_in_url(const std::string& url);

// EL0245: packages of a lock that nothing is compared with once they are downloaded, one finding for all of them.
// `relock` is the command that writes such a file.
void note_unhashed(std::string_view relock, ReadResult& result);

}   // namespace envlift::input
