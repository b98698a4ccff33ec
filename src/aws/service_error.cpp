#include "aws/service_error.hpp"

#include "aws/xml.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::aws {

namespace {

using Json = nlohmann::json;

// "ExpiredTokenException" of "com.amazonaws.ecr#ExpiredTokenException:http://…".
std::string plain_code(const std::string& code)
{
  const std::string shape = code.substr(code.find('#') == std::string::npos ? 0 : code.find('#') + 1);
  return shape.substr(0, shape.find(':'));
}

bool is_refused_signature(const std::string& code)
{
  return text::is_one_of(code, {"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
                                "IncompleteSignatureException", "MissingAuthenticationToken",
                                "MissingAuthenticationTokenException"});
}

Error error_of(std::string code, std::string message, std::string hint, ExitCode exit = ExitCode::push_failed)
{
  return {.code = std::move(code),
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = exit,
          .tail = {}};
}

// "CODE: message", as far as the service told.
std::string told(const ServiceError& error)
{
  const std::string code = error.code.empty() ? fmt::format("HTTP status {}", error.status) : error.code;
  return text::shown(error.message.empty() ? code : fmt::format("{}: {}", code, error.message));
}

}  // namespace

ServiceError decode_error(const sys::HttpResponse& answer)
{
  ServiceError error{answer.status, "", ""};
  const Json object = Json::parse(answer.body, nullptr, false);
  if (object.is_object()) {
    error.code = plain_code(text_member(object, "__type"));
    error.message = text_member(object, object.contains("message") ? "message" : "Message");
  }
  else {
    error.code = xml_text(answer.body, "Code").value_or("");
    error.message = xml_text(answer.body, "Message").value_or("");
  }
  const auto type = answer.headers.find("x-amzn-errortype");
  if (error.code.empty() && type != answer.headers.end()) {
    error.code = plain_code(type->second);
  }
  return error;
}

bool is_transient(const ServiceError& error)
{
  // botocore's lists for its retry mode "standard".
  return error.status >= 500 || error.status == 429 ||
         text::is_one_of(error.code, {"Throttling", "ThrottlingException", "ThrottledException",
                                      "RequestThrottledException", "TooManyRequestsException",
                                      "ProvisionedThroughputExceededException", "RequestLimitExceeded",
                                      "BandwidthLimitExceeded", "RequestThrottled", "SlowDown",
                                      "PriorRequestNotComplete", "TransactionInProgressException",
                                      "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError"});
}

bool may_be_clock(const ServiceError& error)
{
  return is_refused_signature(error.code) ||
         text::is_one_of(error.code,
                         {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "AuthFailure"});
}

Error to_error(const ServiceError& error, const std::string& action, const std::string& source)
{
  if (is_transient(error)) {
    return error_of("EL1314", fmt::format("AWS cannot answer {} now: {}", action, told(error)),
                    "run the command again in a while", ExitCode::transient);
  }
  if (text::is_one_of(error.code, {"ExpiredToken", "ExpiredTokenException", "ExpiredIdentityToken"})) {
    return error_of(
        "EL1310", fmt::format("the AWS credentials of {} have expired", source),
        "get new ones (`aws sso login`, or from where the old ones came), and run the command again");
  }
  if (text::is_one_of(error.code, {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"})) {
    return error_of("EL1313", "this machine's clock differs from AWS's",
                    "set the clock (`timedatectl set-ntp true`), and run the command again");
  }
  // The service's own message repeats what was signed, and with it the session's token: it is not shown.
  if (is_refused_signature(error.code)) {
    return error_of("EL1311", fmt::format("AWS refuses the signature that was made with {}", source),
                    "check that the secret key belongs to the access key");
  }
  if (text::is_one_of(error.code, {"UnrecognizedClientException", "InvalidClientTokenId",
                                   "InvalidAccessKeyId", "AuthFailure", "InvalidIdentityToken"})) {
    return error_of("EL1311", fmt::format("AWS does not know the credentials of {}", source),
                    "check them, and that they belong to the partition of the region; a deleted key is never "
                    "known again");
  }
  if (error.code.starts_with("AccessDenied") ||
      text::is_one_of(error.code, {"UnauthorizedOperation", "ForbiddenException"})) {
    return error_of("EL1312", fmt::format("AWS denies {} to {}: {}", action, source, told(error)),
                    fmt::format("allow {} in IAM, or use other credentials", action));
  }
  if (error.code == "RepositoryNotFoundException") {
    return error_of("EL1316", fmt::format("ECR has no such repository: {}", told(error)),
                    "check its name and the region, or create it: `--create-repository`");
  }
  return error_of("EL1317", fmt::format("AWS refuses {}: {}", action, told(error)),
                  "correct what the message names; the codes are those of the service's API reference");
}

}  // namespace envlift::aws
