// A repository that answers as a test says.
#include "registry/authorization.hpp"
#include "registry/registry.hpp"

#include "base/sha256.hpp"
#include "fakes/http.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <utility>

using namespace envlift;
using namespace std::chrono_literals;

namespace {

using Answer = fakes::Http::Answer;
using Headers = std::map<std::string, std::string>;

Answer answer(int status, Headers headers = {}, std::string body = "")
{
  return sys::HttpResponse{status, std::move(body), std::move(headers)};
}

Answer error(int status, const std::string& code, const std::string& message)
{
  return answer(status, {}, R"({"errors":[{"code":")" + code + R"(","message":")" + message + "\"}]}");
}

Answer dropped()
{
  return tl::unexpected(sys::HttpFailure{sys::HttpProblem::dropped, "the connection was reset"});
}

std::string secret_of(const sys::HttpRequest& request)
{
  return request.secret_headers.empty() ? "" : request.secret_headers.front().value.reveal();
}

// Reads what would be sent; `most` bytes of it, as a connection that is lost does.
std::string sent_bytes(const sys::HttpRequest& request, std::size_t most = std::string::npos)
{
  std::string sent;
  std::string buffer(100'000, '\0');
  while (request.upload && sent.size() < std::min<std::size_t>(most, request.upload_bytes)) {
    const auto count = request.upload(buffer.data(), std::min(buffer.size(), most - sent.size()));
    REQUIRE(count);
    sent.append(buffer, 0, *count);
  }
  return sent;
}

struct Bench {
  std::function<Answer(const sys::HttpRequest&)> reply;
  std::vector<sys::HttpRequest> requests;
  std::vector<std::chrono::milliseconds> pauses;
  Result<registry::Login> login = registry::Login{"AWS", Secret("pass:word")};
  int logins = 0;
  std::string content = std::string(3'000'000, 'x') + "end";

  class Session : public sys::Http {
  public:
    explicit Session(Bench& bench) : bench_(bench) {}
    Answer send(const sys::HttpRequest& request) override
    {
      bench_.requests.push_back(request);
      return bench_.reply(request);
    }

  private:
    Bench& bench_;
  };

  registry::Repository repository()
  {
    const registry::World world{[this] { return std::make_unique<Session>(*this); },
                                [this](std::chrono::milliseconds duration) {
                                  pauses.push_back(duration);
                                  return true;
                                }};
    return {{"registry.example", "team/fn", false, ""}, world, registry::authorization([this] {
              ++logins;
              return login;
            })};
  }

  registry::Blob blob() const
  {
    return {"sha256:" + sha256_hex(content), content.size(),
            [this]() -> Result<std::unique_ptr<image::ByteSource>> {
              return std::make_unique<image::TextSource>(content);
            }};
  }

  std::vector<std::string> lines() const
  {
    std::vector<std::string> all;
    for (const auto& request : requests) {
      all.push_back(request.method + " " + request.url);
    }
    return all;
  }
};

const registry::OnBytes k_nobody = [](unsigned long long) {};
const std::string k_uploads = "https://registry.example/v2/team/fn/blobs/uploads/";

}  // namespace

