// Settings -> where a push goes, and who goes there.
#pragma once

#include "lift/push_image.hpp"
#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

// What ECR's repository is made with, where it is made.
struct RepositoryWishes {
  std::string encryption = "AES256";   // or KMS, KMS_DSSE
  std::string kms_key;                 // "" = AWS's own, of KMS
  std::vector<std::string> tags;       // "KEY=VALUE"
};

// What the command line says of a push besides the settings.
struct PushWishes {
  std::vector<std::string> tags;
  bool create_repository = false;    // in ECR, where it is missing
  RepositoryWishes repository;
  bool allow_lambda = false;         // to pull from it
  std::string lifecycle_policy;      // a file of ECR's JSON; "" = leave the repository's as it is
};

// EL1414 where no repository is said, another region than the registry's, or a repository's tag without a key or a KMS
// key without KMS; EL1415 for a tag that is none.
Result<> check_push_request(const settings::Settings& settings, const PushWishes& wishes);

// The registry of the settings, with docker's login for it or else ECR's, or ECR's registry where the settings name none.
// ECR is asked here for what the wishes name. `root` is the project's folder, of which `push_tag: git` makes a tag (EL1415
// where git gives none). Fails as check_push_request(), aws::Ecr and registry::docker_login do.
Result<PushRequest> push_request(const settings::Settings& settings, const PushWishes& wishes,
                                 const std::string& root);

}   // namespace envlift::lift
