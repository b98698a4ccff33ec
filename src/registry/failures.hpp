// The errors of a push, in one wording. What may pass ends with 75, what will not with 6.
#pragma once

#include "registry/registry.hpp"
#include "sys/http.hpp"

#include <string>

namespace envlift::registry {

// EL1401, or EL0811 for an interrupt.
Error not_reached(const Place& place, const sys::HttpFailure& failure);
// EL1401, of one that was asked with TLS.
Error speaks_no_tls(const Place& place);
// The answer's status and what the registry says about it: EL1402 to EL1406. `what` was asked: "the blob sha256:…".
Error refused(const Place& place, const std::string& what, const sys::HttpResponse& response);
// EL1403.
Error not_accepted(const Place& place, const std::string& cause);
// EL1403; EL1402 where the token service has a fault of its own.
Error token_refused(const Place& place, const sys::HttpResponse& response);
// EL1407.
Error tag_is_taken(const Place& place, const std::string& tag);
// EL1410.
Error blobs_are_gone(const Place& place);
// EL1408.
Error other_bytes(const Place& place, const std::string& what);
// EL1409.
Error damaged_here(const std::string& digest);
Error interrupted();

// Whether the same request may be answered otherwise in a while; as sys::may_pass, which is of those without an answer.
bool may_pass(int status);
// The code and the message of the registry's own error (distribution-spec: "Error codes"): "DENIED: …"; "" for none.
std::string error_text(const sys::HttpResponse& response);
bool has_error_code(const sys::HttpResponse& response, std::string_view code);

}   // namespace envlift::registry
