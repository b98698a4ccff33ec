#include "lift/push_image.hpp"

#include "audit/audit.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "image/pushed_form.hpp"
#include "lift/image_records.hpp"
#include "lift/push_layers.hpp"
#include "registry/failures.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

registry::Blob text_blob(const std::string& text)
{
  return {"sha256:" + sha256_hex(text), text.size(), [&text]() -> Result<std::unique_ptr<image::ByteSource>> {
            return std::make_unique<image::TextSource>(text);
          }};
}

registry::Manifest packed_manifest(const registry::Blob& config,
                                   const std::vector<report::PushedLayer>& layers)
{
  std::vector<image::BlobName> names;
  std::ranges::transform(layers, std::back_inserter(names), [](const report::PushedLayer& layer) {
    return image::BlobName{layer.digest, layer.size};
  });
  std::string text = image::manifest_text({config.digest, config.size}, names);
  return {"sha256:" + sha256_hex(text), image::k_pushed_manifest_type, std::move(text)};
}

// "sha256:0123456789ab…" -> "sha256-0123456789ab"
std::string content_tag(const std::string& digest)
{
  constexpr std::size_t digits = 12;
  return "sha256-" + digest.substr(digest.find(':') + 1, digits);
}

// Puts the manifest there under its digest, which the registry checks, and then under the tags.
Result<> put_manifest(registry::Repository& repository, const registry::Manifest& manifest,
                      const std::vector<std::string>& tags)
{
  ENVLIFT_TRY(repository.put_manifest(manifest, manifest.digest));
  for (const std::string& tag : tags) {
    ENVLIFT_TRY_ASSIGN(const auto there, repository.manifest_digest(tag));
    if (there != manifest.digest) {
      ENVLIFT_TRY(repository.put_manifest(manifest, tag));
    }
  }
  return {};
}

Result<report::PushReport> push_once(const ImageToPush& image, const PushRequest& request, report::Talk& talk)
{
  const auto authorization = registry::authorization(request.login);
  PushLayers layers(image, request.place, authorization, talk);
  report::PushReport push;
  ENVLIFT_TRY_ASSIGN(push.layers, layers.run());
  const registry::Blob config = text_blob(image.image.config.text);
  registry::Repository repository(request.place, registry::real_world(), authorization);
  ENVLIFT_TRY(layers.deliver(repository, config));
  const registry::Manifest manifest =
      image.as_is ? image.as_is->manifest : packed_manifest(config, push.layers);
  push.tags = request.tags.empty() ? std::vector{content_tag(manifest.digest)} : request.tags;
  ENVLIFT_TRY(put_manifest(repository, manifest, push.tags));
  ImageRecords().keep_pushed_manifest(request.place.name(), manifest.text);
  push.host = request.place.host;
  push.repository = request.place.repository;
  push.digest = manifest.digest;
  push.media_type = manifest.media_type;
  push.reference = fmt::format("{}@{}", request.place.name(), manifest.digest);
  push.sent_bytes = layers.sent_bytes();
  return push;
}

}  // namespace

Result<> check_before_push(const ImageToPush& image, const settings::Settings& settings)
{
  const auto findings = audit::audit_manifest(image.image, image.unpacked_bytes);
  if (!findings.empty()) {
    Error error{"EL1411", findings.front().message, findings.front().hint, ExitCode::push_failed, {}};
    for (const audit::Finding& other : findings) {
      error.tail.push_back(fmt::format("[{}] {}", other.code, other.message));
    }
    return fail(std::move(error));
  }
  const std::string arch = image.image.config.architecture == "arm64" ? "arm64" : "x86_64";
  const bool is_said = !settings.place_of("arch").file.empty();
  if (is_said && arch != settings.arch) {
    return fail({"EL1412",
                 fmt::format("the image is for {}, and the setting `arch` says {}", arch, settings.arch),
                 fmt::format("build it with `--arch {}`, or push it with `--arch {}`", settings.arch, arch),
                 ExitCode::push_failed,
                 {}});
  }
  return {};
}

Result<report::PushReport> push_image(const ImageToPush& image, const PushRequest& request,
                                      report::Talk& talk)
{
  talk.step_begins(fmt::format("pushing to {}", request.place.name()));
  auto pushed = push_once(image, request, talk);
  if (!pushed && pushed.error().code == "EL1410") {
    // The manifest that its layers were believed to be under went meanwhile.
    ImageRecords().forget_pushed_manifest(request.place.name());
    pushed = push_once(image, request, talk);
  }
  const auto sent = pushed ? std::ranges::count(pushed->layers, "sent", &report::PushedLayer::state) : 0;
  talk.step_ends(pushed ? fmt::format("{} of {} layers sent, {}", sent, pushed->layers.size(),
                                      text::human_bytes(pushed->sent_bytes))
                        : "failed");
  return pushed;
}

}  // namespace envlift::lift
