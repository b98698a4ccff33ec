// `channels` and `variables` of an environment.yml.
#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "input/conda_sections.hpp"
#include "input/yaml_values.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

namespace envlift::input {

namespace {

constexpr const char* k_credentials_hint =
    "put the URL without them here, and the credentials into a condarc that the setting `condarc` names";

bool is_local(std::string_view channel)
{
  return channel.starts_with('/') || channel.starts_with('.') || channel.starts_with('~') ||
         channel.starts_with("file:");
}

// Offset of the first character that neither a channel's name nor its URL has; npos when all are fine.
std::size_t bad_channel_character(std::string_view channel)
{
  for (std::size_t at = 0; at < channel.size(); ++at) {
    const char c = channel[at];
    // `${NAME}` and `$NAME` are conda's to expand.
    const bool expands =
        c == '$' && at + 1 < channel.size() &&
        (channel[at + 1] == '{' || text::is_alpha(channel[at + 1]) || channel[at + 1] == '_');
    if (!text::is_alnum(c) && !expands &&
        std::string_view("-._~:/@%+=&!?{}").find(c) == std::string_view::npos) {
      return at;
    }
  }
  return std::string_view::npos;
}

// conda puts the environment's values in the place of `$NAME` and `${NAME}`. The build's environment has none.
void warn_of_variable(const std::string& channel, const diag::Span& place, CondaFile& file)
{
  const std::size_t begin = channel.find('$');
  if (begin == std::string::npos) {
    return;
  }
  const bool has_brace = channel.substr(begin + 1).starts_with('{');
  std::size_t end = begin + (has_brace ? 2 : 1);
  while (end < channel.size() && (text::is_alnum(channel[end]) || channel[end] == '_')) {
    ++end;
  }
  const std::string name = channel.substr(begin, end - begin + (has_brace ? 1 : 0));
  const std::size_t slashes = channel.find("://");
  const bool is_login =
      std::string_view(channel).substr(0, begin).ends_with("/t/") ||
      (slashes != std::string::npos && channel.find('@', begin) < channel.find('/', slashes + 3));
  file.diagnostics().add(
      "EL0251", fmt::format("`{}` is not set when the image is built, and conda leaves it as it is", name),
      is_login ? "put the URL with its secret into a condarc, and name that file with the setting `condarc`"
               : "write the variable's value in its place",
      place);
}

void read_channel(const YamlNode& item, CondaFile& file)
{
  if (item.kind != YamlKind::scalar || item.scalar.empty()) {
    wrong_kind("a channel", "a name or a URL", item, "write one `- NAME` or `- https://…` a line", file);
    return;
  }
  if (drop_unselected(shown(item.scalar), item.span, file)) {
    return;
  }
  const std::size_t bad = bad_channel_character(item.scalar);
  add_channel(item.scalar, bad == std::string_view::npos ? item.span : item.place_of(bad, 1), file);
}

// Names that Lambda sets itself and refuses in a function's configuration.
constexpr std::array<std::string_view, 19> k_reserved = {"AWS_ACCESS_KEY",
                                                         "AWS_ACCESS_KEY_ID",
                                                         "AWS_DEFAULT_REGION",
                                                         "AWS_EXECUTION_ENV",
                                                         "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                         "AWS_LAMBDA_FUNCTION_NAME",
                                                         "AWS_LAMBDA_FUNCTION_VERSION",
                                                         "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                         "AWS_LAMBDA_LOG_GROUP_NAME",
                                                         "AWS_LAMBDA_LOG_STREAM_NAME",
                                                         "AWS_LAMBDA_RUNTIME_API",
                                                         "AWS_REGION",
                                                         "AWS_SECRET_ACCESS_KEY",
                                                         "AWS_SESSION_TOKEN",
                                                         "LAMBDA_RUNTIME_DIR",
                                                         "LAMBDA_TASK_ROOT",
                                                         "_HANDLER",
                                                         "_X_AMZN_TRACE_ID",
                                                         "AWS_LAMBDA_MAX_CONCURRENCY"};

// POSIX. Lambda's own configuration takes less (`[a-zA-Z]([a-zA-Z0-9_])+`), an image's ENV does not.
bool is_variable_name(std::string_view name)
{
  return !name.empty() && !text::is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return text::is_alnum(c) || c == '_'; });
}

