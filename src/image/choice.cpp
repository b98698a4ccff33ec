#include "image/choice.hpp"

#include "base/text.hpp"
#include "image/failures.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::image {

namespace {

constexpr std::size_t k_most_manifests = 1000;
constexpr int k_most_nested = 8;
constexpr const char* k_unknown_platform = "unknown/unknown";
#if defined(__aarch64__)
constexpr const char* k_this_platform = "linux/arm64";
#else
constexpr const char* k_this_platform = "linux/amd64";
#endif

std::string platform_or_unknown(const Descriptor& manifest)
{
  return manifest.platform.empty() ? k_unknown_platform : manifest.platform;
}

// As platform_text() has it.
std::string normalised(const std::string& platform)
{
  const auto parts = text::split(platform, '/');
  return parts.size() == 3
             ? platform_text(std::string(parts[0]), std::string(parts[1]), std::string(parts[2]))
             : platform;
}

Result<Manifest> fetch_manifest(const Descriptor& descriptor, const FetchBlob& fetch)
{
  ENVLIFT_TRY_ASSIGN(const std::string text, fetch(descriptor));
  ENVLIFT_TRY_ASSIGN(Document document, parse_document(text));
  if (!document.manifest) {
    return no_image(fmt::format("{} is an index where a manifest is due", descriptor.digest));
  }
  if (document.manifest->media_type.empty()) {
    document.manifest->media_type = descriptor.media_type;
  }
  return *std::move(document.manifest);
}

class Candidates {
public:
  Candidates(const std::string& platform, const FetchBlob& fetch)
      : platform_(normalised(platform)),
        fetch_(fetch)
  {}

  // Adds the index's manifests, those of the indexes in it too.
  Result<> add(std::string_view index, const std::string& reference, int depth)
  {
    ENVLIFT_TRY_ASSIGN(const Document document, parse_document(index));
    if (document.manifest) {
      return no_image("index.json is a manifest, not an index");
    }
    for (Descriptor one : document.manifests) {
      if (++seen_ > k_most_manifests || depth > k_most_nested) {
        return no_image("the index has too many manifests");
      }
      if (one.reference.empty()) {
        one.reference = reference;
      }
      ENVLIFT_TRY(add_one(std::move(one), depth));
    }
    return {};
  }

  // Platforms that no descriptor says stand in the configurations, and what has no such one is no image.
  Result<> find_platforms()
  {
    if (all_.size() == 1 && platform_.empty()) {
      return {};
    }
    std::vector<Descriptor> images;
    for (Descriptor& one : all_) {
      if (one.platform.empty()) {
        ENVLIFT_TRY_ASSIGN(const Manifest manifest, fetch_manifest(one, fetch_));
        ENVLIFT_TRY_ASSIGN(const std::string text, fetch_(manifest.config));
        const auto config = parse_config(text);
        if (!config) {
          others_.emplace_back(k_unknown_platform);
          continue;
        }
        one.platform = platform_text(config->os, config->architecture, "");
      }
      images.push_back(std::move(one));
    }
    all_ = std::move(images);
    return {};
  }

  Result<Descriptor> choose()
  {
    if (all_.empty()) {
      return no_image("the index has no image");
    }
    const auto is_other = [this](const Descriptor& one) { return !is_meant(one); };
    const auto others =
        std::stable_partition(all_.begin(), all_.end(), [&](const auto& one) { return !is_other(one); });
    const auto matches = others - all_.begin();
    if (matches == 0 && !platform_.empty()) {
      return other_platform(platform_, names(all_));
    }
    if (matches != 1) {
      return several_images(names(matches == 0 ? all_ : std::vector<Descriptor>(all_.begin(), others)));
    }
    std::transform(others, all_.end(), std::back_inserter(others_), platform_or_unknown);
    return all_.front();
  }

  std::vector<std::string> take_others() { return std::move(others_); }

private:
  Result<> add_one(Descriptor one, int depth)
  {
    const bool is_known =
        std::ranges::any_of(all_, [&](const auto& other) { return other.digest == one.digest; });
    if (is_known) {
      return {};   // one image under two names
    }
    if (one.is_attestation) {
      others_.push_back(platform_or_unknown(one));
      return {};
    }
    if (is_index_type(one.media_type)) {
      ENVLIFT_TRY_ASSIGN(const std::string text, fetch_(one));
      return add(text, one.reference, depth + 1);
    }
    all_.push_back(std::move(one));
    return {};
  }

  bool is_meant(const Descriptor& one) const
  {
    if (platform_.empty()) {
      return all_.size() == 1 || one.platform == k_this_platform;
    }
    // "linux/arm" means each of its variants.
    return one.platform == platform_ || one.platform.starts_with(platform_ + "/");
  }

  static std::string names(const std::vector<Descriptor>& images)
  {
    std::vector<std::string> names;
    for (const Descriptor& one : images) {
      const std::string platform = platform_or_unknown(one);
      names.push_back(one.reference.empty() ? platform : fmt::format("{} ({})", one.reference, platform));
    }
    return text::join(names, ", ");
  }

  std::string platform_;
  const FetchBlob& fetch_;
  std::vector<Descriptor> all_;
  std::vector<std::string> others_;
  std::size_t seen_ = 0;
};

}  // namespace

Result<ChosenImage> choose_image(std::string_view index, const std::string& platform, const FetchBlob& fetch)
{
  Candidates candidates(platform, fetch);
  ENVLIFT_TRY(candidates.add(index, "", 0));
  ENVLIFT_TRY(candidates.find_platforms());
  ENVLIFT_TRY_ASSIGN(const Descriptor descriptor, candidates.choose());
  ChosenImage chosen;
  ENVLIFT_TRY_ASSIGN(chosen.manifest, fetch_manifest(descriptor, fetch));
  ENVLIFT_TRY_ASSIGN(const std::string config, fetch(chosen.manifest.config));
  ENVLIFT_TRY_ASSIGN(chosen.config, parse_config(config));
  chosen.reference = descriptor.reference;
  chosen.other_manifests = candidates.take_others();
  return chosen;
}

}  // namespace envlift::image
