#include "lift/kept_facts.hpp"

#include "audit/kept_facts.hpp"
#include "base/text.hpp"
#include "base/version.hpp"

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr unsigned long long k_limit_bytes = 256ULL << 20U;

// "sha256:…" as a file's name, which no version shares with another.
std::string key_of(const std::string& diff_id)
{
  return fmt::format("{}-{}", k_version, text::replace_all(diff_id, ":", "-"));
}

}   // namespace

KeptFacts::KeptFacts() : texts_("facts", k_limit_bytes) {}

std::optional<audit::LayerFacts> KeptFacts::find(const std::string& diff_id) const
{
  const auto bytes = texts_.get(key_of(diff_id));
  return bytes ? audit::unpacked(*bytes) : std::nullopt;
}

void KeptFacts::keep(const audit::ImageFacts& facts) const
{
  for (const image::Layer& layer : facts.image.layers) {
    const audit::LayerFacts& of_layer = facts.layers.at(layer.visit);
    const std::string key = key_of(layer.diff_id);
    if (of_layer.is_complete && !texts_.has(key)) {
      texts_.keep(key, audit::packed(of_layer));
    }
  }
  texts_.trim();
}

}   // namespace envlift::lift
