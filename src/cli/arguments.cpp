#include "cli/options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/setting_groups.hpp"
#include "settings/settings.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace envlift::cli {

namespace {

using Flags = std::map<std::string, std::vector<std::string>>;

void add_setting(CLI::App& command, const settings::Row& row, Flags& flags)
{
  const std::string flag(row.flag);
  if (row.kind == settings::Kind::toggle) {
    command.add_flag_function(flag, [&flags, flag](std::int64_t count) { flags[flag] = {count > 0 ? "true" : "false"}; }, std::string(row.doc))
        ->group("Settings")
        ->take_last();
    return;
  }
  auto* option = command.add_option_function<std::vector<std::string>>(
      flag, [&flags, flag](const std::vector<std::string>& values) { flags[flag] = values; }, std::string(row.doc));
  option->allow_extra_args(false)->group("Settings");
  option->option_text(row.choices.empty() ? row.kind == settings::Kind::path ? "FILE" : "VALUE" : std::string(row.choices));
  if (row.kind == settings::Kind::list) {
    option->take_all();
  }
  else {
    option->take_last();
  }
}

void add_settings(CLI::App& command, std::initializer_list<Group> groups, Flags& flags)
{
  for (const settings::Row& row : settings::table()) {
    const bool wanted = std::any_of(groups.begin(), groups.end(), [&](Group group) { return keys_of(group).contains(row.key); });
    if (wanted) {
      add_setting(command, row, flags);
    }
  }
}

// An option that takes one value each time that it is given.
CLI::Option& add_repeated(CLI::App& command, const char* flag, std::vector<std::string>& values, const char* doc)
{
  return *command.add_option(flag, values, doc)->allow_extra_args(false)->take_all();
}

class Parser {
public:
  Parser() : app_("Lifts a conda or pip environment and a handler into a tested AWS Lambda container image.", "envlift")
  {
    app_.set_version_flag("--version", std::string("envlift ") + k_version);
    app_.require_subcommand(1);
    app_.fallthrough();   // global flags may stand behind the command
    app_.get_formatter()->column_width(34);
    add_globals();
    add_commands();
  }

