// What builds say: BuildKit's wordings, and those of conda and pip in it.
#include "base/text.hpp"
#include "engine/engine_words.hpp"
#include "engine/words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace envlift::engine {

namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t k_tail_lines = 15;

constexpr std::string_view k_missing_hint =
    "check the package's name and version, and that its channel is listed";
constexpr std::string_view k_credentials_hint =
    "correct the server's user and password: in its URL, or in the file that the setting `netrc` names";

// Whatever fails after one of these fails because of it.
const auto& disk_words()
{
  constexpr auto failed = ExitCode::build_failed;
  static const std::array words = {
    Word{"no space left on device", "EL0903", "the engine's disk is full",
         "`docker builder prune`, or free disk space", failed},
    Word{"nospacelefterror", "EL0903", "the engine's disk is full",
         "`docker builder prune`, or free disk space", failed},
  };
  return words;
}

const auto& network_words()
{
  static const std::array words = {
    Word{"temporary failure in name resolution", "EL0910", "a host name could not be resolved in the build",
         "check the network, or use --build-network host", ExitCode::transient},
    Word{"failed to establish a new connection", "EL0910", "a server was not reached from the build",
         "check the network, or use --build-network host", ExitCode::transient},
    Word{"certificate_verify_failed", "EL0910", "a TLS certificate was not accepted",
         "name your proxy's CA bundle with --ca-bundle", ExitCode::build_failed},
    Word{"certificate verify failed", "EL0910", "a TLS certificate was not accepted",
         "name your proxy's CA bundle with --ca-bundle", ExitCode::build_failed},
  };
  return words;
}

// Ordered, for lines that hold two of them: what names a cause more exactly comes first.
const auto& build_words()
{
  constexpr auto failed = ExitCode::build_failed;
  static const std::array words = {
    Word{"dockerfile parse error", "EL0901", "", "correct the Dockerfile template (--templates)", failed},
    Word{"invalid reference format", "EL0813", "", "correct the settings base and tag",
         ExitCode::input_error},
    Word{"network.host is not allowed", "EL0913", "the engine does not allow builds in the host's network",
         "allow the entitlement network.host in the builder, or leave out --build-network", failed},
    Word{"condatosnoninteractiveerror", "EL0906", "a channel's terms of service were not accepted",
         "use conda-forge in its place, or accept the terms with --accept-tos", failed},
    Word{"packagesnotfound", "EL0904", "", k_missing_hint, failed},
    Word{"resolvepackagenotfound", "EL0904", "", k_missing_hint, failed},
    Word{"checksummismatch", "EL0907", "",
         "the file changed at its source: check the hash, or make the lock anew", failed},
    Word{"do not match the hashes", "EL0907", "a download does not match the hash in the requirements",
         "check the hash, or make the requirements anew", failed},
    Word{"the installer's sha-256 is", "EL0907", "", "check the setting installer.sha256", failed},
    Word{"unsatisfiableerror", "EL0905", "", "loosen one of the versions that the lines below name", failed},
    Word{"refuses the credentials: http 40", "EL0916", "", k_credentials_hint, failed},
    Word{"unavailableinvalidchannel", "EL0916", "", k_credentials_hint, failed, "http 403 "},
    Word{"condahttperror", "EL0916", "", k_credentials_hint, failed, "http 401 "},
    Word{"condahttperror", "EL0916", "", k_credentials_hint, failed, "http 403 "},
    Word{"error: http error 401 while getting", "EL0916", "", k_credentials_hint, failed},
    Word{"error: http error 403 while getting", "EL0916", "", k_credentials_hint, failed},
    Word{"unavailableinvalidchannel", "EL0915", "", "check the channel's name and address", failed},
    Word{"condasslerror", "EL0910", "", "name your proxy's CA bundle with --ca-bundle", failed},
    Word{"certificate_verify_failed", "EL0910", "a TLS certificate was not accepted",
         "name your proxy's CA bundle with --ca-bundle", failed},
    Word{"certificate verify failed", "EL0910", "a TLS certificate was not accepted",
         "name your proxy's CA bundle with --ca-bundle", failed},
    Word{"temporary failure in name resolution", "EL0910", "a host name could not be resolved in the build",
         "check the network, or use --build-network host", ExitCode::transient},
    Word{"failed to establish a new connection", "EL0910", "a server was not reached from the build",
         "check the network, or use --build-network host", ExitCode::transient},
    Word{"resolutionimpossible", "EL0909", "the requirements contradict each other",
         "loosen one of the versions that the lines below name", failed},
    Word{"no matching distribution found", "EL0908", "",
         "check name and version, and that it has a wheel for this Python and architecture", failed},
    Word{"could not find a version that satisfies", "EL0908", "",
         "check name and version, and that it has a wheel for this Python and architecture", failed},
    Word{"condahttperror", "EL0910", "",
         "check the channel's address and the network, then run the command again", ExitCode::transient},
    Word{"error: subprocess-exited-with-error", "EL0912",
         "a package has no wheel that fits, and its source cannot be built: the base image has no compiler",
         "choose a version with a wheel for this Python, or take the package from conda", failed},
    Word{"failed building wheel", "EL0912",
         "a package has no wheel that fits, and its source cannot be built: the base image has no compiler",
         "choose a version with a wheel for this Python, or take the package from conda", failed},
    Word{"cannot be downloaded from", "EL0910", "",
         "check the address and the network (--build-network host reaches this machine's servers)",
         ExitCode::transient},
    Word{"manifest unknown", "EL0902", "the base image has no such tag", "check the setting base", failed},
    Word{"failed to do request", "EL0902", "the base image's registry is not reached",
         "check the network, or name another base with --base", ExitCode::transient},
    Word{"pull access denied", "EL0902", "the base image cannot be pulled",
         "check the setting base, or log in to its registry", failed},
    Word{"401 unauthorized", "EL0902", "the base image's registry refuses the request",
         "log in to it: `docker login`", failed, "unexpected status"},
    Word{"no basic auth credentials", "EL0902", "the base image's registry refuses the request",
         "log in to it: `docker login`", failed},
    Word{"failed to resolve source metadata", "EL0902", "the base image cannot be had",
         "check the setting base and the network", failed},
    Word{"failed to create llb definition", "EL0902", "the base image cannot be had",
         "check the setting base and the network", failed},
    Word{"could not parse secrets", "EL0911", "a secret file is missing",
         "check the settings ca_bundle, pip_config, condarc and netrc", failed},
    Word{"secret ", "EL0911", "the build asks for a secret that it was not given",
         "check the settings ca_bundle, pip_config, condarc and netrc", failed, ": not found"},
    // BuildKit's own locks, on a machine that has no time for it.
    Word{"flightcontrol: exceeded retry timeout", "EL0901", "the engine was too busy", "run the command again",
         ExitCode::transient},
    Word{"read timed out", "EL0910", "a download timed out", "run the command again", ExitCode::transient},
  };
  return words;
}