// conda keeps the value that YAML makes of it, and Python writes that into the variable (conda: env.py, activate.py).
void read_scalar(const YamlEntry& entry, CondaFile& file)
{
  const YamlNode& value = entry.value;
  const auto text = python_text(value);
  if (!text) {
    file.diagnostics().add(
        "EL0210", fmt::format("the value of `{}` is a date to YAML, which conda cannot keep", entry.key),
        fmt::format("write it in quotes: `{}: \"{}\"`", entry.key, shown(value.scalar)), value.span);
    return;
  }
  if (*text != value.scalar) {
    file.diagnostics().add(
        "EL0229",
        fmt::format("`{}` is set to `{}`: YAML reads `{}` as a value of another kind than text", entry.key,
                    *text, shown(value.scalar)),
        fmt::format("write `{}: \"{}\"` if the text is meant", entry.key, shown(value.scalar)), value.span);
  }
  set_variable(entry.key, *text, value.span, file);
}

void read_variable(const YamlEntry& entry, CondaFile& file)
{
  diag::Diagnostics& diagnostics = file.diagnostics();
  if (refuse_variable_name(entry.key, entry.key_span(), file)) {
    return;
  }
  switch (entry.value.kind) {
    case YamlKind::null:
      diagnostics.add("EL0211", fmt::format("`{}` has no value, so conda does not set it", entry.key),
                      "give it a value, `\"\"` for the empty one, or remove it", entry.key_span());
      return;
    case YamlKind::sequence:
    case YamlKind::map:
      diagnostics.add(
          "EL0210", fmt::format("`{}` must be a single value, not {}", entry.key, describe(entry.value.kind)),
          "write the value as one text, in quotes", entry.value.span);
      return;
    case YamlKind::scalar: read_scalar(entry, file); return;
  }
}

}  // namespace

bool holds_command(std::string_view text)
{
  const bool has_control = std::ranges::any_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  return has_control || text.find('`') != std::string_view::npos || text.find("$(") != std::string_view::npos;
}

void add_channel(const std::string& channel, const diag::Span& place, CondaFile& file)
{
  environment::Environment& environment = file.environment();
  const bool has_scheme = channel.find("://") != std::string::npos;
  if (environment::has_fixed_credentials(channel)) {
    file.diagnostics().add("EL0208", "a channel carries credentials, which would lie in the image's layers",
                           k_credentials_hint, place);
  }
  else if (bad_channel_character(channel) != std::string::npos) {
    file.diagnostics().add("EL0207", "this cannot stand in a channel",
                           "write the channel's name or its https:// URL", place);
  }
  else if (is_local(channel)) {
    file.diagnostics().add("EL0207", "a channel on this machine's disk is not there when the image is built",
                           "serve the folder over http, and name its URL", place);
  }
  else if (has_scheme && !channel.starts_with("https://") && !channel.starts_with("http://")) {
    file.diagnostics().add("EL0207", "channels are read over https and http only",
                           "write the channel's https:// URL", place);
  }
  else if (channel == "nodefaults") {
    environment.nodefaults = true;
  }
  else {
    warn_of_variable(channel, place, file);
    environment.channels.push_back(channel);
    environment.channel_places.emplace(channel, place);
  }
}

void remove_repeated_channels(CondaFile& file)
{
  std::unordered_set<std::string> seen;
  std::erase_if(file.environment().channels,
                [&](const std::string& channel) { return !seen.insert(channel).second; });
}

bool refuse_variable_name(const std::string& name, const diag::Span& place, CondaFile& file)
{
  if (std::ranges::find(k_reserved, name) != k_reserved.end()) {
    file.diagnostics().add("EL0209", fmt::format("`{}` is set by Lambda and cannot be set by a function", name),
                           "remove it, or choose another name", place);
    return true;
  }
  if (!is_variable_name(name)) {
    file.diagnostics().add("EL0209", fmt::format("`{}` is not the name of an environment variable", shown(name)),
                           "begin with a letter or `_`, and use letters, digits and `_`", place);
    return true;
  }
  return false;
}

