#include "settings/settings.hpp"

#include "settings/forms.hpp"

namespace envlift::settings {

// THE LIST of settings. A new one is one row here and one member of Settings; its flag, its variable,
// its key in the files and its line of the reference page follow.
const std::vector<Row>& table()
{
  using S = Settings;
  using enum Kind;
  // clang-format off: one shape for every row
  static const std::vector<Row> rows = {
    {"environment", "--environment", "ENVLIFT_ENVIRONMENT", text,
     "Environment file, relative to the project", "the one that is found", &S::environment, check_project_path},
    {"group", "--group", "ENVLIFT_GROUP", list,
     "Dependency group to install besides the default ones", "none", &S::groups},
    {"extra", "--extra", "ENVLIFT_EXTRA", list,
     "Extra of the project to install", "none", &S::extras},
    {"pixi_environment", "--pixi-environment", "ENVLIFT_PIXI_ENVIRONMENT", text,
     "Environment of a pixi.lock or pixi.toml", "default", &S::pixi_environment},
    {"handler", "--handler", "ENVLIFT_HANDLER", text,
     "Function that Lambda calls, as MODULE.NAME", "the first usual one", &S::handler},
    {"code", "--code", "ENVLIFT_CODE", text,
     "Folder or file of the project that becomes /var/task", "the project", &S::code, check_project_path},
    {"base", "--base", "ENVLIFT_BASE", text,
     "Base image; {python} in it stands for the minor version", "AWS's for the Python", &S::base, check_base},
    {"os_base", "--os-base", "ENVLIFT_OS_BASE", text,
     "Base image of the strategy os-only; {os} in it stands for al2 or al2023", "AWS's for the Python", &S::os_base, check_os_base},
    {"python", "--python", "ENVLIFT_PYTHON", text,
     "Minor version of Python, as 3.13", "what the environment asks for", &S::python, check_python},
    {"arch", "--arch", "ENVLIFT_ARCH", choice,
     "Architecture of the function", "", &S::arch, nullptr, "x86_64|arm64"},
    {"strategy", "--strategy", "ENVLIFT_STRATEGY", choice,
     "How the environment enters the base image", "by the kind of environment", &S::strategy, nullptr, "swap|native|os-only|custom"},
    {"tag", "--tag", "ENVLIFT_TAG", text,
     "Name and tag of the image", "the folder's name", &S::tag, check_tag},
    {"memory", "--memory", "ENVLIFT_MEMORY", integer,
     "Memory of the function in MB", "", &S::memory_mb, nullptr, "", {128, 10240}},
    {"timeout", "--timeout", "ENVLIFT_TIMEOUT", integer,
     "Time limit of one invocation in seconds", "", &S::timeout_s, nullptr, "", {1, 900}},
    {"ephemeral_storage", "--ephemeral-storage", "ENVLIFT_EPHEMERAL_STORAGE", integer,
     "Size of the function's /tmp in MB", "", &S::ephemeral_storage_mb, nullptr, "", {512, 10240}},
    {"max_init", "--max-init", "ENVLIFT_MAX_INIT", integer,
     "Budget of the init in milliseconds, which `test --profile-init` keeps; 0: none", "", &S::max_init_ms, nullptr, "", {0, 10000}},
    {"sandbox", "--sandbox", "ENVLIFT_SANDBOX", choice,
     "Run the function with what Lambda gives it and no more; tmpfs: the same with /tmp in its memory", "", &S::sandbox, nullptr, "on|tmpfs|off"},
    {"fake_credentials", "--fake-credentials", "ENVLIFT_FAKE_CREDENTIALS", toggle,
     "Give the function keys that are none, for SDKs that ask for some", "", &S::fake_credentials},
    {"emulator.path", "--emulator-path", "ENVLIFT_EMULATOR_PATH", path,
     "Runtime interface emulator for images that have none", "none", &S::emulator_path, check_mounted_file},
    {"emulator.url", "--emulator-url", "ENVLIFT_EMULATOR_URL", text,
     "The same, which `doctor --fetch` downloads", "none", &S::emulator_url, check_url},
    {"emulator.sha256", "--emulator-sha256", "ENVLIFT_EMULATOR_SHA256", text,
     "SHA-256 of that emulator", "none", &S::emulator_sha256, check_sha256},
    {"installer.kind", "--installer-kind", "ENVLIFT_INSTALLER_KIND", choice,
     "Kind of the conda installer that `installer.url` names; both are run in the same way", "", &S::installer_kind, nullptr, "miniconda|miniforge"},
    {"installer.url", "--installer-url", "ENVLIFT_INSTALLER_URL", text,
     "Conda installer to take in place of the base's own", "the base table's", &S::installer_url, check_url},
    {"installer.sha256", "--installer-sha256", "ENVLIFT_INSTALLER_SHA256", text,
     "SHA-256 of that installer", "the base table's", &S::installer_sha256, check_sha256},
    {"channel", "--channel", "ENVLIFT_CHANNEL", list,
     "conda channel, where the environment file names none", "none", &S::channels, check_channel},
    {"channel_alias", "--channel-alias", "ENVLIFT_CHANNEL_ALIAS", text,
     "URL before the names of conda channels", "conda's", &S::channel_alias, check_url},
    {"default_channels", "--default-channels", "ENVLIFT_DEFAULT_CHANNELS", list,
     "What the channel `defaults` stands for", "conda's", &S::default_channels, check_channel},
    {"accept_tos", "--accept-tos", "ENVLIFT_ACCEPT_TOS", list,
     "Channels whose terms of service you have read and accept", "none", &S::accept_tos, check_channel},
    {"no_prune", "--no-prune", "ENVLIFT_NO_PRUNE", toggle,
     "Leave everything in the environment but package caches", "", &S::no_prune},
    {"keep", "--keep", "ENVLIFT_KEEP", list,
     "What stays of that which would be left out: tests:NAME, a kind, or a pattern of paths (see below)", "nothing", &S::keep, check_keep},
    {"no_strip", "--no-strip", "ENVLIFT_NO_STRIP", toggle,
     "Leave symbol tables and debug information in shared objects", "", &S::no_strip},
    {"debug_ranges", "--debug-ranges", "ENVLIFT_DEBUG_RANGES", toggle,
     "Keep the columns of tracebacks in the environment's bytecode", "", &S::debug_ranges},
    {"ca_bundle", "--ca-bundle", "ENVLIFT_CA_BUNDLE", path,
     "CA certificates (PEM) for downloads of the build; not kept in the image", "the base's", &S::ca_bundle, check_secret_file},
    {"pip_config", "--pip-config", "ENVLIFT_PIP_CONFIG", path,
     "pip.conf for the build; not kept in the image", "none", &S::pip_config, check_secret_file},
    {"condarc", "--condarc", "ENVLIFT_CONDARC", path,
     "condarc for the build; not kept in the image", "none", &S::condarc, check_secret_file},
    {"netrc", "--netrc", "ENVLIFT_NETRC", path,
     "netrc for the build's downloads; not kept in the image", "none", &S::netrc, check_secret_file},
    {"build_network", "--build-network", "ENVLIFT_BUILD_NETWORK", text,
     "Network of the build's steps, as docker names it", "the engine's", &S::build_network, check_network},
    {"engine", "--engine", "ENVLIFT_ENGINE", program,
     "docker client to use: a name or a path", "the first `docker` that works", &S::engine, check_program},
    {"registry", "--registry", "ENVLIFT_REGISTRY", text,
     "Registry that a push goes to, as HOST[:PORT]", "ECR's, of the account and region", &S::registry, check_registry},
    {"repository", "--repository", "ENVLIFT_REPOSITORY", text,
     "Repository that a push goes to", "none", &S::repository, check_repository},
    {"region", "--region", "ENVLIFT_REGION", text,
     "Region of ECR", "as AWS's SDKs find it", &S::region},
    {"push_tag", "--push-tag", "ENVLIFT_PUSH_TAG", choice,
     "Tag of a push that names none: of the image's content, or `git describe` of the project", "", &S::push_tag, nullptr, "content|git"},
    {"plain_http", "--plain-http", "ENVLIFT_PLAIN_HTTP", toggle,
     "Speak http with the registry, without TLS", "", &S::plain_http},
  };
  // clang-format on
  return rows;
}

const std::vector<ProcessVariable>& process_variables()
{
  static const std::vector<ProcessVariable> variables = {
    {"ENVLIFT_CONFIG", "Settings file to read in place of the user file; /dev/null: none"},
    {"ENVLIFT_QUIET", "`--quiet`, where it is 1 or true"},
    {"ENVLIFT_VERBOSE", "`--verbose`, where it is 1 or true"},
    {"ENVLIFT_COLOR", "`--color`: auto, always or never; NO_COLOR is respected too"},
    {"ENVLIFT_MESSAGE_FORMAT", "`--message-format`: text, short or json"},
    {"ENVLIFT_NO_PROGRESS", "`--no-progress`, where it is 1 or true"},
    {"ENVLIFT_DRY_RUN", "`--dry-run`, where it is 1 or true"},
    {"ENVLIFT_RECORD", "Folder that a transcript of every program that envlift runs is written into, without "
                       "credentials of URLs"},
    {"ENVLIFT_TEMPLATES", "`--templates`: folder of templates that replace built-in ones"},
  };
  return variables;
}

diag::Span Settings::place_of(std::string_view key) const
{
  const auto found = origin.find(key);
  return found == origin.end() ? diag::Span{} : found->second;
}

}  // namespace envlift::settings