TEST_CASE("a challenge is read with its quotes, and among others")
{
  const auto bearer = registry::parse_challenge(
      R"(Negotiate, Bearer realm="https://a/t",service="r\"s", scope="repository:a:pull,push")");
  REQUIRE(bearer);
  CHECK(bearer->scheme == "bearer");
  CHECK(bearer->parameter("realm") == "https://a/t");
  CHECK(bearer->parameter("service") == "r\"s");
  CHECK(bearer->parameter("scope") == "repository:a:pull,push");
  CHECK(registry::parse_challenge("BASIC realm=x")->scheme == "basic");
  CHECK_FALSE(registry::parse_challenge("Digest nonce=\"1\""));
  CHECK_FALSE(registry::parse_challenge(""));
}

TEST_CASE("a login is asked for when the registry wants one, and goes to the registry alone")
{
  Bench bench;
  bench.reply = [](const sys::HttpRequest& request) {
    if (request.url.starts_with("https://storage.example/")) {
      return answer(201);
    }
    if (secret_of(request) != "Basic QVdTOnBhc3M6d29yZA==") {
      return answer(401, {{"www-authenticate", "Basic realm=\"r\""}});
    }
    return request.method == "POST" ? answer(202, {{"location", "https://storage.example/u?a=b"}})
                                    : answer(404);
  };
  bench.content = "small";
  auto repository = bench.repository();
  const auto there = repository.has(bench.blob());
  REQUIRE(there);
  CHECK_FALSE(*there);
  CHECK(bench.logins == 1);
  CHECK(repository.put(bench.blob(), "", k_nobody) == registry::Delivery::sent);
  CHECK(bench.logins == 1);
  CHECK(bench.requests.back().url.starts_with("https://storage.example/u?a=b&digest=sha256%3A"));
  CHECK(secret_of(bench.requests.back()).empty());
}

TEST_CASE("a token service is asked with the login, and again when the token has run out")
{
  Bench bench;
  int tokens = 0;
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.url.starts_with("https://auth.example/token")) {
      return answer(200, {}, "{\"token\":\"t" + std::to_string(++tokens) + "\"}");
    }
    return secret_of(request) == "Bearer t2"
               ? answer(200)
               : answer(401,
                        {{"www-authenticate", R"(Bearer realm="https://auth.example/token",service="s")"}});
  };
  CHECK(bench.repository().has(bench.blob()) == true);
  CHECK(tokens == 2);
  CHECK(bench.logins == 1);
  CHECK(bench.requests[1].url ==
        "https://auth.example/token?service=s&scope=repository%3Ateam%2Ffn%3Apull%2Cpush");
  CHECK(secret_of(bench.requests[1]) == "Basic QVdTOnBhc3M6d29yZA==");
}

TEST_CASE("an identity token is sent in the body of a request for a token, and is no password")
{
  Bench bench;
  bench.login = registry::Login{"<token>", Secret("refresh+me")};
  std::string challenge = R"(Bearer realm="https://auth.example/oauth2/token",service="r.example")";
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.url == "https://auth.example/oauth2/token") {
      return answer(200, {}, R"({"access_token":"t"})");
    }
    return secret_of(request) == "Bearer t" ? answer(200) : answer(401, {{"www-authenticate", challenge}});
  };
  CHECK(bench.repository().has(bench.blob()) == true);
  const sys::HttpRequest& asked = bench.requests[1];
  CHECK(asked.method == "POST");
  CHECK(asked.body ==
        "grant_type=refresh_token&client_id=envlift&service=r.example&scope=repository%3Ateam%2Ffn%3Apull%2Cpush&"
        "refresh_token=refresh%2Bme");
  CHECK(secret_of(asked).empty());

  challenge = "Basic realm=\"r\"";
  const auto refused = bench.repository().has(bench.blob());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "EL1403");
  CHECK(refused.error().message.find("identity token") != std::string::npos);
}

