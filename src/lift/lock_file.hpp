// `envlift lock`: what a build of the environment installs, written beside the file that asks for it.
#pragma once

#include "lift/lift.hpp"
#include "report/lock.hpp"

#include <optional>
#include <string>

namespace envlift::lift {

// Whether the environment's file is a lock: the next build installs the same without another one.
bool is_locked(const environment::Environment& environment);
// The file below the root that a lock of ours was made from, where the environment's file is such a lock.
std::optional<std::string> locked_from(const Inspected& project);

// Says so where the environment's file is a lock of ours that was made on another base image than the builder's: its
// layers may be other ones then.
void say_of_other_base(const Inspected& project, const engine::Image& builder, report::Talk& talk);

// Where the lock goes: `output`, or beside the environment's file. EL1205 for a name that no reader knows, EL1201 where
// the file is there and not ours.
struct LockPlace {
  std::string path;   // as it can be opened from here
  std::string shown;   // as the user names it
};
Result<LockPlace> lock_place(const Planned& planned, const std::string& output, bool force);

// Builds the environment, or takes what is remembered of it, and makes the lock. EL1202, EL1203.
Result<report::Lock> make_lock(engine::Engine& engine, const Planned& planned, const Request& request,
                               report::Talk& talk);

Result<> write_lock(const report::Lock& lock, const LockPlace& place);

// The file that the next build of the project takes; other than the lock where a setting or a file of precedence says so.
bool is_taken_next(const Request& request, const LockPlace& place);

}   // namespace envlift::lift