void set_variable(const std::string& name, const std::string& value, const diag::Span& place, CondaFile& file)
{
  if (holds_command(value)) {
    file.diagnostics().add(
        "EL0210", fmt::format("the value of `{}` holds a backtick, `$(` or a control character", name),
        "set it in the function's configuration, or from the handler", place);
    return;
  }
  file.environment().variables[name] = value;
}

void read_channels(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  switch (value.kind) {
    case YamlKind::null: return;   // the defaults of the conda that builds
    case YamlKind::scalar:
      file.diagnostics().add("EL0223", "`channels` must be a list; the value is taken as its only entry",
                             fmt::format("write `channels: [{}]`", shown(value.scalar)), value.span);
      read_channel(value, file);
      return;
    case YamlKind::map: wrong_kind("`channels`", "a list", value, "write one `- NAME` a line", file); return;
    case YamlKind::sequence:
      for (const YamlNode& item : value.items) {
        read_channel(item, file);
      }
      remove_repeated_channels(file);
      return;
  }
}

void read_variables(const YamlEntry& section, CondaFile& file)
{
  const YamlNode& value = section.value;
  if (value.kind == YamlKind::null) {
    return;
  }
  if (value.kind != YamlKind::map) {
    wrong_kind("`variables`", "a map", value, "write one `NAME: VALUE` a line", file);
    return;
  }
  for (const YamlEntry& entry : value.entries) {
    read_variable(entry, file);
  }
}

namespace {

// "name `numpy=1.26`, and the channel that has it".
std::string hint_of_local(const environment::MatchSpec& spec)
{
  const auto named = without_place(spec);
  if (!named) {
    return "name the package, and add the channel that has it";
  }
  const std::string version = named->version.starts_with("==") ? named->version.substr(1) : "";
  return fmt::format("write `{}{}` and add the channel that has it; serve a package of your own from a channel",
                     named->name, version);
}

}  // namespace

bool refuse_source(const environment::MatchSpec& spec, const diag::Span& place, CondaFile& file)
{
  diag::Diagnostics& diagnostics = file.diagnostics();
  if (environment::has_fixed_credentials(spec.channel) || environment::has_fixed_credentials(spec.url)) {
    diagnostics.add("EL0208", "a package's URL carries credentials, which would lie in the image's layers",
                    k_credentials_hint, place);
    return true;
  }
  const bool is_remote = spec.url.starts_with("https://") || spec.url.starts_with("http://");
  if ((!spec.url.empty() && !is_remote) || is_local(spec.channel)) {
    diagnostics.add("EL0219", "a package on this machine's disk is not there when the image is built",
                    hint_of_local(spec), place);
    return true;
  }
  if (spec.name.find('*') != std::string::npos && spec.url.empty()) {
    diagnostics.add("EL0219", "a pattern does not say which package to install", "write the package's name",
                    place);
    return true;
  }
  if (!spec.subdir.empty() && spec.subdir != "noarch" && spec.subdir != file.subdir()) {
    diagnostics.add(
        "EL0218", fmt::format("{} packages do not run in the image, which is {}", spec.subdir, file.subdir()),
        fmt::format("remove `{}`, or write `{}`", spec.subdir, file.subdir()), place);
    return true;
  }
  return false;
}

std::optional<environment::MatchSpec> without_place(const environment::MatchSpec& spec)
{
  environment::MatchSpec plain = spec;
  const bool is_file = spec.url.ends_with(".conda") || spec.url.ends_with(".tar.bz2");
  if (spec.name.find('*') != std::string::npos && is_file) {
    const std::string file = spec.url.substr(spec.url.find_last_of("/\\") + 1);
    plain = environment::parse_match_spec("https://host/channel/noarch/" + file).spec.value_or(plain);
  }
  plain.channel.clear();
  plain.subdir.clear();
  plain.url.clear();
  const bool is_name = !plain.name.empty() && plain.name.find('*') == std::string::npos;
  return is_name ? std::optional(std::move(plain)) : std::nullopt;
}

void list_refused_conda(const environment::MatchSpec& spec, const diag::Span& place, CondaFile& file)
{
  environment::CondaPackage package;
  package.name = spec.name;
  package.spec = spec.str();
  package.version = spec.version;
  package.build = spec.build;
  package.span = place;
  file.environment().conda.push_back(std::move(package));
}

}  // namespace envlift::input
