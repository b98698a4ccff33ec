#include "audit/secrets.hpp"

#include "audit/secret_files.hpp"
#include "audit/secret_scan.hpp"
#include "audit/secret_values.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace envlift::audit {

namespace {

constexpr std::size_t most_facts = 16;   // of one file
constexpr std::size_t longest_mark = 32;
// Of a stream's window: what is looked at in one go, and what has to be there before and behind a mark to judge it.
constexpr std::size_t window_bytes = 256 * 1024;
constexpr std::size_t bytes_before = 512;
constexpr std::size_t bytes_behind = 4096;

// How the value behind a mark looks.
// A key of an application's or a header's is a secret in the function's own files alone: packages publish such.
enum class Form { token, own_token, bearer, aws_key, aws_secret, private_key, web_token, url };

struct Mark {
  std::string_view text;
  Form form = Form::token;
  std::string_view kind;
  bool (*is_part)(char) = nullptr;   // of a token
  std::size_t least = 0;
};

bool is_token_char(char c)
{
  return is_word_char(c) || c == '-';
}

bool is_hook_char(char c)
{
  return text::is_alnum(c) || c == '/';
}

// RFC 6750: b64token.
bool is_bearer_char(char c)
{
  return text::is_alnum(c) || std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

bool is_key_char(char c)
{
  return text::is_alnum(c) || c == '+' || c == '/' || c == '=';
}

// Issuers' own prefixes, as gitleaks and GitHub's secret scanning list them. URLs by the end of their schemes: http,
// https, ftp, postgresql, mysql, mongodb, mongodb+srv, ssh, amqp, redis, ….
const std::vector<Mark>& marks()
{
  static const std::vector<Mark> marks = {
    {"AKIA", Form::aws_key, "AWS access key"},
    {"ASIA", Form::aws_key, "AWS access key"},
    {"ecret_access_key", Form::aws_secret, "AWS secret access key"},
    {"ECRET_ACCESS_KEY", Form::aws_secret, "AWS secret access key"},
    {"ecretAccessKey", Form::aws_secret, "AWS secret access key"},
    {"-----BEGIN", Form::private_key, private_key},
    {"ghp_", Form::token, "GitHub token", text::is_alnum, 36},
    {"gho_", Form::token, "GitHub token", text::is_alnum, 36},
    {"ghu_", Form::token, "GitHub token", text::is_alnum, 36},
    {"ghs_", Form::token, "GitHub token", text::is_alnum, 36},
    {"ghr_", Form::token, "GitHub token", text::is_alnum, 36},
    {"github_pat_", Form::token, "GitHub token", is_word_char, 82},
    {"glpat-", Form::token, "GitLab token", is_token_char, 20},
    {"gldt-", Form::token, "GitLab token", is_token_char, 20},
    {"glrt-", Form::token, "GitLab token", is_token_char, 20},
    {"xoxb-", Form::token, "Slack token", is_token_char, 24},
    {"xoxp-", Form::token, "Slack token", is_token_char, 24},
    {"xoxa-", Form::token, "Slack token", is_token_char, 24},
    {"xoxs-", Form::token, "Slack token", is_token_char, 24},
    {"xapp-", Form::token, "Slack token", is_token_char, 24},
    {"hooks.slack.com/services/", Form::token, "Slack webhook", is_hook_char, 40},
    {"npm_", Form::token, "npm token", text::is_alnum, 36},
    {"pypi-AgE", Form::token, "PyPI token", is_token_char, 50},
    {"sk_live_", Form::token, "Stripe key", text::is_alnum, 24},
    {"rk_live_", Form::token, "Stripe key", text::is_alnum, 24},
    {"hf_", Form::token, "Hugging Face token", text::is_alnum, 34},
    {"sk-", Form::token, "OpenAI key", text::is_alnum, 48},
    {"sk-proj-", Form::token, "OpenAI key", is_token_char, 40},
    {"sk-svcacct-", Form::token, "OpenAI key", is_token_char, 40},
    {"sk-ant-", Form::token, "Anthropic key", is_token_char, 40},
    {"AIza", Form::own_token, "Google API key", is_token_char, 35},
    {"Bearer ", Form::bearer, "token in an Authorization header", is_bearer_char, 20},
    {"bearer ", Form::bearer, "token in an Authorization header", is_bearer_char, 20},
    {"eyJ", Form::web_token, web_token},   // base64url of `{"`
    {"AccountKey=", Form::token, "Azure storage key", is_key_char, 88},
    {"p://", Form::url, url_secret},
    {"s://", Form::url, url_secret},
    {"l://", Form::url, url_secret},
    {"b://", Form::url, url_secret},
    {"v://", Form::url, url_secret},
    {"h://", Form::url, url_secret},
  };
  return marks;
}

const MarkSearch& search()
{
  static const MarkSearch search = [] {
    std::vector<std::string_view> texts;
    for (const Mark& mark : marks()) {
      texts.push_back(mark.text);
    }
    return MarkSearch(texts);
  }();
  return search;
}

bool stands_alone(std::string_view text, std::size_t at)
{
  return at == 0 || !is_word_char(text[at - 1]);
}

bool is_token(std::string_view text, std::size_t at, const Mark& mark)
{
  constexpr double least_entropy = 3;
  const std::string_view value = run_of(text, at + mark.text.size(), mark.is_part);
  return stands_alone(text, at) && value.size() >= mark.least && entropy(value) >= least_entropy &&
         !is_placeholder(value);
}

// `Authorization: Bearer VALUE`, in a header, a string or a map.
bool is_bearer(std::string_view text, std::size_t at, const Mark& mark)
{
  if (is_web_token(text, at + mark.text.size())) {
    return false;   // found as that
  }
  constexpr std::size_t near = 24;
  constexpr double least_entropy = 3.5;
  const std::size_t begin = at - std::min(at, near);
  const std::string_view value = run_of(text, at + mark.text.size(), mark.is_part);
  return text::to_lower(text.substr(begin, at - begin)).find("authorization") != std::string::npos &&
         value.size() >= mark.least && entropy(value) >= least_entropy &&
         std::ranges::any_of(value, text::is_digit) && !is_placeholder(value);
}

// AWS's identifiers are a prefix and 16 characters of base32.
bool is_aws_id(std::string_view text, std::size_t at)
{
  constexpr std::size_t length = 20;
  constexpr double least_entropy = 3;
  const std::string_view id = run_of(text, at, text::is_alnum);
  return stands_alone(text, at) && id.size() == length &&
         id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == std::string_view::npos &&
         entropy(id.substr(4)) >= least_entropy && !is_placeholder(id);
}

bool has_aws_secret_near(std::string_view text, std::size_t at)
{
  constexpr std::size_t near = 400;
  const std::size_t begin = at - std::min(at, near);
  return has_aws_secret(text.substr(begin, at + 2 * near - begin));
}

bool is_aws_secret(std::string_view text, std::size_t value_at)
{
  constexpr std::size_t length = 40;
  const std::size_t begin = text.find_first_not_of(" \t\"':=>", value_at);
  return begin != std::string_view::npos && begin > value_at && begin - value_at <= 8 &&
         has_aws_secret(text.substr(begin, length + 1));
}

// What is looked through, and what it is.
struct Searched {
  std::string_view path;
  std::string_view text;
  Content content = Content::text;
  bool is_vendor = false;
};

// The kind of what stands at a mark; "" for no secret.
std::string_view kind_at(const Searched& in, std::size_t at, const Mark& mark)
{
  const bool is_text = in.content == Content::text;
  const auto kind_if = [&](bool is_one) { return is_one ? mark.kind : std::string_view(); };
  switch (mark.form) {
    case Form::token: return kind_if(is_token(in.text, at, mark));
    case Form::own_token: return kind_if(is_text && !in.is_vendor && is_token(in.text, at, mark));
    case Form::bearer: return kind_if(is_text && !in.is_vendor && is_bearer(in.text, at, mark));
    case Form::aws_key:
      if (!is_aws_id(in.text, at)) {
        return "";
      }
      return has_aws_secret_near(in.text, at) ? mark.kind : is_text && !in.is_vendor ? aws_key_id : "";
    case Form::aws_secret: return kind_if(is_aws_secret(in.text, at + mark.text.size()));
    case Form::private_key: return kind_if(is_text && is_private_key(in.text, at));
    case Form::web_token:
      return kind_if(is_text && !in.is_vendor && stands_alone(in.text, at) && is_web_token(in.text, at));
    case Form::url:
      return kind_if(is_text && (!in.is_vendor || holds_configuration(in.path)) &&
                     is_secret_url(in.text, at + 1, in.path.find("conda") != std::string_view::npos));
  }
  return "";
}

// Those that begin in a part of the text.
std::vector<FoundSecret> secrets_between(const Searched& in, std::size_t begin, std::size_t end)
{
  std::vector<FoundSecret> found;
  search().each(in.text.substr(0, std::min(in.text.size(), end + longest_mark)),
                [&](std::size_t which, std::size_t at) {
                  if (at < begin || at >= end || found.size() >= most_facts) {
                    return;
                  }
                  if (const std::string_view kind = kind_at(in, at, marks()[which]); !kind.empty()) {
                    found.push_back({kind, at});
                  }
                });
  return found;
}

// Facts by place, as lines of the text.
std::vector<SecretFact> with_lines(std::vector<FoundSecret> found, std::string_view text,
                                   std::size_t line = 1)
{
  std::ranges::sort(found, {}, &FoundSecret::at);
  std::vector<SecretFact> facts;
  std::size_t counted = 0;
  for (const FoundSecret& secret : found) {
    line += static_cast<std::size_t>(std::ranges::count(text.substr(counted, secret.at - counted), '\n'));
    counted = secret.at;
    const bool is_known = std::ranges::any_of(
        facts, [&](const SecretFact& fact) { return fact.line == line && fact.kind == secret.kind; });
    if (!is_known && facts.size() < most_facts) {
      facts.push_back({std::string(secret.kind), line});
    }
  }
  return facts;
}

bool has_part(std::string_view path, std::string_view part)
{
  for (std::size_t at = path.find(part); at != std::string_view::npos; at = path.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    if ((at == 0 || path[at - 1] == '/') && end < path.size() && path[end] == '/') {
      return true;
    }
  }
  return false;
}

// "lib/python3.11/…": the standard library.
bool is_in_standard_library(std::string_view path)
{
  const std::size_t at = path.find("lib/python");
  const std::size_t version = at + std::string_view("lib/python").size();
  return at != std::string_view::npos && (at == 0 || path[at - 1] == '/') && version < path.size() &&
         text::is_digit(path[version]);
}

// Whether nobody is to keep the file's secrets: tests' of packages, and the key that Debian makes for each machine, for
// nobody to trust.
bool is_nobodys(std::string_view path)
{
  return path.ends_with("/ssl-cert-snakeoil.key") || (is_vendor_path(path) && is_test_path(path));
}

}   // namespace

bool is_vendor_path(std::string_view path)
{
  static constexpr std::array parts = {"site-packages", "dist-packages", "node_modules", "include", "share"};
  const bool is_system = path.starts_with("usr/") && !path.starts_with("usr/local/");
  return is_system || is_in_standard_library(path) ||
         std::ranges::any_of(parts, [&](const char* part) { return has_part(path, part); });
}

bool is_test_path(std::string_view path)
{
  static constexpr std::array parts = {"test",      "tests",    "testing", "testdata", "test_data",
                                       "test-data", "fixtures", "example", "examples", "doc",
                                       "docs",      "samples",  "demo"};
  return std::ranges::any_of(parts, [&](const char* part) { return has_part(path, part); });
}

std::vector<SecretFact> find_secrets(std::string_view path, std::string_view text)
{
  if (is_nobodys(path)) {
    return {};
  }
  const Searched searched{path, text, Content::text, is_vendor_path(path)};
  std::vector<FoundSecret> found = secrets_between(searched, 0, text.size());
  add_secrets_of_file(path, text, found);
  return with_lines(std::move(found), text);
}

std::optional<SecretFact> find_der_key(std::string_view path, std::string_view head, unsigned long long size)
{
  static constexpr std::array ends = {".der", ".key", ".pk8", ".p8"};
  const bool is_named = std::ranges::any_of(ends, [&](const char* end) { return path.ends_with(end); });
  if (!is_named || is_nobodys(path) || !is_der_key(head, size)) {
    return std::nullopt;
  }
  return SecretFact{std::string(private_key), 0};
}

SecretScan::SecretScan(std::string path, Content content) : path_(std::move(path)), content_(content) {}

void SecretScan::add(std::string_view bytes)
{
  window_.append(bytes);
  if (window_.size() >= window_bytes) {
    look(false);
  }
}

std::vector<SecretFact> SecretScan::end()
{
  look(true);
  return std::move(facts_);
}

void SecretScan::look(bool is_last)
{
  const std::size_t end = is_last ? window_.size() : window_.size() - std::min(window_.size(), bytes_behind);
  if (!is_nobodys(path_) && end > looked_at_) {
    const Searched searched{path_, window_, content_, is_vendor_path(path_)};
    for (SecretFact& fact : with_lines(secrets_between(searched, looked_at_, end), window_, line_)) {
      fact.line = content_ == Content::text ? fact.line : 0;
      if (facts_.size() < most_facts) {
        facts_.push_back(std::move(fact));
      }
    }
  }
  const std::size_t kept = end - std::min(end, bytes_before);
  line_ += static_cast<std::size_t>(std::ranges::count(std::string_view(window_).substr(0, kept), '\n'));
  window_.erase(0, kept);
  looked_at_ = end - kept;
}

}   // namespace envlift::audit
