// One blob's way into the repository (distribution-spec: "Pushing blobs"): a session is begun, its bytes are sent, and the
// digest ends it. What was interrupted goes on where the registry says that it stands.
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "registry/failures.hpp"
#include "registry/repository.hpp"
#include "registry/urls.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace envlift::registry {

namespace {

constexpr unsigned long long k_whole_bytes = 1ULL
                                             << 20U;   // at most: sent with the request that ends the session
constexpr unsigned long long k_any_bytes = ~0ULL;
constexpr unsigned long long k_part_bytes =
    8ULL << 20U;   // for proxies that take no large requests; ECR's are 5-10 MiB
constexpr std::size_t k_skip_bytes = std::size_t{256} * 1024;
constexpr const char* k_bytes = "Content-Type: application/octet-stream";

// The bytes that a session has, of its `Range: 0-N`; nothing where it does not say.
std::optional<unsigned long long> received(const sys::HttpResponse& response)
{
  const std::string range = response.header("range");
  const std::size_t dash = range.find('-');
  unsigned long long last = 0;
  const char* const end = range.data() + range.size();
  if (dash == std::string::npos || std::from_chars(range.data() + dash + 1, end, last).ptr != end) {
    return std::nullopt;
  }
  return last == 0 ? 0 : last + 1;   // "0-0" is what registries say of a session without a byte
}

// Whether the session is not known any more, or has other bytes than we think.
bool is_lost(int status)
{
  return status == 400 || status == 404 || status == 416;
}

}   // namespace

Repository::Upload::Upload(State& state, const Blob& blob, const OnBytes& on_bytes)
    : state_(state),
      blob_(blob),
      on_bytes_(on_bytes),
      patience_(state.world),
      part_(k_any_bytes)
{}

Result<Delivery> Repository::Upload::run(const std::string& elsewhere)
{
  bool is_first = true;
  while (true) {
    const bool is_whole = blob_.size <= k_whole_bytes;
    auto step = location_.empty()      ? begin(std::exchange(is_first, false) ? elsewhere : "")
                : is_whole             ? send_whole()
                : offset_ < blob_.size ? send_part()
                                       : finish();
    if (!step) {
      return fail(std::move(step).error());
    }
    if (*step != Step::onwards) {
      return *step == Step::mounted ? Delivery::mounted : Delivery::sent;
    }
  }
}

Result<Repository::Upload::Step> Repository::Upload::begin(const std::string& elsewhere)
{
  std::string url = state_.place.url("blobs/uploads/");
  if (!elsewhere.empty()) {
    url = with_query(with_query(std::move(url), "mount", blob_.digest), "from", elsewhere);
  }
  ENVLIFT_TRY_ASSIGN(const sys::HttpResponse response, state_.ask(state_.request("POST", url), name()));
  if (response.status == 201 && !elsewhere.empty()) {
    return Step::mounted;
  }
  if (!elsewhere.empty() && response.status != 202) {
    return Step::onwards;   // it does not mount; without
  }
  if (response.status != 202 || response.header("location").empty()) {
    return fail(refused(state_.place, name(), response));
  }
  location_ = followed(url, response.header("location"));
  offset_ = 0;
  return Step::onwards;
}

// --- The bytes ---

Result<> Repository::Upload::go_to(unsigned long long offset)
{
  if (!source_ || position_ > offset) {
    ENVLIFT_TRY_ASSIGN(source_, blob_.open());
    position_ = 0;
  }
  std::vector<char> skipped(position_ < offset ? k_skip_bytes : 0);
  while (position_ < offset) {
    const auto room =
        static_cast<std::size_t>(std::min<unsigned long long>(offset - position_, skipped.size()));
    ENVLIFT_TRY_ASSIGN(const std::size_t count, source_->read(skipped.data(), room));
    if (count == 0) {
      return fail(damaged_here(blob_.digest));
    }
    position_ += count;
  }
  return {};
}

sys::HttpRequest Repository::Upload::with_bytes(sys::HttpRequest request, unsigned long long end)
{
  request.headers.emplace_back(k_bytes);
  request.upload_bytes = end - offset_;
  request.upload = [this, end](char* into, std::size_t size) -> std::optional<std::size_t> {
    const auto room = static_cast<std::size_t>(std::min<unsigned long long>(end - position_, size));
    const auto count = source_->read(into, room);
    if (!count || (*count == 0 && room > 0)) {
      source_error_ = count ? damaged_here(blob_.digest) : count.error();
      return std::nullopt;
    }
    position_ += *count;
    if (position_ > told_) {
      on_bytes_(position_ - std::exchange(told_, position_));
    }
    return *count;
  };
  return request;
}

Result<Repository::Upload::Step> Repository::Upload::send_part()
{
  const unsigned long long end = std::min(blob_.size, part_ == k_any_bytes ? blob_.size : offset_ + part_);
  sys::HttpRequest request = with_bytes(state_.request("PATCH", location_), end);
  if (offset_ > 0 || end < blob_.size) {
    request.headers.push_back(fmt::format("Content-Range: {}-{}", offset_, end - 1));
  }
  ENVLIFT_TRY_ASSIGN(const auto answered,
                     state_.exchange(std::move(request), [this] { return go_to(offset_); }));
  if (source_error_) {
    return fail(*source_error_);
  }
  return answered && !may_pass(answered->status) ? after_part(*answered, end) : after_fault(answered);
}

