// ECR's interface: the registry's login, and its repositories.
#pragma once

#include "aws/credentials.hpp"
#include "aws/region.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace envlift::aws {

struct RegistryLogin {
  std::string host;   // "123456789012.dkr.ecr.eu-central-1.amazonaws.com", with a port if it has one
  std::string username;   // "AWS"
  Secret password;
  std::optional<std::int64_t> expires;   // seconds since 1970
};

struct Repository {
  std::string name;
  std::string uri;   // host and name
  std::string account;   // of 12 digits
  bool immutable_tags = false;
};

// What a repository is made with.
struct NewRepository {
  std::string name;
  bool scan_on_push = true;
  bool immutable_tags = true;
  std::string encryption = "AES256";   // or "KMS", "KMS_DSSE"
  std::string kms_key;   // of KMS; "" = AWS's own
  std::map<std::string, std::string> tags;
};

struct StoredImage {
  std::string digest;   // "sha256:…"
  std::uint64_t size_bytes = 0;   // of its layers as they are stored
};

// The private registry of an account and region, or ECR Public, which has one for the world. Errors of all functions:
// EL1310 to EL1318, as AWS says it.
class Ecr {
public:
  enum class Registry { account, shared };   // ECR, ECR Public

  // Finds credentials and, for an account's registry, the region.
  static Result<Ecr> open(const Session& session, Registry registry = Registry::account);

  Ecr(Session session, Credentials credentials, Region region, Registry registry);

  const Region& region() const { return region_; }
  const Credentials& credentials() const { return credentials_; }

  // A password that is good for twelve hours.
  Result<RegistryLogin> login() const;
  // Nothing where there is none of that name.
  Result<std::optional<Repository>> describe_repository(const std::string& name) const;
  // The one that is there already, where another client was first. ECR Public takes only the name and the tags.
  Result<Repository> create_repository(const NewRepository& wanted) const;
  // `policy` is the JSON of ECR's lifecycle policies.
  Result<> put_lifecycle_policy(const std::string& repository, const std::string& policy) const;
  // Lets Lambda's functions of the repository's account and region pull; other statements of the policy stay.
  Result<> allow_lambda(const Repository& repository) const;
  // The image that the tag names; nothing where none does.
  Result<std::optional<StoredImage>> describe_image(const std::string& repository,
                                                    const std::string& tag) const;

private:
  Session session_;
  Credentials credentials_;
  Region region_;
  Registry registry_;
};

// The policy with the statement that lets Lambda pull in place of an older one of envlift's or Lambda's own; nothing
// where `policy` is no JSON object. "" is a repository without a policy.
std::optional<std::string> policy_with_lambda(const std::string& policy, const Repository& repository,
                                              const std::string& region);

}   // namespace envlift::aws
