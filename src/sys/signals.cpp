#include "sys/signals.hpp"

#include "sys/cleanup.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace envlift::sys {

namespace {

constexpr int k_forced_after = 3;   // as docker's own client: the third signal ends it at once

std::atomic<int> g_signal{0};
std::atomic<int> g_count{0};
std::array<int, 2> g_pipe{-1, -1};

// Async-signal-safe: notes the signal and wakes whoever polls.
void on_signal(int signal)
{
  const int saved = errno;
  g_signal.store(signal);
  if (g_count.fetch_add(1) + 1 >= k_forced_after) {
    undo_remembered();
    ::_exit(128 + signal);
  }
  const char byte = 1;
  if (::write(g_pipe[1], &byte, 1) < 0) {
    // The pipe is full: whoever polls it is awake already.
  }
  errno = saved;
}

}  // namespace

void install_signal_handlers()
{
  if (::pipe2(g_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
    g_pipe = {-1, -1};
  }
  struct sigaction action{};
  action.sa_handler = &on_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    ::sigaction(signal, &action, nullptr);
  }
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;   // NOLINT: the macro of the C library
  ::sigaction(SIGPIPE, &ignore, nullptr);
}

int interrupted_by()
{
  return g_signal.load();
}

int interrupt_descriptor()
{
  return g_pipe[0];
}

int duplicate_interrupt_descriptor()
{
  return g_pipe[0] < 0 ? -1 : ::fcntl(g_pipe[0], F_DUPFD_CLOEXEC, 0);
}

}  // namespace envlift::sys