Result<Repository::Upload::Step> Repository::Upload::after_part(const sys::HttpResponse& response,
                                                                unsigned long long end)
{
  const std::string location = response.header("location");
  if (response.status == 307 || response.status == 308) {
    location_ = followed(location_, location);
    return patience_.wait("0") ? Result<Step>(Step::onwards) : fail(refused(state_.place, name(), response));
  }
  if (response.status == 413 && part_ > k_part_bytes) {
    part_ = k_part_bytes;
    return start_over();
  }
  if (is_lost(response.status) && patience_.wait()) {
    return start_over();
  }
  if (response.status < 200 || response.status >= 300) {
    return fail(refused(state_.place, name(), response));
  }
  const unsigned long long has = received(response).value_or(end);
  if (has > end || has < offset_) {
    return patience_.wait() ? start_over() : fail(other_bytes(state_.place, name()));
  }
  if (has == offset_ && !patience_.wait()) {
    return fail(refused(state_.place, name(), response));
  }
  stand_at(has);
  location_ = location.empty() ? location_ : followed(location_, location);
  return Step::onwards;
}

// --- The end ---

std::string Repository::Upload::finishing_url() const
{
  return with_query(location_, "digest", blob_.digest);
}

Result<Repository::Upload::Step> Repository::Upload::send_whole()
{
  offset_ = 0;
  sys::HttpRequest request = with_bytes(state_.request("PUT", finishing_url()), blob_.size);
  ENVLIFT_TRY_ASSIGN(const auto answered, state_.exchange(std::move(request), [this] { return go_to(0); }));
  if (source_error_) {
    return fail(*source_error_);
  }
  return answered && !may_pass(answered->status) ? after_last(*answered) : after_fault(answered);
}

Result<Repository::Upload::Step> Repository::Upload::finish()
{
  ENVLIFT_TRY_ASSIGN(const auto answered, state_.exchange(state_.request("PUT", finishing_url())));
  return answered && !may_pass(answered->status) ? after_last(*answered) : after_fault(answered);
}

Result<Repository::Upload::Step> Repository::Upload::after_last(const sys::HttpResponse& response)
{
  const std::string digest = response.header("docker-content-digest");
  if (response.status == 201) {
    return digest.empty() || digest == blob_.digest ? Result<Step>(Step::done) : look_again();
  }
  if (has_error_code(response, "DIGEST_INVALID")) {
    return other_bytes_arrived();
  }
  if (response.status == 307 || response.status == 308) {
    location_ = followed(location_, response.header("location"));
    return patience_.wait("0") ? Result<Step>(Step::onwards) : fail(refused(state_.place, name(), response));
  }
  if (is_lost(response.status) && patience_.wait()) {
    return look_again();
  }
  return fail(refused(state_.place, name(), response));
}

Result<Repository::Upload::Step> Repository::Upload::other_bytes_arrived()
{
  ENVLIFT_TRY_ASSIGN(const bool is_sound, is_sound_here());
  if (!is_sound) {
    return fail(damaged_here(blob_.digest));
  }
  return patience_.wait() ? start_over() : fail(other_bytes(state_.place, name()));
}

Result<bool> Repository::Upload::is_sound_here()
{
  ENVLIFT_TRY_ASSIGN(const auto source, blob_.open());
  std::vector<char> buffer(k_skip_bytes);
  Sha256 sum;
  unsigned long long size = 0;
  while (true) {
    ENVLIFT_TRY_ASSIGN(const std::size_t count, source->read(buffer.data(), buffer.size()));
    if (count == 0) {
      return size == blob_.size && "sha256:" + sum.hex() == blob_.digest;
    }
    sum.add({buffer.data(), count});
    size += count;
  }
}

// --- What went wrong ---

Result<Repository::Upload::Step> Repository::Upload::after_fault(const State::Answered& answered)
{
  if (!answered && !sys::may_pass(answered.error())) {
    return fail(not_reached(state_.place, answered.error()));
  }
  if (!patience_.wait(answered ? answered->header("retry-after") : "")) {
    return fail(answered ? refused(state_.place, name(), *answered)
                         : not_reached(state_.place, answered.error()));
  }
  return look_again();
}

Result<Repository::Upload::Step> Repository::Upload::look_again()
{
  // An end whose answer was lost is an end.
  const bool may_have_ended = blob_.size <= k_whole_bytes || offset_ == blob_.size;
  if (may_have_ended) {
    Repository there(state_.place, state_.world, state_.authorization);
    ENVLIFT_TRY_ASSIGN(const bool is_there, there.has(blob_));
    return is_there ? Result<Step>(Step::done) : start_over();
  }
  ENVLIFT_TRY_ASSIGN(const sys::HttpResponse response, state_.ask(state_.request("GET", location_), name()));
  const auto has = received(response);
  if (response.status != 204 || !has || *has > blob_.size) {
    return start_over();
  }
  const std::string location = response.header("location");
  location_ = location.empty() ? location_ : followed(location_, location);
  stand_at(*has);
  return Step::onwards;
}

void Repository::Upload::stand_at(unsigned long long offset)
{
  // Not where an upload that begins anew comes along again: else one that never ends well would never end.
  if (offset > farthest_) {
    farthest_ = offset;
    patience_.renew();
  }
  offset_ = offset;
}

Result<Repository::Upload::Step> Repository::Upload::start_over()
{
  location_.clear();
  offset_ = 0;
  return Step::onwards;
}

}   // namespace envlift::registry
