#include "audit/secret_files.hpp"

#include "audit/secret_values.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace envlift::audit {

namespace {

std::string_view unquoted(std::string_view value)
{
  constexpr std::string_view around = " \t\r\"',";
  const std::size_t begin = value.find_first_not_of(around);
  return begin == std::string_view::npos ? std::string_view()
                                         : value.substr(begin, value.find_last_not_of(around) - begin + 1);
}

// `NAME = VALUE` or `NAME: VALUE`, each line.
template <typename IsSecret>
void add_assignments(std::string_view text, std::string_view kind, IsSecret is_secret_name,
                     std::vector<FoundSecret>& found)
{
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::size_t equals = line.find('=');
    const std::size_t separator = equals != std::string_view::npos ? equals : line.find(':');
    const std::string_view name = unquoted(line.substr(0, separator));
    if (separator != std::string_view::npos && !name.starts_with('#') && !name.starts_with(';') &&
        is_secret_name(name) && !is_placeholder(unquoted(line.substr(separator + 1)))) {
      found.push_back({kind, at});
    }
    at = end + 1;
  }
}

// `machine HOST login NAME password SECRET`, in any division into lines.
void add_netrc(std::string_view text, std::vector<FoundSecret>& found)
{
  constexpr std::string_view spaces = " \t\r\n";
  bool is_value = false;
  for (std::size_t at = text.find_first_not_of(spaces); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(spaces, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (is_value && !is_placeholder(word)) {
      found.push_back({"password in a netrc file", at});
    }
    is_value = word == "password";
    at = text.find_first_not_of(spaces, end);
  }
}

// `"auth": "…"` of docker's configuration.
void add_docker(std::string_view text, std::vector<FoundSecret>& found)
{
  for (const std::string_view name : {"\"auth\"", "\"identitytoken\"", "\"registrytoken\""}) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const std::size_t value = text.find_first_not_of(" \t\r\n:", at + name.size());
      if (value != std::string_view::npos && text[value] == '"' &&
          !is_placeholder(text.substr(value + 1, text.find('"', value + 1) - value - 1))) {
        found.push_back({"registry login", at});
      }
    }
  }
}

// `host:port:database:user:password`.
void add_pgpass(std::string_view text, std::vector<FoundSecret>& found)
{
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto parts = text::split(text.substr(at, end - at), ':');
    if (parts.size() == 5 && !parts[0].starts_with('#') && !is_placeholder(text::trim(parts[4]))) {
      found.push_back({"password in .pgpass", at});
    }
    at = end + 1;
  }
}

bool is_dotenv(std::string_view name)
{
  static constexpr std::array templates = {".example", ".sample", ".template", ".dist", ".tmpl"};
  return (name.ends_with(".env") || name.starts_with(".env.") || name == ".envrc") &&
         std::ranges::none_of(templates, [&](const char* end) { return name.ends_with(end); });
}

// "DB_PASSWORD", "STRIPE_SECRET", "API_KEY".
bool names_secret(std::string_view name)
{
  static constexpr std::array words = {"password", "passwd", "secret",      "token",
                                       "api_key",  "apikey", "private_key", "credential"};
  const std::string lower = text::to_lower(name);
  return std::ranges::any_of(words, [&](const char* word) { return lower.find(word) != std::string::npos; });
}

bool is_aws_name(std::string_view name)
{
  return name == "aws_secret_access_key" || name == "aws_session_token";
}

}   // namespace

bool holds_configuration(std::string_view path)
{
  static constexpr std::array names = {"pip.conf",        "pip.ini",          ".netrc",          "_netrc",
                                       ".pypirc",         ".condarc",         "condarc",         ".mambarc",
                                       ".npmrc",          ".git-credentials", "direct_url.json", "uv.toml",
                                       "environment.yml", "environment.yaml", "requirements.txt"};
  return std::ranges::find(names, path::file_name(path)) != names.end();
}

void add_secrets_of_file(std::string_view path, std::string_view text, std::vector<FoundSecret>& found)
{
  const std::string_view name = path::file_name(path);
  if (name == ".netrc" || name == "_netrc" || name == "netrc") {
    add_netrc(text, found);
  }
  else if (name == ".pypirc" || name == ".my.cnf") {
    add_assignments(
        text, name == ".pypirc" ? "password in .pypirc" : "password in .my.cnf",
        [](std::string_view key) { return key == "password"; }, found);
  }
  else if (name == ".npmrc") {
    add_assignments(
        text, "login in .npmrc",
        [](std::string_view key) {
          return key.ends_with("_authToken") || key.ends_with("_password") || key.ends_with("_auth");
        },
        found);
  }
  else if (name == ".pgpass") {
    add_pgpass(text, found);
  }
  else if (path.ends_with(".aws/credentials") || path.ends_with(".aws/config")) {
    add_assignments(text, "AWS secret access key", is_aws_name, found);
  }
  else if (path.ends_with(".docker/config.json") || name == ".dockercfg" || name == ".dockerconfigjson") {
    add_docker(text, found);
  }
  else if (is_dotenv(name)) {
    add_assignments(text, "secret in an environment file", names_secret, found);
  }
}

}   // namespace envlift::audit
