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

using Headers = std::map<std::string, std::string>;

// Called with each line of the answer's head.
std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* user)
{
  const std::string_view line(bytes, size * count);
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    auto& headers = *static_cast<Headers*>(user);
    headers[text::to_lower(line.substr(0, colon))] = text::trim(line.substr(colon + 1));
  }
  return line.size();
}

// libcurl calls it about once a second, and whenever bytes come.
int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
  const auto& request = *static_cast<const HttpRequest*>(user);
  return interrupted_by() != 0 || (request.gives_up && request.gives_up()) ? 1 : 0;
}

HttpProblem problem_of(CURLcode code, const Body& body)
{
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST: return HttpProblem::refused;
    case CURLE_OPERATION_TIMEDOUT: return HttpProblem::timed_out;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE: return HttpProblem::dropped;
    case CURLE_ABORTED_BY_CALLBACK:
      return interrupted_by() != 0 ? HttpProblem::interrupted : HttpProblem::given_up;
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

void set_method(const Curl& curl, CURL* handle, const HttpRequest& request)
{
  if (request.method == "POST") {
    curl.set(handle, CURLOPT_POST, 1L);
    curl.set(handle, CURLOPT_POSTFIELDS, request.body.data());
    curl.set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  else if (request.method == "HEAD") {
    curl.set(handle, CURLOPT_NOBODY, 1L);
    curl.set(handle, CURLOPT_FOLLOWLOCATION, 1L);
  }
  else {
    curl.set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
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
  if (request.passes_no_proxy || is_loopback(request.url)) {
    curl.set(handle, CURLOPT_NOPROXY, "*");
  }
  curl.set(handle, CURLOPT_HTTPHEADER, headers);
  curl.set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl.set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
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

class CurlHttp : public Http {
public:
  tl::expected<HttpResponse, HttpFailure> send(const HttpRequest& request) override
  {
    const Curl* curl = load_curl();
    if (curl == nullptr) {
      return tl::unexpected(HttpFailure{HttpProblem::other, "libcurl.so.4 is not installed or not usable"});
    }
    const std::unique_ptr<CURL, decltype(curl->easy_cleanup)> handle(curl->easy_init(), curl->easy_cleanup);
    if (handle == nullptr) {
      return tl::unexpected(HttpFailure{HttpProblem::other, "libcurl cannot be initialised"});
    }
    const HeaderList headers = header_list(*curl, request);
    Body body{{}, request.limit_bytes};
    set_options(*curl, handle.get(), request, body, headers.get());
    Headers answered;
    curl->set(handle.get(), CURLOPT_HEADERFUNCTION, &on_header);
    curl->set(handle.get(), CURLOPT_HEADERDATA, &answered);
    const CURLcode code = curl->easy_perform(handle.get());
    if (code != CURLE_OK) {
      return tl::unexpected(HttpFailure{problem_of(code, body), curl->easy_strerror(code)});
    }
    long status = 0;
    curl->get_info(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    return HttpResponse{static_cast<int>(status), std::move(body.text), std::move(answered)};
  }
};

}  // namespace

Http& http()
{
  static CurlHttp instance;
  return instance;
}

}  // namespace envlift::sys
