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

// How the value behind a mark looks.
enum class Form { token, aws_key, aws_secret, private_key, url };

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

// An ID alone opens nothing: its secret stands near it.
bool is_aws_key(std::string_view text, std::size_t at)
{
  constexpr std::size_t length = 20;
  constexpr std::size_t near = 400;
  const std::string_view id = run_of(text, at, text::is_alnum);
  const bool is_id = stands_alone(text, at) && id.size() == length && text::to_lower(id) != id &&
                     id.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos &&
                     !is_placeholder(id);
  const std::size_t begin = at - std::min(at, near);
  return is_id && has_aws_secret(text.substr(begin, at + length + near - begin));
}

bool is_aws_secret(std::string_view text, std::size_t value_at)
{
  constexpr std::size_t length = 40;
  const std::size_t begin = text.find_first_not_of(" \t\"':=>", value_at);
  return begin != std::string_view::npos && begin > value_at && begin - value_at <= 8 &&
         has_aws_secret(text.substr(begin, length + 1));
}

bool is_secret(const Mark& mark, std::string_view text, std::size_t at, std::string_view path)
{
  switch (mark.form) {
    case Form::token: return is_token(text, at, mark);
    case Form::aws_key: return is_aws_key(text, at);
    case Form::aws_secret: return is_aws_secret(text, at + mark.text.size());
    case Form::private_key: return is_private_key(text, at);
    case Form::url: return is_secret_url(text, at + 1, path.find("conda") != std::string_view::npos);
  }
  return false;
}

// Facts by place, as lines of the text.
std::vector<SecretFact> with_lines(std::vector<FoundSecret> found, std::string_view text)
{
  std::ranges::sort(found, {}, &FoundSecret::at);
  std::vector<SecretFact> facts;
  std::size_t line = 1;
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
  // Debian makes it for each machine, for nobody to trust.
  const bool is_snakeoil = path.ends_with("/ssl-cert-snakeoil.key");
  const bool is_vendor = is_vendor_path(path);
  if (is_snakeoil || (is_vendor && is_test_path(path))) {
    return {};
  }
  std::vector<FoundSecret> found;
  search().each(text, [&](std::size_t which, std::size_t at) {
    const Mark& mark = marks()[which];
    const bool is_looked_for = mark.form != Form::url || !is_vendor || holds_configuration(path);
    if (is_looked_for && found.size() < most_facts && is_secret(mark, text, at, path)) {
      found.push_back({mark.kind, at});
    }
  });
  add_secrets_of_file(path, text, found);
  return with_lines(std::move(found), text);
}

}   // namespace envlift::audit
