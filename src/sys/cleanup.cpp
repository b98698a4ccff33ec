#include "sys/cleanup.hpp"

#include <filesystem>
#include <mutex>
#include <set>

namespace envlift::sys {

namespace {

struct Registry {
  std::mutex mutex;
  std::set<std::string> folders;
};

Registry& registry()
{
  static Registry instance;
  return instance;
}

}  // namespace

void remember_folder(const std::string& path)
{
  const std::lock_guard lock(registry().mutex);
  registry().folders.insert(path);
}

void forget_folder(const std::string& path)
{
  const std::lock_guard lock(registry().mutex);
  registry().folders.erase(path);
}

void remove_remembered_folders()
{
  const std::lock_guard lock(registry().mutex);
  for (const std::string& path : registry().folders) {
    std::error_code ignored;   // nobody is left to tell
    std::filesystem::remove_all(path, ignored);
  }
  registry().folders.clear();
}

}  // namespace envlift::sys
