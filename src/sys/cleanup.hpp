// What envlift still undoes when it is forced to end: child processes, temporary folders, containers. Ordinary
// ways out, the first signal included, run destructors and need none of this.
#pragma once

#include <string>
#include <vector>

namespace envlift::sys {

// Started on a forced exit: a command line whose argv[0] is a path (`/usr/bin/docker rm --force NAME`). Nobody
// waits for it. Returns its number for forget_command; -1 when no place is left.
int remember_command(const std::vector<std::string>& argv);
void forget_command(int number);

// A process group that is killed on a forced exit, by its leader.
void remember_group(int leader);
void forget_group(int leader);

// A folder that is removed on a forced exit; forget_folder when its owner removed it.
void remember_folder(const std::string& path);
void forget_folder(const std::string& path);

// Does it all. Async-signal-safe: a signal handler calls it, in the middle of anything.
void undo_remembered();

}   // namespace envlift::sys
