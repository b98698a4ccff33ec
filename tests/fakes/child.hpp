// A piece of a test in a process of its own: signals and a process's settings stay out of the others.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

namespace envlift::fakes {

// The exit code of the function's process, which ends with what the function returns; 128 + signal when one ended it.
template <typename Function>
int in_child(Function function)
{
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(function());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}   // namespace envlift::fakes
