#include "lift/emulator.hpp"

#include "base/sha256.hpp"
#include "sys/files.hpp"

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_limit_bytes = std::size_t{64} << 20U;   // the emulator has 5 to 10 MB

// By its hash: a file of another version is another file.
std::string cached_path(const settings::Settings& settings)
{
  return sys::cache_folder() + "/emulator/" + settings.emulator_sha256;
}

}   // namespace

std::string emulator_of(const settings::Settings& settings)
{
  if (!settings.emulator_path.empty()) {
    return settings.emulator_path;
  }
  const std::string cached = cached_path(settings);
  return !settings.emulator_sha256.empty() && sys::is_file(cached) ? cached : "";
}

Result<std::string> fetch_emulator(const settings::Settings& settings, sys::Http& http)
{
  if (settings.emulator_url.empty()) {
    return fail(
        {"", "no emulator is named to fetch", "set emulator.url and emulator.sha256", ExitCode::usage, {}});
  }
  const std::string path = cached_path(settings);
  if (sys::is_file(path)) {
    return path;
  }
  sys::HttpRequest request;
  request.url = settings.emulator_url;
  request.timeout = std::chrono::minutes(5);
  request.limit_bytes = k_limit_bytes;
  request.ca_bundle = settings.ca_bundle;
  const auto answer = http.send(request);
  if (!answer || answer->status != 200) {
    return fail({"EL0910",
                 fmt::format("{} cannot be downloaded: {}", request.url,
                             answer ? fmt::format("HTTP {}", answer->status) : answer.error().message),
                 "check the setting emulator.url and the network",
                 ExitCode::transient,
                 {}});
  }
  if (const std::string found = sha256_hex(answer->body); found != settings.emulator_sha256) {
    return fail({"EL0907",
                 fmt::format("the emulator's SHA-256 is {}, not the one that is set", found),
                 "check the setting emulator.sha256",
                 ExitCode::engine_unusable,
                 {}});
  }
  ENVLIFT_TRY(sys::make_folders(sys::cache_folder() + "/emulator"));
  ENVLIFT_TRY(sys::write_file(path, answer->body, true));
  return path;
}

}   // namespace envlift::lift
