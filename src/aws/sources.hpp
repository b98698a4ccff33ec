// The places that credentials come from, one function each. Nothing: this place is not configured.
#pragma once

#include "aws/credentials.hpp"

#include <string>
#include <string_view>

namespace envlift::aws {

using Found = Result<std::optional<Credentials>>;

// A profile, by its name, and what it says in the file or files that count.
struct NamedProfile {
  std::string name;
  Section section;
};

Found from_variables(const Session& session);
// The keys of a section of one file.
Found from_keys(const NamedProfile& profile, std::string_view file);
Found from_process(const Session& session, const NamedProfile& profile);
Found from_sso(const Session& session, const NamedProfile& profile);
// Of the variables too, where `with_variables`.
Found from_web_identity(const Session& session, const NamedProfile& profile, bool with_variables);
// The session's profile, if it names a role, with the chain of profiles that it stands on.
Found from_assumed_role(const Session& session);
Found from_container(const Session& session);
Found from_instance(const Session& session);

// All that a profile may hold but a role with a source, in order.
Found from_profile(const Session& session, const std::string& name, bool with_variables);

// EL1306: a profile that is incomplete or contradicts itself.
Error bad_profile(const std::string& name, const std::string& why, std::string hint);
// EL1307: a source that is configured and gave nothing.
Error gave_none(const std::string& source, const std::string& why, std::string hint);

}  // namespace envlift::aws
