// An OCI registry: blobs and manifests that are put into a repository (OCI distribution-spec).
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "image/bytes.hpp"
#include "sys/http.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace envlift::registry {

// What a registry knows a user by; an empty user is nobody.
struct Login {
  std::string user;
  Secret password;

  // Whether the password is an OAuth 2 refresh token: docker's name for it is an identity token, and its user this one.
  bool is_identity_token() const { return user == "<token>"; }
};

// Gives the login: once, and again when the registry no longer takes the one that it gave (ECR's ends after 12 hours).
using FetchLogin = std::function<Result<Login>()>;

struct Place {
  std::string host;   // HOST[:PORT]
  std::string repository;   // team/name
  bool plain_http = false;
  std::string ca_bundle;   // a file; "" = the system's

  // "host/repository".
  std::string name() const { return host + "/" + repository; }
  std::string url(const std::string& path) const;
};

// What of the world the registry is reached through.
struct World {
  std::function<std::unique_ptr<sys::Http>()> session;   // for one thread
  std::function<bool(std::chrono::milliseconds duration)> pause;   // false when a signal has come
};
World real_world();

// Opens a blob's bytes, from the first.
using OpenBlob = std::function<Result<std::unique_ptr<image::ByteSource>>()>;

struct Blob {
  std::string digest;   // "sha256:…"
  unsigned long long size = 0;
  OpenBlob open;
};

// What became of a blob.
enum class Delivery { sent, there, mounted };

struct Manifest {
  std::string digest;   // "sha256:…" of the text
  std::string media_type;
  std::string text;
};

// Called with the bytes that were sent since the last call, from any thread.
using OnBytes = std::function<void(unsigned long long bytes)>;

class Authorization;

// A repository, for one thread; the authorization is shared by all. Every call tries again what may pass (a lost
// connection, 429, 5xx) a bounded number of times. Errors: EL1401 (not reached), EL1402 (the registry's own fault goes on),
// EL1403 (who you are is not accepted), EL1404 (not allowed), EL1405 (no such repository), EL1406 (refused), EL1408 (the
// registry got other bytes), EL0811.
class Repository {
public:
  Repository(Place place, World world, std::shared_ptr<Authorization> authorization);
  ~Repository();

  // Whether the blob is there.
  Result<bool> has(const Blob& blob);
  // Puts a blob there that has() did not find. `elsewhere` is a repository of this registry that may have it; "" for none.
  Result<Delivery> put(const Blob& blob, const std::string& elsewhere, const OnBytes& on_bytes);

  // Of the manifest with that tag or digest; nothing where there is none.
  Result<std::optional<std::string>> manifest_digest(const std::string& reference);
  // EL1407 for a tag that is another image's and may not be moved.
  Result<> put_manifest(const Manifest& manifest, const std::string& reference);

private:
  class Upload;
  struct State;
  std::unique_ptr<State> state_;
};

// Of a repository's place, for all threads.
std::shared_ptr<Authorization> authorization(FetchLogin login);

}   // namespace envlift::registry
