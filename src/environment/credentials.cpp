#include "environment/credentials.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

// A URL's user information, as offsets into the text.
struct UserInfo {
  std::size_t begin = 0;
  std::size_t end = 0;   // of the `@`
};

bool ends_authority(char c)
{
  return std::string_view("/?# \t\"'<>[],").find(c) != std::string_view::npos;
}

// The next `USER:PASSWORD@` of an http or https URL from `from` on, of git's too. `${NAME}` in its place is no
// credential.
std::optional<UserInfo> find_user_info(std::string_view text, std::size_t from)
{
  for (std::size_t at = text.find("://", from); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const std::string_view before = text.substr(0, at);
    const bool is_web = before.ends_with("http") || before.ends_with("https");
    // git reads the netrc of the build's home; Mercurial, Subversion and Bazaar do not.
    const bool is_git = before.ends_with("git+http") || before.ends_with("git+https");
    const bool is_wrapped = !is_git && (before.ends_with("+http") || before.ends_with("+https"));
    const std::size_t begin = at + 3;
    std::size_t end = begin;
    while (end < text.size() && !ends_authority(text[end])) {
      ++end;
    }
    const std::size_t sign = text.substr(begin, end - begin).rfind('@');
    if (is_web && !is_wrapped && sign != std::string_view::npos &&
        text.substr(begin, sign).find("${") == std::string_view::npos) {
      return UserInfo{begin, begin + sign};
    }
  }
  return std::nullopt;
}

// Python's netrc module splits at space, takes `"` and `\` for quoting and a leading `#` for a comment.
bool is_netrc_word(std::string_view word)
{
  static constexpr std::string_view k_marks = "._~!$%&*+=:@/^-()|;,?<>{}[]";
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return text::is_alnum(c) || k_marks.find(c) != std::string_view::npos;
  });
}

std::optional<Credential> to_credential(std::string_view text, const UserInfo& info)
{
  const std::string_view user_info = text.substr(info.begin, info.end - info.begin);
  const std::size_t colon = user_info.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  std::size_t end = info.end + 1;
  while (end < text.size() && !ends_authority(text[end]) && text[end] != ':') {
    ++end;   // netrc knows hosts without ports
  }
  std::string user = text::percent_decoded(user_info.substr(0, colon));
  std::string password = text::percent_decoded(user_info.substr(colon + 1));
  if (!is_netrc_word(user) || !is_netrc_word(password)) {
    return std::nullopt;
  }
  return Credential{std::string(text.substr(info.end + 1, end - info.end - 1)), std::move(user),
                    Secret(std::move(password))};
}

// Takes what can be taken out of the text.
std::vector<Credential> take_from(std::string& text)
{
  std::vector<Credential> found;
  std::size_t from = 0;
  while (const auto info = find_user_info(text, from)) {
    auto credential = to_credential(text, *info);
    from = credential ? info->begin : info->end;
    if (credential) {
      found.push_back(std::move(*credential));
      text.erase(info->begin, info->end + 1 - info->begin);
    }
  }
  return found;
}

bool is_same_login(const Credential& one, const Credential& other)
{
  return one.host == other.host && one.user == other.user && one.password.reveal() == other.password.reveal();
}

// Whether the same line has shown it: an item names its channel, URL and spec.
bool is_known(const std::vector<Credential>& all, const Credential& found)
{
  return std::ranges::any_of(all, [&](const Credential& one) {
    return is_same_login(one, found) && one.span.file == found.span.file && one.span.line == found.span.line;
  });
}

// `https://user:` at the end of the text without the user: a name alone is no secret where a variable follows.
void drop_user(std::string& text)
{
  const std::size_t slashes = text.rfind("://");
  const std::size_t begin = slashes == std::string::npos ? text.size() : slashes + 3;
  if (text.ends_with(':') && begin < text.size() && text.find(':', begin) == text.size() - 1 &&
      std::none_of(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), ends_authority)) {
    text.resize(begin);
  }
}

}  // namespace

bool has_credentials(std::string_view text)
{
  std::string plain;
  // Looked up once: a search from every `${` of a text without `}` would be quadratic.
  const std::size_t last_brace = text.rfind('}');
  for (std::size_t at = 0; at < text.size();) {
    const bool opens = text.substr(at, 2) == "${" && last_brace != std::string_view::npos && at < last_brace;
    const std::size_t end = opens ? text.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      plain += text[at++];
    }
    else {
      at = end + 1;
      if (text.substr(at).starts_with('@')) {
        drop_user(plain);
      }
    }
  }
  // What stays of `//${USER}:${PASSWORD}@host` names nobody.
  plain = text::replace_all(text::replace_all(plain, "//:@", "//"), "//@", "//");
  return text::has_credentials(plain);
}

bool has_fixed_credentials(std::string_view text)
{
  if (!has_credentials(text)) {
    return false;
  }
  std::string rest(text);
  take_from(rest);
  return has_credentials(rest);
}

std::vector<Credential> take_credentials(Environment& environment)
{
  std::vector<Credential> clashing;
  const auto take = [&](std::string& text, const diag::Span& span) {
    if (text.find('@') == std::string::npos) {
      return;
    }
    for (Credential& found : take_from(text)) {
      found.span = span;
      const auto known = std::ranges::find(environment.credentials, found.host, &Credential::host);
      if (known == environment.credentials.end()) {
        environment.credentials.push_back(std::move(found));
      }
      else if (!is_same_login(*known, found) && !is_known(clashing, found)) {
        clashing.push_back(std::move(found));
      }
    }
  };
  for (std::string& channel : environment.channels) {
    // Places are found by the channel as it stands in the environment.
    auto place = environment.channel_places.extract(channel);
    take(channel, place.empty() ? diag::Span{} : place.mapped());
    if (!place.empty()) {
      place.key() = channel;
      environment.channel_places.insert(std::move(place));
    }
  }
  for (CondaPackage& package : environment.conda) {
    take(package.channel, package.span);
    take(package.url, package.span);
    take(package.spec, package.span);
  }
  for (PipPackage& package : environment.pip) {
    take(package.url, package.span);
    take(package.requirement, package.span);
  }
  for (PipOption& option : environment.pip_options) {
    take(option.value, option.span);
  }
  for (Constraint& constraint : environment.constraints) {
    take(constraint.requirement, constraint.span);
  }
  return clashing;
}

std::string netrc_text(const std::vector<Credential>& credentials)
{
  std::string text;
  for (const Credential& one : credentials) {
    text += fmt::format("machine {} login {} password {}\n", one.host, one.user, one.password.reveal());
  }
  return text;
}

}  // namespace envlift::environment
