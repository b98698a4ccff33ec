#include "sys/process.hpp"

#include "base/text.hpp"
#include "sys/cleanup.hpp"
#include "sys/files.hpp"
#include "sys/signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/v2.hpp>
#include <fmt/format.h>

namespace envlift::sys {

namespace asio = boost::asio;
namespace process = boost::process::v2;

namespace {

using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto k_term_grace = 2s;     // from SIGTERM to SIGKILL
constexpr auto k_pipe_grace = 300ms;  // a grandchild may hold a pipe open after the child is gone
constexpr auto k_reap_interval = 10ms;

// Works in the child between fork and exec: a group of its own, so that one signal reaches all of its
// descendants and a Ctrl-C of the terminal reaches none but envlift; and death with envlift.
struct OwnGroup {
  bool joins_streams = false;

  template <typename Launcher>
  error_code on_exec_setup(Launcher&, const boost::filesystem::path&, const char* const*&)
  {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::signal(SIGPIPE, SIG_DFL);   // NOLINT: an ignored SIGPIPE would be inherited
    if (joins_streams) {
      ::dup2(STDOUT_FILENO, STDERR_FILENO);
    }
    return {};
  }

  // Boost 1.81 looks for these two with one argument more than it passes; so they take any number.
  // After a failed exec its child would call exit(): our buffers and atexit handlers would run twice.
  template <typename... Any>
  void on_exec_error(Any&&...)
  {
    ::_exit(127);
  }

  // And its parent would leave that child as a zombie.
  template <typename Launcher, typename... Any>
  void on_error(Launcher& launcher, Any&&...)
  {
    if (launcher.pid > 0) {
      ::waitpid(launcher.pid, nullptr, 0);
    }
  }
};

// The child's variables. Boost 1.81's own process_environment is declared but not defined header-only.
class ChildEnvironment {
public:
  explicit ChildEnvironment(const std::vector<std::string>& lines)
  {
    for (const std::string& line : lines) {
      pointers_.push_back(line.c_str());
    }
    pointers_.push_back(nullptr);
  }

  template <typename Launcher>
  error_code on_setup(Launcher& launcher, const boost::filesystem::path&, const char* const*)
  {
    launcher.env = pointers_.data();
    return {};
  }

private:
  std::vector<const char*> pointers_;
};

// Keeps the end of a stream and hands its lines on.
class Collector {
public:
  Collector(Stream stream, const Command& command) : stream_(stream), command_(command) {}

  void take(std::string_view bytes)
  {
    if (command_.on_output && stream_ == Stream::out) {
      command_.on_output(bytes);
      return;
    }
    text_ += bytes;
    if (text_.size() > 2 * command_.keep_bytes) {
      text_.erase(0, text_.size() - command_.keep_bytes);
    }
    if (command_.on_line) {
      split(bytes);
    }
  }

  std::string finish()
  {
    if (command_.on_line && !line_.empty()) {
      command_.on_line(stream_, line_);
    }
    if (text_.size() > command_.keep_bytes) {
      text_.erase(0, text_.size() - command_.keep_bytes);
    }
    return std::move(text_);
  }

private:
  // Progress bars end a line with '\r' alone.
  void split(std::string_view bytes)
  {
    constexpr std::size_t k_longest_line = std::size_t{1} << 20U;
    for (const char c : bytes) {
      const bool is_end = c == '\n' || c == '\r';
      if (!is_end) {
        line_ += c;
      }
      if (!line_.empty() && (is_end || line_.size() == k_longest_line)) {
        command_.on_line(stream_, line_);
        line_.clear();
      }
    }
  }

  Stream stream_;
  const Command& command_;
  std::string text_;
  std::string line_;
};

// One child from start to reaping.
class Child {
public:
  explicit Child(const Command& command)
      : command_(command),
        out_(context_),
        err_(context_),
        in_(context_),
        wake_(context_),
        reaper_(context_),
        deadline_(context_),
        interrupt_grace_(context_),
        killer_(context_),
        pipe_grace_(context_),
        collect_out_(Stream::out, command),
        collect_err_(Stream::err, command)
  {}

