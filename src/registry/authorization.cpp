#include "registry/authorization.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "registry/failures.hpp"
#include "registry/urls.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::registry {

namespace {

using namespace std::chrono_literals;

bool is_token_character(char c)
{
  return text::is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Reads a header of challenges from left to right.
class ChallengeReader {
public:
  explicit ChallengeReader(std::string_view text) : rest_(text) {}

  std::optional<Challenge> next()
  {
    skip(", \t");
    Challenge challenge;
    challenge.scheme = text::to_lower(token());
    if (challenge.scheme.empty()) {
      return std::nullopt;
    }
    while (true) {
      const std::string_view before = rest_;
      skip(", \t");
      const std::string name = text::to_lower(token());
      skip(" \t");
      if (name.empty() || !rest_.starts_with('=')) {
        rest_ = before;   // the next challenge's scheme
        return challenge;
      }
      rest_.remove_prefix(1);
      skip(" \t");
      challenge.parameters.emplace_back(name, value());
    }
  }

private:
  void skip(std::string_view characters)
  {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }

  std::string token()
  {
    const auto end = std::ranges::find_if_not(rest_, is_token_character);
    const std::string found(rest_.begin(), end);
    rest_.remove_prefix(found.size());
    return found;
  }

  std::string value()
  {
    if (!rest_.starts_with('"')) {
      return token();
    }
    std::string found;
    std::size_t at = 1;
    while (at < rest_.size() && rest_[at] != '"') {
      at += rest_[at] == '\\' && at + 1 < rest_.size() ? 1U : 0U;
      found += rest_[at++];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return found;
  }

  std::string_view rest_;
};

Secret basic_value(const Login& login)
{
  return Secret("Basic " + base64_encoded(login.user + ":" + login.password.reveal()));
}

// Asks for a token with a login, which nobody has none of (distribution: docs/spec/auth/token.md).
sys::HttpRequest token_request(const std::string& realm, const std::string& service, const std::string& scope,
                               const Login& login)
{
  sys::HttpRequest request;
  request.url = with_query(realm, "service", service);
  for (const std::string_view one : text::split(scope, ' ')) {
    request.url = with_query(std::move(request.url), "scope", one);
  }
  if (!login.user.empty()) {
    request.secret_headers = {{"Authorization", basic_value(login)}};
  }
  return request;
}

// Asks for a token with an identity token (distribution: docs/spec/auth/oauth.md).
sys::HttpRequest refresh_request(const std::string& realm, const std::string& service,
                                 const std::string& scope, const Login& login)
{
  std::string query = with_query("", "grant_type", "refresh_token");
  query = with_query(std::move(query), "client_id", "envlift");
  query = with_query(std::move(query), "service", service);
  query = with_query(std::move(query), "scope", scope);
  query = with_query(std::move(query), "refresh_token", login.password.reveal());
  sys::HttpRequest request;
  request.method = "POST";
  request.url = realm;
  request.headers = {"Content-Type: application/x-www-form-urlencoded"};
  request.body = query.substr(1);
  return request;
}

}  // namespace

std::string Challenge::parameter(std::string_view name) const
{
  const auto found = std::ranges::find(parameters, name, &std::pair<std::string, std::string>::first);
  return found == parameters.end() ? "" : found->second;
}

std::optional<Challenge> parse_challenge(std::string_view header)
{
  ChallengeReader reader(header);
  while (auto challenge = reader.next()) {
    if (challenge->scheme == "basic" || challenge->scheme == "bearer") {
      return challenge;
    }
  }
  return std::nullopt;
}

std::shared_ptr<Authorization> authorization(FetchLogin login)
{
  return std::make_shared<Authorization>(std::move(login));
}

Authorization::Answer Authorization::current() const
{
  const std::lock_guard lock(mutex_);
  return answer_;
}

bool Authorization::lacks_login() const
{
  const std::lock_guard lock(mutex_);
  return no_login_.has_value();
}

Result<> Authorization::find_login()
{
  if (no_login_) {
    return fail(*no_login_);
  }
  auto login = fetch_login_();
  if (!login) {
    no_login_ = std::move(login).error();
    return fail(*no_login_);
  }
  login_ = *std::move(login);
  return {};
}

Result<> Authorization::renew(const Answer& refused, const std::string& challenge, const Place& place,
                              const Send& send)
{
  const std::lock_guard lock(mutex_);
  if (answer_.number != refused.number) {
    return {};
  }
  const auto asked = parse_challenge(challenge);
  if (!asked) {
    return fail(not_accepted(place, "it asks for neither `Basic` nor `Bearer` authorization"));
  }
  // A token runs out before its login does, and nobody stays nobody.
  const bool may_be_old = asked->scheme == "basic" || answer_.number > 1;
  if (!login_ || (may_be_old && !login_->user.empty())) {
    ENVLIFT_TRY(find_login());
  }
  if (asked->scheme == "basic") {
    ENVLIFT_TRY_ASSIGN(answer_.header, basic(place));
  }
  else {
    ENVLIFT_TRY_ASSIGN(answer_.header, bearer(*asked, place, send));
  }
  ++answer_.number;
  return {};
}

Result<Secret> Authorization::basic(const Place& place)
{
  if (login_->user.empty()) {
    return fail(not_accepted(place, "it asks for a login, and none is known here"));
  }
  if (login_->is_identity_token()) {
    return fail(
        not_accepted(place, "docker's login for it is an identity token, and it asks for a password"));
  }
  return basic_value(*login_);
}

Result<Secret> Authorization::bearer(const Challenge& challenge, const Place& place, const Send& send)
{
  const std::string realm = challenge.parameter("realm");
  if (!is_web_url(realm) || (realm.starts_with("http://") && !place.plain_http)) {
    return fail(
        not_accepted(place, fmt::format("its token service has no URL that can be trusted: {}", realm)));
  }
  std::string scope = challenge.parameter("scope");
  if (scope.empty() || scope.find(":push") == std::string::npos) {
    scope = fmt::format("repository:{}:pull,push", place.repository);
  }
  const auto ask = login_->is_identity_token() ? refresh_request : token_request;
  sys::HttpRequest request = ask(realm, challenge.parameter("service"), scope, *login_);
  request.ca_bundle = place.ca_bundle;
  const auto response = send(request);
  if (!response) {
    return fail(not_reached(place, response.error()));
  }
  if (response->status != 200) {
    return fail(token_refused(place, *response));
  }
  const auto json = nlohmann::json::parse(response->body, nullptr, false);
  for (const char* key : {"token", "access_token"}) {
    if (json.is_object() && json.contains(key) && json[key].is_string() &&
        !json[key].get<std::string>().empty()) {
      return Secret("Bearer " + json[key].get<std::string>());
    }
  }
  return fail(not_accepted(place, "its token service answered without a token"));
}

}  // namespace envlift::registry
