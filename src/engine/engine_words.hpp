// The engines' wordings, known here alone (engine_words.cpp, and build_words.cpp for builds). Messages differ among dockerd, BuildKit, conda and pip
// and change with their versions: every test on their text is here.
#pragma once

#include "base/error.hpp"

#include <string>
#include <vector>

namespace envlift::engine {

// What a failed `docker version` says (exit 3); `docker_host` is the variable's value, "" when it is not set.
Error unreachable(const std::string& client, const std::string& output, const std::string& docker_host);

// What a failed `docker run` says.
Error run_failed(const std::string& image, const std::string& output);

// What a failed `docker image inspect` or `docker save` says.
Error reading_failed(const std::string& image, const std::string& output);

// The limit of a sandbox that an engine cannot make, and its words; no name where `docker run` failed for another reason.
struct RefusedLimit {
  std::string name;
  std::string words;
};
RefusedLimit refused_limit(const std::string& output);

// What a failed `docker load` says.
Error load_failed(const std::string& image, const std::string& output);

// What a failed build says; `lines` are the last lines of its output (exit 4, or 75 where a retry may help).
Error build_failed(const std::vector<std::string>& lines);

// Whether `docker image inspect` failed because there is no such image.
bool says_no_such_image(const std::string& output);

// What a `docker inspect` that tells no state of a container says.
Error state_unknown(const std::string& output);

}  // namespace envlift::engine