constexpr std::string_view k_builder_mark = "envlift: error: ";

// A wording in a build's output.
struct Found {
  const Word* word = nullptr;
  std::size_t line = 0;
};

// The last line that holds one of the words, and the first word that fits it.
Found find_backwards(const Lines& lines, const auto& words)
{
  for (std::size_t i = lines.size(); i > 0; --i) {
    if (const Word* word = find_word(words, text::to_lower(lines[i - 1]))) {
      return {word, i - 1};
    }
  }
  return {};
}

// What ends a build is its cause, unless an earlier trouble explains it.
Found find_cause(const Lines& lines)
{
  if (const Found full = find_backwards(lines, disk_words()); full.word != nullptr) {
    return full;
  }
  const Found last = find_backwards(lines, build_words());
  if (last.word != nullptr && last.word->code == "EL0908") {
    // Without a network pip ends with "No matching distribution found".
    const Found network = find_backwards(lines, network_words());
    return network.word != nullptr ? network : last;
  }
  return last;
}

// A failing step without words of its own: `executor failed running [ARGV]: exit code: N` (20.10) or
// `process "ARGV" did not complete successfully: exit code: N`.
Error step_failure(const Lines& lines)
{
  constexpr std::string_view mark = "exit code: ";
  constexpr const char* killed = "137";   // 128 + SIGKILL
  const std::string last = lines.empty() ? "the build failed" : last_line(lines.back());
  const std::size_t at = last.rfind(mark);
  if (at != std::string::npos && last.substr(at + mark.size()) == killed) {
    return {"EL0914",
            "a build step was killed, most likely because memory ran out",
            "give the engine more memory, or build where there is more",
            ExitCode::build_failed,
            {}};
  }
  return {"EL0901",
          last,
          "the engine's last lines are below, the whole output is in the log",
          ExitCode::build_failed,
          {}};
}