  // The error of the start; nothing when the child runs.
  std::optional<std::string> start(const boost::filesystem::path& program)
  {
    std::fflush(nullptr);   // what is buffered must come before the child's output
    std::vector<std::string> arguments(command_.argv.begin() + 1, command_.argv.end());
    const std::vector<std::string> variables = environment_lines();
    // The child's ends of its pipes would be inherited by a child that another thread starts in between, and then stay
    // open for as long as that lives.
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    try {
      ChildEnvironment child_environment(variables);   // not const: the launcher would pass it over
      OwnGroup group{command_.joins_streams};
      if (command_.input.empty()) {
        child_.emplace(context_, program, arguments, process::process_stdio{nullptr, out_, err_},
                       child_environment, group);
      }
      else {
        child_.emplace(context_, program, arguments, process::process_stdio{in_, out_, err_},
                       child_environment, group);
      }
    }
    catch (const std::exception& failure) {
      return failure.what();
    }
    group_ = child_->id();
    ::setpgid(group_, group_);   // from both sides, so that neither can be too late
    remember_group(group_);
    return std::nullopt;
  }

  std::vector<std::string> environment_lines() const
  {
    auto variables = environment_variables("");
    for (const auto& [name, value] : command_.environment) {
      variables.insert_or_assign(name, value);
    }
    std::vector<std::string> lines;
    lines.reserve(variables.size());
    for (const auto& [name, value] : variables) {
      lines.push_back(fmt::format("{}={}", name, value));
    }
    return lines;
  }

  ProcessResult wait()
  {
    read(out_, collect_out_, out_buffer_);
    read(err_, collect_err_, err_buffer_);
    if (!command_.input.empty()) {
      asio::async_write(in_, asio::buffer(command_.input), [this](error_code, std::size_t) { close(in_); });
    }
    watch_deadline();
    watch_interrupt();
    watch_child();
    context_.run();
    return {outcome(), collect_out_.finish(), collect_err_.finish()};
  }

private:
  template <typename Descriptor>
  static void close(Descriptor& descriptor)
  {
    error_code ignored;   // closing one twice is no harm
    static_cast<void>(descriptor.close(ignored));
  }

  void read(asio::readable_pipe& pipe, Collector& collector, std::array<char, 65536>& buffer)
  {
    pipe.async_read_some(asio::buffer(buffer), [&](error_code error, std::size_t bytes) {
      collector.take({buffer.data(), bytes});
      if (!error) {
        read(pipe, collector, buffer);
        return;
      }
      close(pipe);
      if (!out_.is_open() && !err_.is_open()) {
        pipe_grace_.cancel();
      }
    });
  }

  void watch_deadline()
  {
    if (command_.timeout) {
      deadline_.expires_after(*command_.timeout);
      deadline_.async_wait([this](error_code error) {
        if (!error) {
          timed_out_ = true;
          end_group(SIGTERM);
        }
      });
    }
  }

  void watch_interrupt()
  {
    if (interrupt_descriptor() < 0) {
      return;
    }
    if (command_.outlives_interrupt) {
      return;
    }
    if (interrupted_by() != 0) {
      interrupt();
      return;
    }
    wake_.assign(duplicate_interrupt_descriptor());
    wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
      if (!error) {
        interrupt();
      }
    });
  }

  void interrupt()
  {
    interrupted_ = interrupted_by();
    interrupt_grace_.expires_after(command_.interrupt_grace);
    interrupt_grace_.async_wait([this](error_code error) {
      if (!error) {
        end_group(interrupted_);
      }
    });
  }

