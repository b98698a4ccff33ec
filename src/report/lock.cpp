#include "report/lock.hpp"

#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "report/lock_parts.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::json;

constexpr std::string_view k_mark = "# Written by `envlift lock` of ";
constexpr std::string_view k_base_mark = "# Installed on the base image with the ID ";

InstalledConda conda_row(const Json& row)
{
  return {row.at("name"), row.at("version"), row.at("build"),  row.at("channel"), row.at("subdir"),
          row.at("url"),  row.at("md5"),     row.at("sha256"), row.at("depends")};
}

InstalledPip pip_row(const Json& row)
{
  InstalledPip package;
  package.name = row.at("name");
  package.version = row.at("version");
  package.url = row.value("url", "");
  package.path = row.value("path", "");
  package.direct = row.value("direct", false);
  package.hashes = row.value("hashes", package.hashes);
  package.vcs = row.value("vcs", "");
  package.commit = row.value("commit", "");
  package.subdirectory = row.value("subdirectory", "");
  return package;
}

}  // namespace

Result<Installed> parse_installed(std::string_view index)
{
  Installed installed;
  try {
    const Json rows = Json::parse(index).at("installed");
    for (const Json& row : rows.at("conda")) {
      installed.conda.push_back(conda_row(row));
    }
    for (const Json& row : rows.at("pip")) {
      installed.pip.push_back(pip_row(row));
    }
  }
  catch (const Json::exception&) {
    return fail({.code = "EL1203",
                 .message = "the builder's record of what it installed cannot be read",
                 .hint = "build anew with --no-cache, and without --templates",
                 .exit = ExitCode::build_failed,
                 .tail = {}});
  }
  return installed;
}

Failure not_lockable(const std::string& package, const std::string& why, const std::string& hint)
{
  return fail({.code = "EL1202",
               .message = fmt::format("`{}` cannot be locked: {}", text::shown(package), why),
               .hint = hint,
               .exit = ExitCode::input_error,
               .tail = {}});
}

Result<> check_url(const InstalledPip& package)
{
  if (environment::has_credentials(package.url) || environment::has_fixed_credentials(package.url)) {
    return not_lockable(package.name, "its URL carries credentials",
                        "install it from a URL without, and give them with the setting `netrc`");
  }
  if (package.url.starts_with("file:")) {
    return not_lockable(package.name,
                        "it was installed from a file of the builder, which the next build has not",
                        "put the file into the project's folder, or install the package from an index");
  }
  return {};
}

std::string machine(const plan::Plan& plan)
{
  return plan.arch == "arm64" ? "aarch64" : plan.arch;
}

std::string lock_head(const LockSource& source)
{
  const std::string name = text::json_quote(source.file);
  const std::string base = source.base_id.empty() ? "" : fmt::format("{}{}\n", k_base_mark, source.base_id);
  return fmt::format("{}{}. Do not edit: change that file, and lock it again.\n{}", k_mark, name, base);
}

std::optional<std::string> locked_base(std::string_view text)
{
  const std::size_t second = text.find('\n');
  if (!locked_file(text) || second == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = text.substr(second + 1);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  return line.starts_with(k_base_mark) ? std::optional(std::string(line.substr(k_base_mark.size())))
                                       : std::nullopt;
}

std::optional<std::string> locked_file(std::string_view text)
{
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t end = line.rfind("\". ");
  if (!line.starts_with(k_mark) || end == std::string_view::npos || end < k_mark.size()) {
    return std::nullopt;
  }
  const Json name = Json::parse(line.substr(k_mark.size(), end + 1 - k_mark.size()), nullptr, false);
  return name.is_string() ? std::optional(name.get<std::string>()) : std::nullopt;
}

Result<Lock> lock(const Installed& installed, const LockSource& source)
{
  return source.plan.strategy == plan::Strategy::native ? pylock(installed, source)
                                                        : conda_lock(installed, source);
}

std::string lock_name(const plan::Plan& plan)
{
  return plan.strategy == plan::Strategy::native ? "pylock.toml" : "conda-lock.yml";
}

}  // namespace envlift::report
