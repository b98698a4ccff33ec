#include "registry/repository.hpp"

#include "base/text.hpp"
#include "registry/failures.hpp"
#include "registry/urls.hpp"
#include "sys/clock.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::registry {

namespace {

using namespace std::chrono_literals;

constexpr int k_most_renewals = 3;   // a new token, a new login, and one for a token that ran out on its way
constexpr int k_most_redirects = 5;
constexpr int k_manifest_tries = 3;

// Of every kind that may lie under a tag.
constexpr const char* k_accept_manifests =
    "Accept: application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";

bool is_redirect(int status)
{
  return status == 307 || status == 308;
}

// As ECR, Harbor and others say it.
bool says_immutable(const sys::HttpResponse& response)
{
  const std::string said = text::to_lower(error_text(response));
  return said.find("immutable") != std::string::npos ||
         said.find("imagetagalreadyexists") != std::string::npos;
}

}   // namespace

World real_world()
{
  return {&sys::http_session, &sys::pause};
}

std::string Place::url(const std::string& path) const
{
  return fmt::format("{}://{}/v2/{}/{}", plain_http ? "http" : "https", host, repository, path);
}

// --- One exchange ---

sys::HttpRequest Repository::State::request(std::string method, std::string url) const
{
  sys::HttpRequest made;
  made.method = std::move(method);
  made.url = std::move(url);
  made.connect_timeout = 15s;
  made.timeout = 0ms;
  made.stall = 60s;   // a registry that sums up a large blob says nothing for a while
  made.limit_bytes = std::size_t{4} << 20U;
  made.ca_bundle = place.ca_bundle;
  return made;
}

Result<Repository::State::Answered> Repository::State::exchange(sys::HttpRequest request,
                                                                const Rewind& rewind)
{
  const bool is_own_host = origin_of(request.url) == origin_of(place.url(""));
  const auto send = [this](const sys::HttpRequest& asked) { return session->send(asked); };
  for (int renewals = 0;; ++renewals) {
    const Authorization::Answer answer = authorization->current();
    request.secret_headers.clear();
    if (is_own_host && !answer.header.empty()) {
      request.secret_headers = {{"Authorization", answer.header}};
    }
    if (rewind) {
      ENVLIFT_TRY(rewind());
    }
    Answered answered = session->send(request);
    if (!answered || answered->status != 401 || !is_own_host || renewals == k_most_renewals) {
      return answered;
    }
    ENVLIFT_TRY(authorization->renew(answer, answered->header("www-authenticate"), place, send));
  }
}

bool Repository::State::speaks_http()
{
  if (place.plain_http) {
    return false;   // what has no TLS is where it sent us
  }
  const auto answer = session->send(request("GET", fmt::format("http://{}/v2/", place.host)));
  // Those of a registry (distribution-spec: "Determining Support"). Port 80 of one with TLS sends us there.
  return answer && (answer->status == 200 || answer->status == 401);
}

Result<sys::HttpResponse> Repository::State::ask(sys::HttpRequest request, const std::string& what)
{
  Patience patience(world);
  int redirects = 0;
  while (true) {
    auto tried = exchange(request);
    // A token service that fails for a while is worth another try too.
    if (!tried) {
      const bool is_transient = tried.error().exit == ExitCode::transient && !authorization->lacks_login();
      if (is_transient && patience.wait()) {
        continue;
      }
      return fail(tried.error());
    }
    const Answered& answered = *tried;
    if (!answered) {
      if (answered.error().problem == sys::HttpProblem::no_tls && speaks_http()) {
        return fail(speaks_no_tls(place));
      }
      if (sys::may_pass(answered.error()) && patience.wait()) {
        continue;
      }
      return fail(not_reached(place, answered.error()));
    }
    if (may_pass(answered->status)) {
      if (patience.wait(answered->header("retry-after"))) {
        continue;
      }
      return fail(refused(place, what, *answered));
    }
    if (!is_redirect(answered->status) || ++redirects > k_most_redirects) {
      return *answered;
    }
    request.url = followed(request.url, answered->header("location"));
  }
}

// --- The repository ---

Repository::Repository(Place place, World world, std::shared_ptr<Authorization> authorization)
    : state_(std::make_unique<State>())
{
  state_->session = world.session();
  state_->place = std::move(place);
  state_->world = std::move(world);
  state_->authorization = std::move(authorization);
}

Repository::~Repository() = default;

Result<bool> Repository::has(const Blob& blob)
{
  const std::string what = "the question for the blob " + blob.digest;
  ENVLIFT_TRY_ASSIGN(const sys::HttpResponse response,
                     state_->ask(state_->request("HEAD", state_->place.url("blobs/" + blob.digest)), what));
  if (response.status == 404) {
    return false;
  }
  if (response.status != 200) {
    return fail(refused(state_->place, what, response));
  }
  const std::string size = response.header("content-length");
  return size.empty() || size == std::to_string(blob.size);
}

Result<Delivery> Repository::put(const Blob& blob, const std::string& elsewhere, const OnBytes& on_bytes)
{
  return Upload(*state_, blob, on_bytes).run(elsewhere);
}

Result<std::optional<std::string>> Repository::manifest_digest(const std::string& reference)
{
  const std::string what = "the question for the manifest " + reference;
  sys::HttpRequest request = state_->request("HEAD", state_->place.url("manifests/" + reference));
  request.headers = {k_accept_manifests};
  ENVLIFT_TRY_ASSIGN(const sys::HttpResponse response, state_->ask(std::move(request), what));
  if (response.status == 404) {
    return std::nullopt;
  }
  if (response.status != 200) {
    return fail(refused(state_->place, what, response));
  }
  return std::optional(response.header("docker-content-digest"));
}

Result<> Repository::put_manifest(const Manifest& manifest, const std::string& reference)
{
  const std::string what = "the manifest " + reference;
  for (int i = 0; i < k_manifest_tries; ++i) {
    sys::HttpRequest request = state_->request("PUT", state_->place.url("manifests/" + reference));
    request.headers = {"Content-Type: " + manifest.media_type};
    request.body = manifest.text;
    ENVLIFT_TRY_ASSIGN(const sys::HttpResponse response, state_->ask(std::move(request), what));
    if (response.status >= 300 && says_immutable(response)) {
      return fail(tag_is_taken(state_->place, reference));
    }
    if (has_error_code(response, "MANIFEST_BLOB_UNKNOWN") || has_error_code(response, "BLOB_UNKNOWN")) {
      return fail(blobs_are_gone(state_->place));
    }
    // What was changed on its way is no manifest any more, or another.
    const bool is_last = i + 1 == k_manifest_tries;
    if (has_error_code(response, "DIGEST_INVALID") ||
        (has_error_code(response, "MANIFEST_INVALID") && !is_last)) {
      continue;
    }
    if (response.status < 200 || response.status >= 300) {
      return fail(refused(state_->place, what, response));
    }
    if (response.header("docker-content-digest") == manifest.digest) {
      return {};
    }
    ENVLIFT_TRY_ASSIGN(const auto found, manifest_digest(reference));
    if (found == manifest.digest) {
      return {};
    }
  }
  return fail(other_bytes(state_->place, what));
}

}   // namespace envlift::registry