  // Polled rather than by pidfd: its completion can be lost (boostorg/process#564), and the status must
  // tell a signal from an exit code, which Boost's exit_code() does not.
  void watch_child()
  {
    int status = 0;
    const pid_t reaped = ::waitpid(group_, &status, WNOHANG);
    if (reaped == group_ || (reaped < 0 && errno == ECHILD)) {
      status_ = status;
      child_->detach();
      child_is_gone();
      return;
    }
    reaper_.expires_after(k_reap_interval);
    reaper_.async_wait([this](error_code error) {
      if (!error) {
        watch_child();
      }
    });
  }

  void child_is_gone()
  {
    deadline_.cancel();
    interrupt_grace_.cancel();
    close(wake_);
    if (ending_) {
      ::kill(-group_, SIGKILL);   // descendants that ignored the signal
    }
    forget_group(group_);
    killer_.cancel();
    if (out_.is_open() || err_.is_open()) {
      pipe_grace_.expires_after(k_pipe_grace);
      pipe_grace_.async_wait([this](error_code) {
        close(out_);
        close(err_);
      });
    }
    close(in_);
  }

  void end_group(int signal)
  {
    ending_ = true;
    ::kill(-group_, signal);
    killer_.expires_after(k_term_grace);
    killer_.async_wait([this](error_code error) {
      if (!error) {
        ::kill(-group_, SIGKILL);
      }
    });
  }

  Outcome outcome() const
  {
    if (interrupted_ != 0) {
      return Interrupted{interrupted_};
    }
    if (timed_out_) {
      return TimedOut{};
    }
    if (WIFSIGNALED(status_)) {
      return Signalled{WTERMSIG(status_)};
    }
    return Exited{WEXITSTATUS(status_)};
  }

  const Command& command_;
  asio::io_context context_;
  asio::readable_pipe out_;
  asio::readable_pipe err_;
  asio::writable_pipe in_;
  asio::posix::stream_descriptor wake_;
  asio::steady_timer reaper_;
  asio::steady_timer deadline_;
  asio::steady_timer interrupt_grace_;
  asio::steady_timer killer_;
  asio::steady_timer pipe_grace_;
  std::optional<process::process> child_;
  std::array<char, 65536> out_buffer_{};
  std::array<char, 65536> err_buffer_{};
  Collector collect_out_;
  Collector collect_err_;
  pid_t group_ = -1;
  int status_ = 0;
  int interrupted_ = 0;
  bool timed_out_ = false;
  bool ending_ = false;
};

// The program's path, looked up before the fork: a failed exec would run our exit handlers in the child.
std::optional<std::string> find_program(const std::string& name)
{
  if (name.find('/') != std::string::npos) {
    return ::access(name.c_str(), X_OK) == 0 && is_file(name) ? std::optional(name) : std::nullopt;
  }
  for (const std::string& path : programs_named(name)) {
    return path;
  }
  return std::nullopt;
}

class RealProcesses : public Processes {
public:
  ProcessResult run(const Command& command) override
  {
    const auto program = find_program(command.argv.at(0));
    if (!program) {
      return {NotFound{command.argv[0]}, {}, {}};
    }
    Child child(command);
    if (const auto problem = child.start(*program)) {
      return {NotFound{*program + ": " + *problem}, {}, {}};
    }
    return child.wait();
  }
};

}  // namespace

bool ProcessResult::succeeded() const
{
  const auto* exited = std::get_if<Exited>(&outcome);
  return exited != nullptr && exited->code == 0;
}

std::vector<std::string> programs_named(const std::string& name)
{
  std::vector<std::string> found;
  const std::string path = environment_variable("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (const std::string_view folder : text::split(path, ':')) {
    const std::string candidate = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
    if (::access(candidate.c_str(), X_OK) == 0 && is_file(candidate)) {
      found.push_back(candidate);
    }
  }
  return found;
}

Processes& real_processes()
{
  static RealProcesses instance;
  return instance;
}

}  // namespace envlift::sys
