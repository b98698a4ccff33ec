#include "lift/push_layers.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "image/manifest.hpp"
#include "registry/failures.hpp"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t k_most_workers =
    4;   // docker's own client sends five layers at once, and packs as many
constexpr auto k_told_every = 500ms;

std::string to_string(registry::Delivery delivery)
{
  switch (delivery) {
    case registry::Delivery::sent: return "sent";
    case registry::Delivery::there: return "there";
    case registry::Delivery::mounted: break;
  }
  return "mounted";
}

}  // namespace

PushLayers::PushLayers(const ImageToPush& image, const registry::Place& place,
                       std::shared_ptr<registry::Authorization> authorization, report::Talk& talk)
    : image_(image),
      place_(place),
      authorization_(std::move(authorization)),
      talk_(talk),
      done_(image.image.layers.size())
{
  std::set<std::string> seen;
  for (std::size_t i = 0; i < image.image.layers.size(); ++i) {
    if (seen.insert(image.image.layers[i].diff_id).second) {
      order_.push_back(i);
    }
  }
}

Result<std::vector<report::PushedLayer>> PushLayers::run()
{
  ENVLIFT_TRY(look_at_last_push());
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < std::min(k_most_workers, order_.size()); ++i) {
    workers.emplace_back([this] { work(); });
  }
  std::ranges::for_each(workers, &std::thread::join);
  if (error_) {
    return fail(*error_);
  }
  packed_.trim();
  store_.trim();
  records_.trim();
  std::map<std::string, report::PushedLayer> known;
  for (const std::size_t i : order_) {
    known[image_.image.layers[i].diff_id] = *done_[i];
  }
  std::vector<report::PushedLayer> all;
  for (const image::Layer& layer : image_.image.layers) {
    all.push_back(known.at(layer.diff_id));
  }
  return all;
}

Result<> PushLayers::look_at_last_push()
{
  const auto text = records_.pushed_manifest(place_.name());
  const auto document = text ? image::parse_document(*text) : Result<image::Document>(image::Document{});
  if (!document || !document->manifest) {
    return {};
  }
  const std::string digest = "sha256:" + sha256_hex(*text);
  registry::Repository repository(place_, registry::real_world(), authorization_);
  ENVLIFT_TRY_ASSIGN(const auto found, repository.manifest_digest(digest));
  if (found == digest) {
    // A registry keeps the blobs of the manifests that it has.
    there_.insert(document->manifest->config.digest);
    std::ranges::transform(document->manifest->layers, std::inserter(there_, there_.end()),
                           &image::Descriptor::digest);
  }
  return {};
}

void PushLayers::work()
{
  registry::Repository repository(place_, registry::real_world(), authorization_);
  for (std::size_t at = next_++; at < order_.size(); at = next_++) {
    auto pushed = push(repository, order_[at]);
    const std::lock_guard lock(mutex_);
    if (!pushed) {
      error_ = error_ ? error_ : std::optional(pushed.error());
      next_ = order_.size();
      return;
    }
    done_[order_[at]] = std::move(*pushed);
  }
}

Result<report::PushedLayer> PushLayers::push(registry::Repository& repository, std::size_t index)
{
  const std::string& diff_id = image_.image.layers[index].diff_id;
  if (!image_.as_is) {
    return push_packed(repository, diff_id);
  }
  const registry::Blob& blob = image_.as_is->layers[index];
  ENVLIFT_TRY_ASSIGN(const registry::Delivery delivery, deliver(repository, blob));
  return report::PushedLayer{diff_id, blob.digest, blob.size, to_string(delivery)};
}

Result<report::PushedLayer> PushLayers::push_packed(registry::Repository& repository,
                                                    const std::string& diff_id)
{
  ENVLIFT_TRY_ASSIGN(const image::BlobName name, packed(diff_id));
  const auto open = [this, diff_id, name]() -> Result<std::unique_ptr<image::ByteSource>> {
    ENVLIFT_TRY_ASSIGN(const image::BlobName brought, bring(diff_id));
    return brought.digest == name.digest ? packed_.open(diff_id) : fail(registry::damaged_here(name.digest));
  };
  auto delivery = deliver(repository, {name.digest, name.size, open});
  if (!delivery && delivery.error().code == "EL1409") {
    packed_.forget(diff_id);
  }
  ENVLIFT_TRY(delivery);
  return report::PushedLayer{diff_id, name.digest, name.size, to_string(*delivery)};
}

Result<image::BlobName> PushLayers::packed(const std::string& diff_id)
{
  const auto known = packed_.name(diff_id);
  return known ? Result<image::BlobName>(*known) : bring(diff_id);
}

Result<image::BlobName> PushLayers::bring(const std::string& diff_id)
{
  if (const auto known = packed_.name(diff_id); known && packed_.has(diff_id)) {
    return *known;
  }
  if (const std::lock_guard lock(mutex_); !store_.has(diff_id) && !is_fetched_) {
    ENVLIFT_TRY(image_.fetch_layers());
    is_fetched_ = true;
  }
  if (!store_.has(diff_id)) {
    return fail({"EL1413",
                 fmt::format("the layer {} is no longer in the cache folder", diff_id),
                 "run `envlift build --no-cache`, and push again",
                 ExitCode::input_error,
                 {}});
  }
  ENVLIFT_TRY_ASSIGN(const auto tar, store_.open(diff_id));
  return packed_.pack(diff_id, *tar);
}

Result<registry::Delivery> PushLayers::deliver(registry::Repository& repository, const registry::Blob& blob)
{
  if (there_.contains(blob.digest)) {
    return registry::Delivery::there;
  }
  auto delivery = registry::Delivery::there;
  ENVLIFT_TRY_ASSIGN(const bool is_there, repository.has(blob));
  if (!is_there) {
    const std::string holder = records_.holder(place_.host, blob.digest);
    const auto count = [this](unsigned long long bytes) { on_bytes(bytes); };
    ENVLIFT_TRY_ASSIGN(delivery, repository.put(blob, holder == place_.repository ? "" : holder, count));
  }
  records_.keep_holder(place_.host, blob.digest, place_.repository);
  return delivery;
}

void PushLayers::on_bytes(unsigned long long bytes)
{
  const unsigned long long sent = sent_bytes_ += bytes;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - last_told_ >= k_told_every) {
    last_told_ = now;
    const auto done = std::ranges::count_if(done_, [](const auto& one) { return one.has_value(); });
    talk_.step_moves(fmt::format("{} sent, {} of {} layers", text::human_bytes(sent), done, order_.size()));
  }
}

}  // namespace envlift::lift
