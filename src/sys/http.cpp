#include "sys/http.hpp"

#include "base/text.hpp"
#include "sys/curl.hpp"
#include "sys/signals.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

namespace envlift::sys {

namespace {

struct Body {
  std::string text;
  std::size_t limit;
  bool too_large = false;
};

using Headers = std::map<std::string, std::string>;
using Handle = std::unique_ptr<CURL, decltype(Curl::easy_cleanup)>;

std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* user)
{
  auto& body = *static_cast<Body*>(user);
  if (body.text.size() + size * count > body.limit) {
    body.too_large = true;
    return 0;
  }
  body.text.append(bytes, size * count);
  return size * count;
}

// Called with each line of the answer's head, and of those before it (redirects, `100 Continue`).
std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* user)
{
  auto& headers = *static_cast<Headers*>(user);
  const std::string_view line(bytes, size * count);
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    headers.clear();
  }
  else if (colon != std::string_view::npos) {
    headers[text::to_lower(line.substr(0, colon))] = text::trim(line.substr(colon + 1));
  }
  return size * count;
}

std::size_t on_upload(char* into, std::size_t size, std::size_t count, void* user)
{
  return (*static_cast<const HttpUpload*>(user))(into, size * count).value_or(CURL_READFUNC_ABORT);
}

// libcurl calls it about once a second, and whenever bytes come.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
  const auto& request = *static_cast<const HttpRequest*>(user);
  return interrupted_by() != 0 || (request.gives_up && request.gives_up()) ? 1 : 0;
}

HttpProblem problem_of(CURLcode code, const Body& body, const HttpRequest& request)
{
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST: return HttpProblem::refused;
    case CURLE_OPERATION_TIMEDOUT: return HttpProblem::timed_out;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE: return HttpProblem::dropped;
    case CURLE_SSL_CONNECT_ERROR: return HttpProblem::no_tls;
    case CURLE_PEER_FAILED_VERIFICATION: return HttpProblem::untrusted;
    case CURLE_ABORTED_BY_CALLBACK:
      if (interrupted_by() != 0) {
        return HttpProblem::interrupted;
      }
      return request.gives_up ? HttpProblem::given_up : HttpProblem::other;   // else the body could not be read
    case CURLE_WRITE_ERROR: return body.too_large ? HttpProblem::too_large : HttpProblem::other;
    default: return HttpProblem::other;
  }
}

// Whether the URL names this machine; such a request passes no proxy, whatever the user's variables say.
bool is_loopback(const std::string& url)
{
  return std::ranges::any_of(std::array{"http://127.0.0.1:", "http://localhost:", "http://[::1]:"},
                             [&](const char* begin) { return url.starts_with(begin); });
}

void set_text_body(const Curl& curl, CURL* handle, const HttpRequest& request)
{
  curl.set(handle, CURLOPT_POSTFIELDS, request.body.data());
  curl.set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
}

void set_method(const Curl& curl, CURL* handle, const HttpRequest& request)
{
  if (request.method == "POST") {
    curl.set(handle, CURLOPT_POST, 1L);
    set_text_body(curl, handle, request);
  }
  else if (request.method == "HEAD") {
    curl.set(handle, CURLOPT_NOBODY, 1L);
    curl.set(handle, CURLOPT_FOLLOWLOCATION, 1L);
  }
  else {
    if (request.upload) {
      curl.set(handle, CURLOPT_UPLOAD, 1L);
      curl.set(handle, CURLOPT_READFUNCTION, &on_upload);
      curl.set(handle, CURLOPT_READDATA, &request.upload);
      curl.set(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.upload_bytes));
    }
    else if (request.method == "PUT" || request.method == "PATCH") {
      set_text_body(curl, handle, request);
    }
    curl.set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void set_limits(const Curl& curl, CURL* handle, const HttpRequest& request)
{
  curl.set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl.set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.stall.count() > 0) {
    curl.set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl.set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall.count()));
  }
}

void set_signature(const Curl& curl, CURL* handle, const AwsSignature& signature)
{
  const std::string scope = fmt::format("aws:amz:{}:{}", signature.region, signature.service);
  curl.set(handle, CURLOPT_AWS_SIGV4, scope.c_str());
  curl.set(handle, CURLOPT_USERNAME, signature.access_key.c_str());
  curl.set(handle, CURLOPT_PASSWORD, signature.secret_key.reveal().c_str());
}

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

