#include "image/choice.hpp"

#include "base/text.hpp"
#include "image/failures.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace envlift::image {

namespace {

constexpr std::size_t k_most_manifests = 1000;
constexpr std::size_t k_most_nested = 8;
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

  // Adds what index.json names by the tag ("" = all), and what the indexes among it name.
  Result<> add_named(std::string_view index, const std::string& tag)
  {
    ENVLIFT_TRY_ASSIGN(std::vector<Descriptor> named, entries_of(index));
    const std::vector<Descriptor> all = named;
    if (!tag.empty()) {
      std::erase_if(named, [&](const Descriptor& one) { return one.tag != tag && one.reference != tag; });
    }
    if (named.empty() && !all.empty()) {
      return no_such_tag(tag, tags(all));
    }
    for (Descriptor& one : named) {
      ENVLIFT_TRY(add_one(std::move(one), 0));
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
  bool is_in_index(const Descriptor& image) const { return in_indexes_.contains(image.digest); }

private:
  static Result<std::vector<Descriptor>> entries_of(std::string_view index)
  {
    ENVLIFT_TRY_ASSIGN(Document document, parse_document(index));
    if (document.manifest) {
      return no_image("it is a manifest where an index is due");
    }
    return std::move(document.manifests);
  }

  Result<> add_one(Descriptor one, std::size_t depth)
  {
    if (++seen_ > k_most_manifests) {
      return no_image("the index has too many manifests");
    }
    if (!digests_.insert(one.digest).second) {
      return {};   // one image under two names, or an index that was followed already
    }
    if (one.is_attestation) {
      others_.push_back(platform_or_unknown(one));
      return {};
    }
    if (is_index_type(one.media_type)) {
      return add_index(one, depth + 1);
    }
    if (depth > 0) {
      in_indexes_.insert(one.digest);
    }
    all_.push_back(std::move(one));
    return {};
  }

  Result<> add_index(const Descriptor& index, std::size_t depth)
  {
    if (depth > k_most_nested) {
      return no_image(fmt::format("indexes name indexes more than {} deep", k_most_nested));
    }
    ENVLIFT_TRY_ASSIGN(const std::string text, fetch_(index));
    ENVLIFT_TRY_ASSIGN(std::vector<Descriptor> entries, entries_of(text));
    for (Descriptor& one : entries) {
      if (one.reference.empty()) {
        one.reference = index.reference;
      }
      ENVLIFT_TRY(add_one(std::move(one), depth));
    }
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

  static std::string tags(const std::vector<Descriptor>& images)
  {
    std::vector<std::string> tags;
    for (const Descriptor& one : images) {
      const std::string& name = one.tag.empty() ? one.reference : one.tag;
      tags.push_back(name.empty() ? "one without a tag" : name);
    }
    return text::join(tags, ", ");
  }

  std::string platform_;
  const FetchBlob& fetch_;
  std::vector<Descriptor> all_;
  std::vector<std::string> others_;
  std::set<std::string> digests_;      // of all entries that were met
  std::set<std::string> in_indexes_;   // of the images that an index in index.json names
  std::size_t seen_ = 0;
};

}  // namespace

Result<ChosenImage> choose_image(std::string_view index, const WantedImage& wanted, const FetchBlob& fetch)
{
  Candidates candidates(wanted.platform, fetch);
  ENVLIFT_TRY(candidates.add_named(index, wanted.tag));
  ENVLIFT_TRY(candidates.find_platforms());
  ENVLIFT_TRY_ASSIGN(const Descriptor descriptor, candidates.choose());
  ChosenImage chosen;
  ENVLIFT_TRY_ASSIGN(chosen.manifest, fetch_manifest(descriptor, fetch));
  ENVLIFT_TRY_ASSIGN(const std::string config, fetch(chosen.manifest.config));
  ENVLIFT_TRY_ASSIGN(chosen.config, parse_config(config));
  chosen.reference = descriptor.reference;
  chosen.other_manifests = candidates.take_others();
  chosen.is_in_index = candidates.is_in_index(descriptor);
  return chosen;
}

}  // namespace envlift::image