TEST_CASE("no password is given to a token service without TLS, and none is tried for ever")
{
  Bench bench;
  bench.reply = [](const sys::HttpRequest&) {
    return answer(401, {{"www-authenticate", R"(Bearer realm="http://auth.example/token",service="s")"}});
  };
  const auto plain = bench.repository().has(bench.blob());
  REQUIRE_FALSE(plain);
  CHECK(plain.error().code == "EL1403");
  CHECK(bench.requests.size() == 1);

  bench.reply = [](const sys::HttpRequest&) {
    return answer(401, {{"www-authenticate", "Basic realm=\"r\""}});
  };
  const auto wrong = bench.repository().has(bench.blob());
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "EL1403");
  CHECK(wrong.error().exit == ExitCode::push_failed);
  CHECK(bench.requests.size() < 8);
}

TEST_CASE("a login that cannot be had is asked for once, whoever wants it")
{
  Bench bench;
  bench.login = fail({"EL1314", "AWS is busy", "", ExitCode::transient, {}});
  bench.reply = [](const sys::HttpRequest&) {
    return answer(401, {{"www-authenticate", "Basic realm=\"r\""}});
  };
  auto repository = bench.repository();
  for (int i = 0; i < 2; ++i) {
    const auto found = repository.has(bench.blob());
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "EL1314");
  }
  CHECK(bench.logins == 1);
  CHECK(bench.pauses.empty());
}

TEST_CASE("nobody is refused where a password is wanted, and may have a token")
{
  Bench bench;
  bench.login = registry::Login{};
  bench.reply = [](const sys::HttpRequest&) {
    return answer(401, {{"www-authenticate", "Basic realm=\"r\""}});
  };
  const auto refused = bench.repository().has(bench.blob());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "EL1403");
  CHECK(refused.error().hint.find("docker login registry.example") != std::string::npos);
  CHECK(refused.error().hint.find("AWS_PROFILE") != std::string::npos);
  CHECK(bench.requests.size() == 1);

  bench.logins = 0;
  bench.reply = [](const sys::HttpRequest& request) {
    if (request.url.starts_with("https://auth.example/")) {
      return answer(200, {}, R"({"token":"everybody"})");
    }
    return answer(401, {{"www-authenticate", R"(Bearer realm="https://auth.example/token")"}});
  };
  CHECK_FALSE(bench.repository().has(bench.blob()));
  CHECK(bench.logins == 1);
}

TEST_CASE("a registry that speaks http is found out without a login, and one whose handshake failed is not")
{
  const Answer no_tls = tl::unexpected(sys::HttpFailure{sys::HttpProblem::no_tls, "SSL connect error"});
  for (const auto& [plain, exit, requests] : {std::tuple{answer(401), ExitCode::push_failed, 2},
                                              std::tuple{answer(301), ExitCode::transient, 14}}) {
    Bench bench;
    bench.reply = [&, plain = plain](const sys::HttpRequest& request) {
      return request.url == "http://registry.example/v2/" ? plain : no_tls;
    };
    const auto found = bench.repository().has(bench.blob());
    REQUIRE_FALSE(found);
    CHECK(found.error().code == "EL1401");
    CHECK(found.error().exit == exit);
    CHECK((found.error().hint.find("--plain-http") != std::string::npos) == (exit == ExitCode::push_failed));
    CHECK(bench.requests.size() == static_cast<std::size_t>(requests));
    CHECK(bench.logins == 0);
  }
}

TEST_CASE("what may pass is tried again, not more often than is right, and as late as the registry asks")
{
  Bench bench;
  bench.reply = [&](const sys::HttpRequest&) { return answer(429, {{"retry-after", "3"}}); };
  const auto found = bench.repository().has(bench.blob());
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "EL1402");
  CHECK(found.error().exit == ExitCode::transient);
  CHECK(bench.requests.size() == 7);
  CHECK(std::ranges::all_of(bench.pauses, [](auto pause) { return pause >= 3s && pause <= 8s; }));
}

TEST_CASE("a host that has nothing to say is not reached")
{
  Bench bench;
  bench.reply = [](const sys::HttpRequest&) { return fakes::refused(); };
  const auto found = bench.repository().has(bench.blob());
  REQUIRE_FALSE(found);
  CHECK(found.error().code == "EL1401");
  CHECK(found.error().exit == ExitCode::transient);

  bench.reply = [](const sys::HttpRequest&) -> Answer {
    return tl::unexpected(sys::HttpFailure{sys::HttpProblem::untrusted, "self-signed certificate"});
  };
  bench.requests.clear();
  const auto untrusted = bench.repository().has(bench.blob());
  REQUIRE_FALSE(untrusted);
  CHECK(untrusted.error().exit == ExitCode::push_failed);
  CHECK(untrusted.error().hint.find("--ca-bundle") != std::string::npos);
  CHECK(bench.requests.size() == 1);
}

TEST_CASE("a blob that another repository has is mounted; where it is not, it is sent")
{
  Bench bench;
  bench.reply = [](const sys::HttpRequest&) { return answer(201); };
  CHECK(bench.repository().put(bench.blob(), "other", k_nobody) == registry::Delivery::mounted);
  CHECK(bench.lines().front().starts_with("POST " + k_uploads + "?mount=sha256%3A"));
  CHECK(bench.lines().front().ends_with("&from=other"));

  bench.requests.clear();
  std::string sent;
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.method == "POST") {
      return answer(202, {{"location", "/v2/team/fn/blobs/uploads/1"}});
    }
    sent += sent_bytes(request);
    return request.method == "PATCH" ? answer(202, {{"location", "2?state=b"}, {"range", "0-3000002"}})
                                     : answer(201);
  };
  CHECK(bench.repository().put(bench.blob(), "other", k_nobody) == registry::Delivery::sent);
  CHECK(sent == bench.content);
  CHECK(bench.lines()[1] == "PATCH " + k_uploads + "1");
  CHECK(bench.lines()[2].starts_with("PUT " + k_uploads + "2?state=b&digest=sha256%3A"));
}