HeaderList header_list(const Curl& curl, const HttpRequest& request)
{
  HeaderList list(nullptr, curl.slist_free_all);
  const auto add = [&](const std::string& line) {
    list.reset(curl.slist_append(list.release(), line.c_str()));
  };
  // `Expect: 100-continue` would make the emulator wait a second for large events. A signature would cover the empty
  // header, which is not sent; AWS's requests are too small to have it anyway.
  if (!request.signature) {
    add("Expect:");
  }
  for (const std::string& header : request.headers) {
    add(header);
  }
  for (const SecretHeader& header : request.secret_headers) {
    add(fmt::format("{}: {}", header.name, header.value.reveal()));
  }
  return list;
}

void set_options(const Curl& curl, CURL* handle, const HttpRequest& request, Body& body, curl_slist* headers)
{
  curl.set(handle, CURLOPT_URL, request.url.c_str());
  curl.set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.set(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  if (!request.unix_socket.empty()) {
    curl.set(handle, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  }
  if (request.passes_no_proxy || !request.unix_socket.empty() || is_loopback(request.url)) {
    curl.set(handle, CURLOPT_NOPROXY, "*");
  }
  curl.set(handle, CURLOPT_HTTPHEADER, headers);
  set_limits(curl, handle, request);
  curl.set(handle, CURLOPT_NOSIGNAL, 1L);
  curl.set(handle, CURLOPT_WRITEFUNCTION, &on_bytes);
  curl.set(handle, CURLOPT_WRITEDATA, &body);
  curl.set(handle, CURLOPT_NOPROGRESS, 0L);
  curl.set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  curl.set(handle, CURLOPT_XFERINFODATA, &request);
  if (!request.ca_bundle.empty()) {
    curl.set(handle, CURLOPT_CAINFO, request.ca_bundle.c_str());
  }
  if (request.signature) {
    set_signature(curl, handle, *request.signature);
  }
  set_method(curl, handle, request);
}

tl::expected<HttpResponse, HttpFailure> exchange(const Curl& curl, CURL* handle, const HttpRequest& request)
{
  const HeaderList list = header_list(curl, request);
  Body body{{}, request.limit_bytes};
  HttpResponse response;
  set_options(curl, handle, request, body, list.get());
  curl.set(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl.set(handle, CURLOPT_HEADERDATA, &response.headers);
  const CURLcode code = curl.easy_perform(handle);
  if (code != CURLE_OK) {
    return tl::unexpected(HttpFailure{problem_of(code, body, request), curl.easy_strerror(code)});
  }
  long status = 0;
  curl.get_info(handle, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  response.body = std::move(body.text);
  return response;
}

tl::unexpected<HttpFailure> unusable(const char* message)
{
  return tl::unexpected(HttpFailure{HttpProblem::other, message});
}

constexpr const char* k_no_library = "libcurl.so.4 is not installed or not usable";
constexpr const char* k_no_handle = "libcurl cannot be initialised";

class CurlHttp : public Http {
public:
  tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override
  {
    const Curl* curl = load_curl();
    if (curl == nullptr) {
      return unusable(k_no_library);
    }
    const Handle handle(curl->easy_init(), curl->easy_cleanup);
    return handle == nullptr ? unusable(k_no_handle) : exchange(*curl, handle.get(), request);
  }
};

// One handle, which has the open connections.
class CurlSession : public Http {
public:
  tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override
  {
    const Curl* curl = load_curl();
    if (curl == nullptr) {
      return unusable(k_no_library);
    }
    if (handle_ == nullptr) {
      handle_ = Handle(curl->easy_init(), curl->easy_cleanup);
    }
    if (handle_ == nullptr) {
      return unusable(k_no_handle);
    }
    curl->easy_reset(handle_.get());   // all but the connections
    return exchange(*curl, handle_.get(), request);
  }

private:
  Handle handle_{nullptr, nullptr};
};

}  // namespace

std::string HttpResponse::header(const std::string& name) const
{
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::unique_ptr<Http> http_session()
{
  return std::make_unique<CurlSession>();
}

Http& http()
{
  static CurlHttp instance;
  return instance;
}

bool may_pass(const HttpFailure& failure)
{
  using enum HttpProblem;
  return failure.problem == refused || failure.problem == timed_out || failure.problem == dropped ||
         failure.problem == no_tls;
}

}  // namespace envlift::sys