  Parsed parse(int argc, char** argv)
  {
    words_ = {argv, argv + argc};
    try {
      app_.parse(argc, argv);
    }
    catch (const CLI::ParseError& error) {
      return ended(error);
    }
    finish();
    if (const std::string option = empty_file_option(); !option.empty()) {
      return wrong_usage(
          fmt::format("`{}` is given an empty name", option),
          fmt::format("name it, or leave `{}` out; a variable in its place may not be set", option));
    }
    return {options_, {}, {}, 0};
  }

private:
  void add_globals()
  {
    // Their variables stand in settings::process_variables().
    app_.add_flag("-q,--quiet", quiet_, "Say nothing but warnings, errors and the result")->envname("ENVLIFT_QUIET");
    app_.add_flag("-v,--verbose", verbose_, "Show every line of the programs that envlift runs")
        ->envname("ENVLIFT_VERBOSE");
    app_.add_option("--color", colour_, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->envname("ENVLIFT_COLOR");
    app_.add_option("--message-format", format_, "text, short (file:line:column) or json")
        ->check(CLI::IsMember({"text", "short", "json"}))
        ->envname("ENVLIFT_MESSAGE_FORMAT");
    app_.add_flag("--no-progress", options_.no_progress, "Plain lines instead of a moving one")
        ->envname("ENVLIFT_NO_PROGRESS");
    app_.add_flag("--dry-run", options_.dry_run, "Show what would be run, and run nothing")->envname("ENVLIFT_DRY_RUN");
    app_.add_option("--templates", options_.request.templates_folder, "Folder of templates that replace built-in ones")
        ->check(CLI::ExistingDirectory)
        ->envname("ENVLIFT_TEMPLATES");
  }

  CLI::App& add_project_command(const char* name, const char* doc)
  {
    CLI::App& command = *app_.add_subcommand(name, doc);
    command.add_option("PATH", options_.request.path, "Folder with an environment file and a handler, or the file itself");
    return command;
  }

  void add_commands()
  {
    Flags& flags = options_.request.flags;
    CLI::App& inspect = add_project_command("inspect", "Show the environment as envlift reads it, with findings");
    inspect.add_flag("--json", options_.json, "One JSON object (docs/schema/inspect.schema.json)");
    add_settings(inspect, {Group::environment}, flags);

    CLI::App& plan = add_project_command("plan", "Show what would be built, and why");
    plan.add_flag("--json", options_.json, "The whole plan as JSON");
    plan.add_flag("--explain", options_.explain, "The reasons behind every decision");
    add_settings(plan, {Group::environment, Group::image, Group::slim, Group::engine}, flags);

    CLI::App& render = add_project_command("render", "Print the Dockerfile, or write the build context");
    render.add_option("-o,--output", options_.output, "Folder for the whole build context");
    render.add_flag("--force", options_.force,
                    "With -o: replace a context that was changed since envlift wrote it");
    add_settings(render, {Group::environment, Group::image, Group::engine}, flags);

    CLI::App& build = add_project_command("build", "Build the image; prints its ID, tag and size in bytes");
    add_build_flags(build);
    add_slim_cases(build);
    add_settings(build, {Group::environment, Group::image, Group::slim, Group::engine}, flags);

    add_lock();
    add_audit();
    add_report();
    add_test();
    add_push();
    add_invoke();

    CLI::App& up = add_project_command("up", "Do it all: read, plan, build, audit, and ask the function the project's events");
    up.add_option("--event", options_.event, "Event file, or - for stdin (default: the cases of events/*.yaml of PATH, else its event.json, else {})");
    add_build_flags(up);
    add_slim_cases(up);
    up.add_option("--baseline", options_.baseline, "File with findings of the audit that are accepted");
    up.add_flag("--no-audit", options_.no_audit, "Do not look for what would fail in Lambda before the function is invoked");
    up.add_flag("--push", options_.push, "Push the image at the end, when the function has answered");
    add_push_flags(up);
    add_settings(up, {Group::environment, Group::image, Group::slim, Group::engine, Group::invoke, Group::push}, flags);

    CLI::App& doctor = *app_.add_subcommand("doctor", "Say what works on this machine, and what to do where it does not");
    doctor.add_option("PATH", options_.request.path,
                      "Folder whose envlift.yaml is read (default: the current one)");
    doctor.add_flag("--fetch", options_.fetch, "Download the emulator that emulator.url names");
    add_settings(doctor, {Group::doctor, Group::engine}, flags);

    add_event();

    CLI::App& explain = *app_.add_subcommand("explain", "Say what a diagnostic code means, and what to do");
    explain.add_option("CODE", options_.code, "A code, as EL0203; without it, all codes are listed");
  }

  void add_build_flags(CLI::App& command)
  {
    command.add_flag("--dockerfile", options_.request.dockerfile,
                     "Let the engine build the whole image, as the rendered Dockerfile says");
    add_no_cache(command);
  }

  // What `test` asks anyhow is an option of its own there.
  void add_slim_cases(CLI::App& command)
  {
    add_repeated(command, "--suite", options_.suites, "File with cases that --slim trace asks besides those of PATH; may be given again");
  }

  void add_no_cache(CLI::App& command)
  {
    command.add_flag("--no-cache", options_.request.fresh, "Build the environment anew, whatever earlier builds left");
  }

  void add_lock()
  {
    CLI::App& lock = add_project_command("lock", "Write down what the build installs, for the next build to install again");
    lock.add_option("-o,--output", options_.output, "The lock's file (default: conda-lock.yml or pylock.toml beside PATH's)");
    lock.add_flag("--force", options_.force, "Replace a file that envlift did not write; lock what is a lock already");
    add_no_cache(lock);
    add_settings(lock, {Group::environment, Group::image, Group::engine}, options_.request.flags);
  }

  void add_audit()
  {
    CLI::App& audit = *app_.add_subcommand("audit", "Say what of an image would fail in Lambda; nothing is started");
    audit.add_option("IMAGE", options_.image, "Tag or ID of the image, oci:FOLDER[:TAG] or docker-archive:FILE")->required();
    CLI::Option* json = audit.add_flag("--json", options_.json, "One JSON object (docs/schema/audit.schema.json)");
    audit.add_flag("--sarif", options_.sarif, "SARIF 2.1.0, for code scanning")->excludes(json);
    audit.add_option("--baseline", options_.baseline, "File with findings that are accepted");
    audit.add_option("--write-baseline", options_.write_baseline, "File for a baseline that accepts what is found, but for secrets");
    add_settings(audit, {Group::audit}, options_.request.flags);
  }

  void add_report()
  {
    CLI::App& report = *app_.add_subcommand("report", "Show what fills an image, what is pushed again when, and the audit's findings");
    report.add_option("IMAGE", options_.image, "Tag or ID of the image, oci:FOLDER[:TAG] or docker-archive:FILE")->required();
    report.add_option("-o,--output", options_.output, "File for one HTML page that needs no network");
    add_sbom(report);
    add_settings(report, {Group::audit}, options_.request.flags);
  }

  void add_test()
  {
    CLI::App& test = add_project_command("test", "Ask the function events as Lambda would, and compare what it does");
    test.add_option("--image", options_.image, "Tag or ID of an image to test in place of PATH's");
    add_repeated(test, "--event", options_.events, "File with one event, or - for stdin; may be given again");
    add_repeated(test, "--suite", options_.suites, "File with cases; may be given again (default: events/*.yaml of PATH)");
    test.add_option("--jobs", options_.jobs, "Containers that are asked at once")->check(CLI::Range(1, 64));
    test.add_flag("--json", options_.json, "One JSON object (docs/schema/test.schema.json)");
    test.add_option("--junit", options_.junit, "File for the results as JUnit XML");
    test.add_option("--record", options_.record, "File for a suite that expects what was observed");
    CLI::Option* profile = test.add_flag("--profile-init", options_.profile_init, "Say what the init's time is spent on, and ask the first event only");
    test.add_flag("--watch", options_.watch,
                  "Ask again what a change affects, until Ctrl-C; the code is mounted and not built")
        ->excludes(profile)
        ->excludes("--image")
        ->excludes("--json")
        ->excludes("--junit")
        ->excludes("--record");
    test.add_option("-o,--output", options_.output, "File for that as one HTML page that needs no network")->needs(profile);
    add_build_flags(test);
    add_settings(test, {Group::environment, Group::image, Group::slim, Group::engine, Group::invoke, Group::test}, options_.request.flags);
  }

  void add_push()
  {
    CLI::App& push = *app_.add_subcommand("push", "Send an image to a registry; prints its digest reference");
    push.add_option("IMAGE", options_.image,
                    "Tag or ID of the image, oci:FOLDER[:TAG], docker-archive:FILE, or a project's folder (./ or /…) that was "
                    "built here: its image without an engine")
        ->required();
    add_repeated(push, "--tag", options_.push_wishes.tags, "Tag in the repository; may be repeated (default: of the image's content)");
    push.add_flag("--json", options_.json, "One JSON object (docs/schema/push.schema.json)");
    add_push_flags(push);
    push.add_flag("--engine-push", options_.engine_push, "Let the engine push its image, as `docker push` does")
        ->excludes(push.get_option("--sbom"));
    add_settings(push, {Group::engine, Group::push}, options_.request.flags);
    for (const settings::Row& row : settings::table()) {
      if (row.key == "arch") {
        add_setting(push, row, options_.request.flags);
      }
    }
  }

  void add_push_flags(CLI::App& command)
  {
    lift::PushWishes& wishes = options_.push_wishes;
    command.add_option("--digest-file", options_.digest_file, "File for the digest of what was pushed");
    CLI::Option* create = command.add_flag("--create-repository", wishes.create_repository, "Make ECR's repository where it is missing: immutable tags, scanned on push");
    command.add_option("--encryption", wishes.repository.encryption, "Of the repository that is made: AES256 (default), KMS or KMS_DSSE")
        ->check(CLI::IsMember({"AES256", "KMS", "KMS_DSSE"}))->needs(create);
    command.add_option("--kms-key", wishes.repository.kms_key, "ARN, ID or alias of the key that KMS encrypts it with (default: AWS's own)")->needs(create);
    add_repeated(command, "--repository-tag", wishes.repository.tags, "On the repository that is made; may be repeated")
        .option_text("KEY=VALUE")->needs(create);
    command.add_flag("--allow-lambda", wishes.allow_lambda, "Let Lambda pull from ECR's repository");
    command.add_option("--lifecycle-policy", wishes.lifecycle_policy, "File with a lifecycle policy for ECR's repository");
    add_sbom(command);
  }

  void add_sbom(CLI::App& command)
  {
    command.add_option("--sbom", options_.sbom, "Bill of materials of the image, spdx or cyclonedx, into a file")
        ->expected(2)
        ->check(CLI::IsMember({"spdx", "cyclonedx"}).application_index(0))
        ->option_text("FORMAT FILE");
  }

  void add_invoke()
  {
    CLI::App& invoke = *app_.add_subcommand("invoke", "Send one event to an image; prints the function's answer");
    invoke.add_option("IMAGE", options_.image, "Tag or ID of the image")->required();
    invoke.add_option("--event", options_.event, "Event file, or - for stdin (default: {})");
    CLI::Option* serve = invoke.add_flag("--serve", options_.serve, "Keep answering on localhost until Ctrl-C");
    invoke.add_option("--port", options_.port, "Port of --serve")->check(CLI::Range(1, 65535))->needs(serve);
    CLI::Option* load = invoke.add_option("--load", options_.load, "Send the event so often; prints how long the answers took")
                            ->check(CLI::Range(1, 1000000))->excludes(serve);
    invoke.add_option("--concurrency", options_.jobs, "Containers that --load asks at once")->check(CLI::Range(1, 64))->needs(load);
    invoke.add_flag("--json", options_.json, "--load as one JSON object (docs/schema/load.schema.json)")->needs(load);
    for (const settings::Row& row : settings::table()) {
      if (row.key == "handler" || row.key == "engine" || keys_of(Group::invoke).contains(row.key)) {
        add_setting(invoke, row, options_.request.flags);
      }
    }
  }

  void add_event()
  {
    CLI::App& event = *app_.add_subcommand("event", "List ready-made events of AWS's services, or print one");
    event.add_option("ACTION", options_.event_action, "list or show")->required()->check(CLI::IsMember({"list", "show"}));
    event.add_option("NAME", options_.event_name, "Of the event to show");
    add_repeated(event, "--set", options_.event_values, "A field's JSON pointer and its value, as /Records/0/body=text")
        .option_text("POINTER=VALUE");
    event.add_flag("--fields", options_.event_fields, "Print the JSON pointers of the event's fields");
  }

  void finish()
  {
    options_.request.command = app_.get_subcommands().front()->get_name();
    options_.request.environment_only = options_.request.command == "lock";
    options_.verbosity = quiet_     ? report::Verbosity::quiet
                         : verbose_ ? report::Verbosity::verbose
                                    : report::Verbosity::normal;
    options_.colour = colour_ == "always" ? Colour::always : colour_ == "never" ? Colour::never : Colour::automatic;
    options_.message_format = format_of(format_);
  }

  // An option that was given and says nothing would count as one that was not given.
  std::string empty_file_option() const
  {
    const CLI::App& command = *app_.get_subcommands().front();
    for (const auto& [name, value] :
         {std::pair("--output", &options_.output), std::pair("--event", &options_.event),
          std::pair("--image", &options_.image), std::pair("--junit", &options_.junit),
          std::pair("--record", &options_.record), std::pair("--sbom", &options_.output)}) {
      const CLI::Option* option = command.get_option_no_throw(name);
      const std::vector<std::string> given = option != nullptr ? option->results() : std::vector<std::string>{};
      if (std::ranges::count(given, "") > 0) {
        return name;
      }
    }
    return "";
  }

  std::vector<std::string> commands() const
  {
    std::vector<std::string> names;
    for (const CLI::App* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    return names;
  }

  // The flags of a command and those of every command; nullptr stands for the latter alone.
  std::vector<std::string> flags_of(const CLI::App* command) const
  {
    std::vector<std::string> flags;
    for (const CLI::App* app : {command, static_cast<const CLI::App*>(&app_)}) {
      for (const CLI::Option* option : app == nullptr ? std::vector<const CLI::Option*>{} : app->get_options()) {
        if (const std::string name = option->get_name(false, false); name.starts_with("--")) {
          flags.push_back(name);
        }
      }
    }
    return flags;
  }

  std::vector<std::string> commands_with(const std::string& flag) const
  {
    std::vector<std::string> names;
    for (const std::string& name : commands()) {
      if (std::ranges::count(flags_of(app_.get_subcommand(name)), flag) > 0) {
        names.push_back(fmt::format("`{}`", name));
      }
    }
    return names;
  }

  Parsed wrong_usage(const std::string& message, const std::string& hint) const
  {
    const Error error{"", message, hint, ExitCode::usage, {}};
    return {std::nullopt, "", diag::print(error, {}, {.format = format_of(asked_format())}),
            static_cast<int>(ExitCode::usage)};
  }

  static diag::MessageFormat format_of(std::string_view name)
  {
    return name == "json"    ? diag::MessageFormat::json
           : name == "short" ? diag::MessageFormat::short_lines
                             : diag::MessageFormat::text;
  }

  // Where parsing failed, CLI11 has stored no option.
  std::string asked_format() const
  {
    constexpr std::string_view flag = "--message-format";
    std::string name = sys::environment_variable("ENVLIFT_MESSAGE_FORMAT").value_or("");
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (words_[i] == flag && i + 1 < words_.size()) {
        name = words_[i + 1];
      }
      else if (words_[i].starts_with(flag) && words_[i].substr(flag.size()).starts_with('=')) {
        name = words_[i].substr(flag.size() + 1);
      }
    }
    return name;
  }

  static std::string help_line(const CLI::App* command)
  {
    return command == nullptr ? "`envlift --help` lists the commands, `envlift COMMAND --help` their flags"
                              : fmt::format("`envlift {} --help` lists its flags", command->get_name());
  }

  Parsed unknown_command(const std::string& word) const
  {
    const auto near = text::nearest(word, commands());
    return wrong_usage(fmt::format("there is no command `{}`", word),
                       near ? fmt::format("did you mean `{}`?", *near) : help_line(nullptr));
  }

  Parsed unknown_flag(const std::string& word, const CLI::App* command) const
  {
    const std::string flag = word.substr(0, word.find('='));
    const std::vector<std::string> owners = commands_with(flag);
    const auto near = text::nearest(flag, flags_of(command));
    const std::string message = command == nullptr ? fmt::format("there is no flag `{}` before a command", flag)
                                                   : fmt::format("`{}` has no flag `{}`", command->get_name(), flag);
    return wrong_usage(message, !owners.empty() ? fmt::format("`{}` is a flag of {}", flag, text::join(owners, ", "))
                                : near          ? fmt::format("did you mean `{}`?", *near)
                                                : help_line(command));
  }

  // "--color: alwys not in {auto,always,never}" -> the choice that is near.
  static std::optional<std::string> near_choice(std::string_view message)
  {
    const std::size_t value = message.find(": ");
    const std::size_t end = message.find(" not in {");
    if (value == std::string_view::npos || end == std::string_view::npos || value > end || !message.ends_with('}')) {
      return std::nullopt;
    }
    const std::string_view list = message.substr(end + 9, message.size() - end - 10);
    const auto choices = text::split(list, ',');
    return text::nearest(message.substr(value + 2, end - value - 2), {choices.begin(), choices.end()});
  }

  // Help and version are results; everything else is wrong usage. CLI11 tells the first thing that its parser misses
  // ("A subcommand is required"); the word that it did not know is what the user looks for.
  Parsed ended(const CLI::ParseError& error)
  {
    std::ostringstream out;
    std::ostringstream err;
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      app_.exit(error, out, err);
      return {std::nullopt, out.str(), err.str(), 0};
    }
    const CLI::App* command = app_.get_subcommands().empty() ? nullptr : app_.get_subcommands().front();
    const std::vector<std::string> unknown = app_.remaining(true);
    const auto is_flag = [](const std::string& word) { return word.size() > 1 && word.front() == '-' && word != "--"; };
    if (const auto flag = std::ranges::find_if(unknown, is_flag); flag != unknown.end()) {
      return unknown_flag(*flag, command);
    }
    if (!unknown.empty()) {
      return command == nullptr
                 ? unknown_command(unknown.front())
                 : wrong_usage(fmt::format("`{}` is one word too many for `{}`", unknown.front(), command->get_name()),
                               fmt::format("`envlift {} --help` shows how it is called", command->get_name()));
    }
    if (command == nullptr && error.get_name() == "RequiredError") {
      return wrong_usage("a command is missing", help_line(nullptr));
    }
    if (const auto words = text::split(error.what(), ' '); error.get_name() == "RequiresError" && words.size() == 3) {
      return wrong_usage(fmt::format("`{}` goes with `{}`, which is not given", words[0], words[2]),
                         fmt::format("add `{}`, or leave `{}` out", words[2], words[0]));
    }
    const auto near = near_choice(error.what());
    return wrong_usage(error.what(), near ? fmt::format("did you mean `{}`?", *near) : help_line(command));
  }

  CLI::App app_;
  std::vector<std::string> words_;
  Options options_;
  bool quiet_ = false;
  bool verbose_ = false;
  std::string colour_ = "auto";
  std::string format_ = "text";
};

}  // namespace

Parsed parse_arguments(int argc, char** argv)
{
  return Parser().parse(argc, argv);
}

}  // namespace envlift::cli
