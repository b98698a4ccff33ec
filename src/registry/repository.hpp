// What the parts of Repository share.
#pragma once

#include "registry/authorization.hpp"
#include "registry/patience.hpp"
#include "registry/registry.hpp"

namespace envlift::registry {

struct Repository::State {
  Place place;
  World world;
  std::shared_ptr<Authorization> authorization;
  std::unique_ptr<sys::Http> session;

  // One exchange, without a second try but for one whose authorization was renewed. `rewind` is called before each.
  using Rewind = std::function<Result<>()>;
  using Answered = tl::expected<sys::HttpResponse, sys::HttpFailure>;
  Result<Answered> exchange(sys::HttpRequest request, const Rewind& rewind = {});
  // Tries again what may pass, and follows redirects. `what` is asked, for errors. Any status that is no fault of the
  // registry's own comes back.
  Result<sys::HttpResponse> ask(sys::HttpRequest request, const std::string& what);
  // Whether the registry that is asked with TLS answers without; no login is sent.
  bool speaks_http();

  sys::HttpRequest request(std::string method, std::string url) const;
};

// Sends one blob.
class Repository::Upload {
public:
  Upload(State& state, const Blob& blob, const OnBytes& on_bytes);
  Result<Delivery> run(const std::string& elsewhere);

private:
  enum class Step { done, mounted, onwards };

  Result<Step> begin(const std::string& elsewhere);
  Result<Step> send_part();
  Result<Step> finish();
  Result<Step> send_whole();
  Result<Step> after_part(const sys::HttpResponse& response, unsigned long long end);
  Result<Step> after_last(const sys::HttpResponse& response);
  // What is left to do where the answer tells no more than that something went wrong.
  Result<Step> after_fault(const State::Answered& answered);
  Result<Step> look_again();
  Result<Step> start_over();
  Result<Step> other_bytes_arrived();
  Result<bool> is_sound_here();

  void stand_at(unsigned long long offset);
  Result<> go_to(unsigned long long offset);
  sys::HttpRequest with_bytes(sys::HttpRequest request, unsigned long long end);
  std::string finishing_url() const;
  std::string name() const { return "the blob " + blob_.digest; }

  State& state_;
  const Blob& blob_;
  const OnBytes& on_bytes_;
  Patience patience_;
  std::string location_;   // of the session; "" before one is begun
  unsigned long long offset_ = 0;   // bytes that the registry has
  unsigned long long farthest_ = 0;   // that it had
  unsigned long long told_ = 0;   // bytes that on_bytes_ was told of
  unsigned long long part_ = 0;   // most bytes of one request
  std::unique_ptr<image::ByteSource> source_;
  unsigned long long position_ = 0;   // of the source
  std::optional<Error> source_error_;
};

}   // namespace envlift::registry
