// A loopback proxy in front of the emulator: connections are accepted as they come, events go through one at a time.
#include "invoke/invoke.hpp"

#include "invoke/session.hpp"
#include "sys/signals.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

namespace envlift::invoke {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

using Response = http::response<http::string_body>;

constexpr std::uint64_t k_event_limit_bytes = std::uint64_t{7}
                                              << 20U;   // the emulator takes 6 MB and a little

constexpr std::chrono::milliseconds k_accept_pause{100};

// A Talk for the server's thread and the one that follows the container's log.
class SharedTalk : public report::Talk {
public:
  explicit SharedTalk(report::Talk& talk) : talk_(talk) {}

  void say(std::string_view line) override { locked(&report::Talk::say, line); }
  void detail(std::string_view line) override { locked(&report::Talk::detail, line); }
  void step_begins(std::string_view what) override { locked(&report::Talk::step_begins, what); }
  void step_moves(std::string_view what) override { locked(&report::Talk::step_moves, what); }
  void step_ends(std::string_view result) override { locked(&report::Talk::step_ends, result); }

private:
  void locked(void (report::Talk::*tell)(std::string_view), std::string_view text)
  {
    const std::lock_guard lock(mutex_);
    (talk_.*tell)(text);
  }

  report::Talk& talk_;
  std::mutex mutex_;
};

// The emulator and its container; started anew when it died.
class Backend {
public:
  // The emulator's own clock is taken as it is: whoever asks sees what the emulator answers.
  Backend(engine::Engine& engine, sys::Http& http, const Target& target, report::Talk& talk)
      : engine_(engine),
        http_(http),
        request_{target, target.timeout_s, [&talk](std::string_view line) { say_log_line(line, talk); }}
  {}

  Result<> ensure()
  {
    if (session_) {
      return {};
    }
    ENVLIFT_TRY_ASSIGN(Session session, Session::start(engine_, http_, request_));
    session_.emplace(std::move(session));
    return {};
  }

  Response answer(const std::string& event)
  {
    Response response(http::status::bad_gateway, 11);
    if (const auto ready = ensure(); !ready) {
      response.body() = ready.error().message + "\n";
      return response;
    }
    const auto answer = session_->post(event);
    if (!answer) {
      session_.reset();   // removed; the next event starts another
      response.body() = "the function's container gave no answer: " + answer.error().message + "\n";
      return response;
    }
    response.result(static_cast<unsigned>(answer->status));
    response.set(http::field::content_type, "text/plain; charset=utf-8");   // as the emulator says
    response.body() = answer->body;
    return response;
  }

private:
  engine::Engine& engine_;
  sys::Http& http_;
  SessionRequest request_;
  std::optional<Session> session_;
};

// One client's connection. Handlers run on one thread, so that events wait for each other. No time limits: while one
// event runs, the others' clocks would run out although their bytes are here.
class Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(Tcp::socket socket, Backend& backend, report::Talk& talk)
      : stream_(std::move(socket)),
        backend_(backend),
        talk_(talk)
  {
    parser_.body_limit(k_event_limit_bytes);
  }

  void start()
  {
    http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) {
        self->respond();
      }
      else if (error == http::error::body_limit) {
        self->send(Response(http::status::payload_too_large, 11));
      }
    });
  }

private:
  void respond()
  {
    const auto begin = std::chrono::steady_clock::now();
    const auto& request = parser_.get();
    // The emulator invokes for every method; a browser that looks for an icon must not.
    if (request.method() != http::verb::post || request.target() != k_invocation_path) {
      send(Response(http::status::not_found, 11));
      return;
    }
    Response response = backend_.answer(request.body());
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
    talk_.say(fmt::format("event of {} bytes: HTTP {}, {} bytes in {:.0f} ms", request.body().size(),
                          response.result_int(), response.body().size(), taken.count()));
    send(std::move(response));
  }

  void send(Response response)
  {
    response_ = std::move(response);
    response_.keep_alive(false);
    response_.prepare_payload();
    // The connection ends with its last handler.
    http::async_write(stream_, response_, [self = shared_from_this()](error_code, std::size_t) {});
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  http::request_parser<http::string_body> parser_;
  Response response_;
  Backend& backend_;
  report::Talk& talk_;
};

class Server {
public:
  Server(Backend& backend, report::Talk& talk)
      : acceptor_(context_),
        pause_(context_),
        wake_(context_),
        backend_(backend),
        talk_(talk)
  {}

  Result<> listen(int port)
  {
    const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), static_cast<unsigned short>(port));
    try {
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(Tcp::acceptor::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
    }
    catch (const boost::system::system_error& error) {
      return fail({"EL0808",
                   fmt::format("localhost:{} cannot be used: {}", port, error.code().message()),
                   "stop what uses it, or name another port with --port",
                   ExitCode::engine_unusable,
                   {}});
    }
    return {};
  }

  void run()
  {
    accept();
    if (const int descriptor = sys::duplicate_interrupt_descriptor(); descriptor >= 0) {
      wake_.assign(descriptor);
      wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code) { context_.stop(); });
    }
    context_.run();
  }

private:
  void accept()
  {
    acceptor_.async_accept([this](error_code error, Tcp::socket socket) {
      if (!error) {
        std::make_shared<Connection>(std::move(socket), backend_, talk_)->start();
        accept();
        return;
      }
      // As with no descriptor left: the connection still waits, and the next try would fail at once.
      pause_.expires_after(k_accept_pause);
      pause_.async_wait([this](error_code) { accept(); });
    });
  }

  asio::io_context context_;
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::posix::stream_descriptor wake_;
  Backend& backend_;
  report::Talk& talk_;
};

}   // namespace

Result<> serve(engine::Engine& engine, sys::Http& http, const Target& target, int port, report::Talk& talk)
{
  SharedTalk shared(talk);
  Backend backend(engine, http, target, shared);
  Server server(backend, shared);
  ENVLIFT_TRY(server.listen(port));
  ENVLIFT_TRY(backend.ensure());
  shared.say(fmt::format("serving {} until Ctrl-C; in another terminal:", target.image));
  shared.say(fmt::format("  curl -d '{{}}' localhost:{}{}", port, k_invocation_path));
  server.run();
  return {};
}

}   // namespace envlift::invoke
