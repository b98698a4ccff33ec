// What the writers of both forms of locks share.
#pragma once

#include "report/lock.hpp"

namespace envlift::report {

// The first lines: that and of what the lock was made.
std::string lock_head(const LockSource& source);

// EL1202.
Failure not_lockable(const std::string& package, const std::string& why, const std::string& hint);
// Nothing, or why the URL cannot stand in a lock: credentials, a place in the builder.
Result<> check_url(const InstalledPip& package);
// "platform_machine" of the image: "x86_64", "aarch64".
std::string machine(const plan::Plan& plan);

}  // namespace envlift::report
