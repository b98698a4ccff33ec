// What ECR answers with.
#pragma once

#include "aws/ecr.hpp"

namespace envlift::aws {

// Nothing where the text has not the form of the answer. `shared_host` is the login's host where the answer names none,
// as ECR Public's.
std::optional<RegistryLogin> parse_login(const std::string& json, const std::string& shared_host);
// Of the answers of DescribeRepositories (the first) and CreateRepository.
std::optional<Repository> parse_repository(const std::string& json);
std::optional<StoredImage> parse_image(const std::string& json);
// The text of a repository's policy.
std::optional<std::string> parse_policy(const std::string& json);

}   // namespace envlift::aws
