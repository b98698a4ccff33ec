#include "lift/secret_files.hpp"

#include "base/text.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_secret_limit_bytes = std::size_t{16}
                                             << 20U;   // all of a system's certificates take 1 MB

}  // namespace

std::vector<SecretSetting> secret_settings(const settings::Settings& settings)
{
  std::vector<SecretSetting> set = {{"ca_bundle", settings.ca_bundle},
                                    {"pip_config", settings.pip_config},
                                    {"condarc", settings.condarc},
                                    {"netrc", settings.netrc}};
  std::erase_if(set, [](const SecretSetting& secret) { return secret.path.empty(); });
  return set;
}

Result<> check_secret(const SecretSetting& secret)
{
  if (auto bytes = sys::read_file(secret.path, k_secret_limit_bytes); !bytes) {
    Error error = std::move(bytes).error();
    error.message = fmt::format("`{}`: {}", secret.key, error.message);
    error.hint =
        fmt::format("correct the setting `{0}`, or {1}", secret.key,
                    error.code == "EL0101" ? "put the file there" : "make it a file that you may read");
    return fail(std::move(error));
  }
  return {};
}

void check_secrets(const settings::Settings& settings, diag::Diagnostics& diagnostics)
{
  for (const SecretSetting& secret : secret_settings(settings)) {
    if (const auto checked = check_secret(secret); !checked) {
      diagnostics.add(checked.error().code, checked.error().message, checked.error().hint,
                      settings.place_of(secret.key));
    }
  }
}

bool netrc_names(const std::string& path, const std::string& host)
{
  const auto bytes = sys::read_file(path, k_secret_limit_bytes);
  if (!bytes) {
    return false;
  }
  const std::string spaced =
      text::replace_all(text::replace_all(text::replace_all(*bytes, "\r", " "), "\n", " "), "\t", " ");
  std::vector<std::string_view> words = text::split(spaced, ' ');
  std::erase(words, std::string_view());
  const std::array<std::string_view, 2> entry = {"machine", host};
  return std::ranges::search(words, entry).begin() != words.end();
}

}  // namespace envlift::lift
