// What AWS's services say where they give no result.
#pragma once

#include "aws/endpoint.hpp"
#include "base/result.hpp"
#include "sys/http.hpp"

#include <string>
#include <string_view>

namespace envlift::aws {

struct ServiceError {
  int status = 0;
  std::string code;      // "ExpiredTokenException"; "" where the answer names none
  std::string message;   // the service's own
};

// Reads the JSON of ECR and SSO, and STS's XML.
ServiceError decode_error(const sys::HttpResponse& answer);

// Whether the same request may be answered later.
bool is_transient(const ServiceError& error);
// Whether the clock of this machine may be why.
bool may_be_clock(const ServiceError& error);

// For the user: `action` is IAM's name of what was asked ("ecr:CreateRepository"), `source` where the credentials come
// from.
Error to_error(const ServiceError& error, const std::string& action, const std::string& source);

}   // namespace envlift::aws
