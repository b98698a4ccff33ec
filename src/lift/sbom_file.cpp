#include "lift/sbom_file.hpp"

#include "audit/collector.hpp"
#include "lift/layer_store.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// https://reproducible-builds.org/specs/source-date-epoch; "" where it is not set, or is no time.
std::string asked_time()
{
  const std::string text = sys::environment_variable("SOURCE_DATE_EPOCH").value_or("");
  constexpr std::int64_t k_most = 253'402'300'799;   // the end of the year 9999
  std::int64_t time = -1;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), time);
  const bool is_time =
      problem == std::errc() && end == text.data() + text.size() && time >= 0 && time <= k_most;
  return is_time ? sys::utc(time) : "";
}

Result<audit::Inventory> read_inventory(const ImageToPush& image)
{
  const LayerStore store;
  const image::Config& config = image.image.config;
  if (!std::ranges::all_of(config.diff_ids, [&](const std::string& layer) { return store.has(layer); })) {
    ENVLIFT_TRY(image.fetch_layers());
  }
  audit::Collector collector;
  const image::OpenLayer open = [&](const std::string& layer) { return store.open(layer); };
  ENVLIFT_TRY_ASSIGN(image::StoredImage stored,
                     image::read_layer_files(config.text, image.image.reference, open, collector));
  return audit::inventory({std::move(stored), collector.take()});
}

}  // namespace

std::optional<SbomWish> sbom_wish(const std::vector<std::string>& words)
{
  return words.size() == 2 ? std::optional(SbomWish{*report::sbom_format(words[0]), words[1]}) : std::nullopt;
}

Result<> write_sbom(const SbomWish& wish, const audit::Inventory& inventory, report::SbomSubject subject)
{
  subject.created = asked_time();
  return sys::write_output(wish.file, report::sbom(wish.format, inventory, subject));
}

Result<report::PushReport> push_with_sbom(const ImageToPush& image, const PushRequest& request,
                                          const SbomWish& wish, report::Talk& talk)
{
  talk.step_begins("listing what is in the image");
  const auto inventory = read_inventory(image);
  talk.step_ends(inventory ? fmt::format("{} packages", inventory->base.size() + inventory->own.size())
                           : "failed");
  if (!inventory) {
    return fail(inventory.error());
  }
  ENVLIFT_TRY_ASSIGN(report::PushReport push, push_image(image, request, talk));
  ENVLIFT_TRY(
      write_sbom(wish, *inventory, {fmt::format("{}/{}", push.host, push.repository), push.digest, ""}));
  return push;
}

}  // namespace envlift::lift