TEST_CASE("an upload whose connection is lost goes on where the registry says that it stands")
{
  Bench bench;
  std::string there;
  unsigned long long told = 0;
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.method == "POST") {
      return answer(202, {{"location", k_uploads + "1"}});
    }
    if (request.method == "GET") {
      return answer(204,
                    {{"location", k_uploads + "1b"}, {"range", "0-" + std::to_string(there.size() - 1)}});
    }
    if (request.method == "PATCH" && there.empty()) {
      there = sent_bytes(request, 1'000'000);
      sent_bytes(request, 500'000);   // on their way when it broke
      return dropped();
    }
    there += sent_bytes(request);
    return request.method == "PATCH" ? answer(202, {{"location", k_uploads + "2"}}) : answer(201);
  };
  const auto count = [&](unsigned long long bytes) { told += bytes; };
  CHECK(bench.repository().put(bench.blob(), "", count) == registry::Delivery::sent);
  CHECK(there == bench.content);
  CHECK(told == bench.content.size());
  const auto resumed =
      std::ranges::find_if(bench.requests, [](const auto& one) { return one.url.ends_with("/1b"); });
  REQUIRE(resumed != bench.requests.end());
  CHECK(std::ranges::count(resumed->headers, "Content-Range: 1000000-3000002") == 1);
}

TEST_CASE("a session that the registry has forgotten is begun anew")
{
  Bench bench;
  int sessions = 0;
  std::string there;
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.method == "POST") {
      there.clear();
      return answer(202, {{"location", k_uploads + std::to_string(++sessions)}});
    }
    if (request.method == "GET") {
      return error(404, "BLOB_UPLOAD_UNKNOWN", "what?");
    }
    if (request.method == "PATCH" && sessions == 1) {
      return dropped();
    }
    there += sent_bytes(request);
    return request.method == "PATCH" ? answer(202) : answer(201);
  };
  CHECK(bench.repository().put(bench.blob(), "", k_nobody) == registry::Delivery::sent);
  CHECK(sessions == 2);
  CHECK(there == bench.content);
}

TEST_CASE("requests that are too large for a proxy become smaller ones")
{
  Bench bench;
  bench.content = std::string(20U << 20U, 'y');
  std::string there;
  std::size_t parts = 0;
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.method == "POST") {
      return answer(202, {{"location", k_uploads + "1"}});
    }
    if (request.upload_bytes > (10U << 20U)) {
      return answer(413);
    }
    there += sent_bytes(request);
    parts += request.method == "PATCH" ? 1 : 0;
    return request.method == "PATCH" ? answer(202) : answer(201);
  };
  CHECK(bench.repository().put(bench.blob(), "", k_nobody) == registry::Delivery::sent);
  CHECK(there == bench.content);
  CHECK(parts == 3);
}