// The items of the list below a line: conda's "  - nopkg=9" and the top of libmamba's tree, "├─ nopkg 9** does …".
// A line of words before the list belongs to its heading.
Lines items_below(const Lines& lines, std::size_t heading)
{
  constexpr std::size_t heading_lines = 3;
  constexpr std::array<std::string_view, 3> marks = {"- ", "├─ ", "└─ "};
  Lines items;
  for (std::size_t i = heading + 1; i < lines.size(); ++i) {
    const std::string_view line = text::trim(lines[i]);
    const auto mark =
        std::ranges::find_if(marks, [&](std::string_view begin) { return line.starts_with(begin); });
    if (mark != marks.end()) {
      items.emplace_back(text::trim(line.substr(mark->size())));
    }
    else if (!line.starts_with("│") && (!items.empty() || i > heading + heading_lines)) {
      break;
    }
  }
  return items;
}

// The package of an item that says it is not there; "" for an item that says something else.
std::string missing_package(const std::string& item)
{
  constexpr std::string_view nothing = "nothing provides requested ";
  constexpr std::string_view absent = " does not exist";
  if (item.starts_with(nothing)) {
    return item.substr(nothing.size());
  }
  const std::size_t end = item.find(absent);
  return end == std::string::npos ? "" : item.substr(0, end);
}

std::string quoted(const Lines& packages)
{
  return "`" + text::join(packages, "`, `") + "`";
}

// conda's solvers list what they miss, or what does not go together.
void name_conda_packages(Error& error, const Lines& lines, std::size_t heading)
{
  constexpr std::size_t shown = 3;
  Lines items = items_below(lines, heading);
  if (items.empty()) {
    return;
  }
  if (error.code == "EL0905") {
    for (const std::string& item : items) {
      if (const std::string package = missing_package(item); !package.empty()) {
        error.packages.push_back(package);
      }
    }
    if (error.packages.empty()) {
      error.packages = items;
      items.resize(std::min(items.size(), shown));
      error.message = "the conda packages contradict each other: " + text::join(items, "; ");
      return;
    }
    error.code = "EL0904";
    error.hint = std::string(k_missing_hint);
  }
  else {
    error.packages = items;
  }
  error.message = fmt::format("{} {} in none of the channels", quoted(error.packages),
                              error.packages.size() == 1 ? "is" : "are");
}

// pip names one requirement, at the end of the line or before "(from versions: …)".
void name_requirement(Error& error)
{
  for (const std::string_view mark :
       {"No matching distribution found for ", "Could not find a version that satisfies the requirement "}) {
    if (const std::size_t at = error.message.find(mark); at != std::string::npos) {
      const std::string rest = error.message.substr(at + mark.size());
      error.packages = {rest.substr(0, rest.find(" (from "))};
      return;
    }
  }
}

Error cause_of(const Lines& lines)
{
  Lines own;   // what build.py names in its own words
  std::ranges::copy_if(lines, std::back_inserter(own),
                       [](const std::string& line) { return line.starts_with(k_builder_mark); });
  if (!own.empty()) {
    own = {own.back()};
    if (const Found named = find_backwards(own, build_words()); named.word != nullptr) {
      return error_of(*named.word, own.front().substr(k_builder_mark.size()));
    }
  }
  const Found found = find_cause(lines);
  if (found.word == nullptr) {
    Error error = step_failure(lines);
    if (!own.empty()) {
      error.message = own.front().substr(k_builder_mark.size());
    }
    return error;
  }
  Error error = error_of(*found.word, last_line(lines[found.line]));
  if (error.code == "EL0904" || error.code == "EL0905") {
    name_conda_packages(error, lines, found.line);
  }
  else if (error.code == "EL0908") {
    name_requirement(error);
  }
  return error;
}

Lines tail_of(const Lines& lines)
{
  const auto skip = lines.size() > k_tail_lines ? lines.size() - k_tail_lines : 0;
  return {lines.begin() + static_cast<std::ptrdiff_t>(skip), lines.end()};
}

}  // namespace

Error build_failed(const Lines& lines)
{
  Error error = cause_of(lines);
  error.tail = tail_of(lines);
  return error;
}

}  // namespace envlift::engine
