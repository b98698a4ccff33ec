// What must be undone on every way out, a signal included: temporary folders and running children.
#pragma once

#include <string>


namespace envlift::sys {

// Temporary folders that exist now; forget_folder when the owner removed it. A forced exit (the third
// signal) removes what is left with remove_remembered_folders().
void remember_folder(const std::string& path);
void forget_folder(const std::string& path);
void remove_remembered_folders();

}  // namespace envlift::sys
