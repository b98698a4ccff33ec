// The files below a folder, and which symlinks among them are followed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace envlift::sys {

// Relative to the folder, '/'-separated.
struct Listed {
  std::string path;
  bool executable = false;
};

// A symlink that was not followed.
struct LostLink {
  enum class Why { dangles, leaves_root, leads_back };
  std::string path;
  std::string target;   // as the link says it
  Why why = Why::dangles;
};

struct FileTree {
  std::vector<Listed> files;    // sorted by path
  std::vector<LostLink> links;
};

struct TreeRules {
  std::string root;                                      // links lead to what lies below it, or nowhere
  std::function<bool(const std::string& path)> skip;     // files and folders to leave out
  std::string mark;   // folders that hold a file of this name are left out
};

// Every regular file below the folder. A symlink to a file or folder below `root` counts as what it leads to; one
// that leads out of it, to nothing, or back to a folder around it is lost.
FileTree list_tree(const std::string& folder, const TreeRules& rules);

// Everything below the folder but folders, relative, sorted; symlinks are listed and not followed.
std::vector<std::string> list_entries(const std::string& folder);

// Lets every user look into the folder and those below it.
void open_folders(const std::string& folder);

// Bytes that the files below the folder take on its disk; symlinks are not followed. Nothing when it cannot be looked
// into.
std::optional<unsigned long long> used_bytes(const std::string& folder);

// Whether the path, with every symlink followed, is the folder or lies below it. A path that does not exist does.
bool stays_below(const std::string& path, const std::string& folder);

}   // namespace envlift::sys
