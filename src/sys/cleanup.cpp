#include "sys/cleanup.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>

#include <unistd.h>

namespace envlift::sys {

namespace {

// One command line as execv takes it; built before it is published, so that a handler finds it whole.
struct Undo {
  std::vector<std::string> words;
  std::vector<char*> argv;
};

// Fixed places: a handler can read them at any time, without a lock and without memory being moved. One run
// holds a few folders, and up to 64 containers, each with two or three clients.
constexpr std::size_t k_places = 512;
std::array<std::atomic<Undo*>, k_places> g_commands{};
std::array<std::atomic<int>, k_places> g_groups{};

std::mutex g_folders_mutex;   // guards the map only; handlers do not look at it

std::map<std::string, int>& folder_numbers()
{
  static std::map<std::string, int> numbers;
  return numbers;
}

// The child of a handler: a session of its own, so that nothing that ends envlift reaches it.
[[noreturn]] void become(const Undo& undo)
{
  ::setsid();
  sigset_t all{};
  ::sigfillset(&all);
  ::sigprocmask(SIG_UNBLOCK, &all, nullptr);
  ::execv(undo.argv.front(), undo.argv.data());
  ::_exit(127);
}

}  // namespace

int remember_command(const std::vector<std::string>& argv)
{
  auto* undo = new Undo{argv, {}};
  for (std::string& word : undo->words) {
    undo->argv.push_back(word.data());
  }
  undo->argv.push_back(nullptr);
  for (std::size_t i = 0; i < k_places; ++i) {
    Undo* free = nullptr;
    if (g_commands[i].compare_exchange_strong(free, undo)) {
      return static_cast<int>(i);
    }
  }
  delete undo;
  return -1;
}

void forget_command(int number)
{
  if (number >= 0) {
    delete g_commands.at(static_cast<std::size_t>(number)).exchange(nullptr);
  }
}

void remember_group(int leader)
{
  for (auto& place : g_groups) {
    int free = 0;
    if (place.compare_exchange_strong(free, leader)) {
      return;
    }
  }
}

void forget_group(int leader)
{
  for (auto& place : g_groups) {
    int mine = leader;
    if (place.compare_exchange_strong(mine, 0)) {
      return;
    }
  }
}

void remember_folder(const std::string& path)
{
  const std::lock_guard lock(g_folders_mutex);
  folder_numbers()[path] = remember_command({"/bin/rm", "-rf", "--", path});
}

void forget_folder(const std::string& path)
{
  const std::lock_guard lock(g_folders_mutex);
  if (const auto found = folder_numbers().find(path); found != folder_numbers().end()) {
    forget_command(found->second);
    folder_numbers().erase(found);
  }
}

void undo_remembered()
{
  for (const auto& place : g_groups) {
    if (const int leader = place.load(); leader > 0) {
      ::kill(-leader, SIGKILL);
    }
  }
  for (const auto& place : g_commands) {
    // _Fork, unlike fork, runs no handlers of the C library and may be called here.
    if (const Undo* undo = place.load(); undo != nullptr && ::_Fork() == 0) {
      become(*undo);
    }
  }
}

}  // namespace envlift::sys