TEST_CASE("bytes that arrive changed are sent again; bytes that are wrong here are not")
{
  Bench bench;
  int rounds = 0;
  bench.reply = [&](const sys::HttpRequest& request) {
    if (request.method == "POST") {
      return answer(202, {{"location", k_uploads + "1"}});
    }
    sent_bytes(request);
    if (request.method == "PATCH") {
      return answer(202);
    }
    return ++rounds < 3 ? error(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
                        : answer(201);
  };
  CHECK(bench.repository().put(bench.blob(), "", k_nobody) == registry::Delivery::sent);

  rounds = -1000;
  bench.requests.clear();
  const auto changed = bench.repository().put(bench.blob(), "", k_nobody);
  REQUIRE_FALSE(changed);
  CHECK(changed.error().code == "EL1408");
  CHECK(bench.requests.size() < 40);

  registry::Blob damaged = bench.blob();
  bench.content.back() = '?';
  const auto wrong = bench.repository().put(damaged, "", k_nobody);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "EL1409");
}

TEST_CASE("what a registry refuses is told by its own words")
{
  const auto put = [](const Answer& told) {
    Bench bench;
    bench.reply = [&](const sys::HttpRequest&) { return told; };
    return bench.repository().put(bench.blob(), "", k_nobody).error();
  };
  CHECK(put(error(403, "DENIED", "not yours")).code == "EL1404");
  CHECK(put(error(404, "NAME_UNKNOWN", "no such thing")).code == "EL1405");
  const Error other = put(error(405, "UNSUPPORTED", "read-only"));
  CHECK(other.code == "EL1406");
  CHECK(other.message.find("UNSUPPORTED: read-only") != std::string::npos);
  CHECK(other.exit == ExitCode::push_failed);
  const Error page = put(answer(200, {}, "<html>sign in</html>"));
  CHECK(page.code == "EL1406");
  CHECK(page.hint.find("--registry") != std::string::npos);
}

TEST_CASE("a manifest is there when the registry names its digest")
{
  const registry::Manifest manifest{"sha256:" + sha256_hex("{}"),
                                    "application/vnd.oci.image.manifest.v1+json", "{}"};
  Bench bench;
  bench.reply = [&](const sys::HttpRequest& request) {
    return request.method == "PUT" ? answer(201, {{"docker-content-digest", "sha256:other"}})
                                   : answer(200, {{"docker-content-digest", manifest.digest}});
  };
  CHECK(bench.repository().put_manifest(manifest, "v1"));
  CHECK(bench.requests.front().body == "{}");
  CHECK(std::ranges::count(bench.requests.front().headers, "Content-Type: " + manifest.media_type) == 1);

  bench.reply = [](const sys::HttpRequest& request) {
    return answer(request.method == "PUT" ? 201 : 200, {{"docker-content-digest", "sha256:other"}});
  };
  CHECK(bench.repository().put_manifest(manifest, "v1").error().code == "EL1408");
  bench.reply = [](const sys::HttpRequest&) {
    return error(400, "TAG_INVALID",
                 "The image tag 'v1' already exists in the 'fn' repository and cannot be overwritten because "
                 "the repository is immutable.");
  };
  CHECK(bench.repository().put_manifest(manifest, "v1").error().code == "EL1407");
  int tries = 0;
  bench.reply = [&](const sys::HttpRequest&) {
    return ++tries == 1 ? error(400, "MANIFEST_INVALID", "no JSON")
                        : answer(201, {{"docker-content-digest", manifest.digest}});
  };
  CHECK(bench.repository().put_manifest(manifest, "v1"));
  bench.reply = [](const sys::HttpRequest&) { return error(400, "MANIFEST_INVALID", "no JSON"); };
  CHECK(bench.repository().put_manifest(manifest, "v1").error().code == "EL1406");
  bench.reply = [](const sys::HttpRequest&) {
    return error(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry");
  };
  CHECK(bench.repository().put_manifest(manifest, "v1").error().code == "EL1410");
}
