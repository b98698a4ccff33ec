#include "lift/engine_push.hpp"

#include "base/encoding.hpp"
#include "engine/push.hpp"
#include "sys/files.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::lift {

namespace {

// "sha256-0123456789ab" of an image's ID.
std::string tag_of(const std::string& id)
{
  constexpr std::size_t digits = 12;
  return "sha256-" + id.substr(id.find(':') + 1, digits);
}

// A folder that only this user can look into, with the login in docker's form.
Result<sys::TemporaryFolder> config_folder(const std::string& host, const registry::Login& login)
{
  ENVLIFT_TRY_ASSIGN(sys::TemporaryFolder folder, sys::TemporaryFolder::make());
  const std::string pair = base64_encoded(login.user + ":" + login.password.reveal());
  const nlohmann::json config = {{"auths", {{host, {{"auth", pair}}}}}};
  ENVLIFT_TRY(sys::write_file(folder.path() + "/config.json", config.dump()));
  return folder;
}

}  // namespace

Result<report::PushReport> engine_push(const Connected& connected, const std::string& image,
                                       const PushRequest& request, report::Talk& talk)
{
  ENVLIFT_TRY_ASSIGN(const engine::Image found, connected.engine->inspect(image));
  const auto login = request.login();
  std::optional<sys::TemporaryFolder> folder;
  if (login && !login->user.empty()) {
    ENVLIFT_TRY_ASSIGN(folder, config_folder(request.place.host, *login));
  }
  report::PushReport push;
  push.host = request.place.host;
  push.repository = request.place.repository;
  push.tags = request.tags.empty() ? std::vector{tag_of(found.id)} : request.tags;
  talk.step_begins(fmt::format("the engine pushes to {}", request.place.name()));
  for (const std::string& tag : push.tags) {
    auto digest =
        engine::push(*connected.processes, {connected.engine->facts().client, found.id,
                                            request.place.name() + ":" + tag, folder ? folder->path() : ""});
    if (!digest) {
      talk.step_ends("failed");
      // The registry may let everybody push. Where it does not, why there is no login says more than the engine.
      return fail(login ? std::move(digest).error() : login.error());
    }
    push.digest = std::move(*digest);
  }
  talk.step_ends("done");
  push.reference = fmt::format("{}@{}", request.place.name(), push.digest);
  return push;
}

}  // namespace envlift::lift
