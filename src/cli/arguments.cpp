#include "cli/options.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "settings/settings.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace envlift::cli {

namespace {

using Flags = std::map<std::string, std::vector<std::string>>;

// Which settings a command's help lists; a setting that is not listed is no flag of that command.
enum class Group { environment, image, invoke };

const std::set<std::string_view>& keys_of(Group group)
{
  static const std::map<Group, std::set<std::string_view>> groups = {
    {Group::environment, {"environment", "group", "extra", "pixi_environment", "python", "arch"}},
    {Group::image,
     {"handler", "code", "base", "strategy", "tag", "installer.kind", "installer.url", "installer.sha256",
      "channel_alias", "default_channels", "accept_tos", "ca_bundle", "pip_config", "condarc", "netrc",
      "build_network"}},
    {Group::invoke, {"memory", "timeout"}},
  };
  return groups.at(group);
}

void add_setting(CLI::App& command, const settings::Row& row, Flags& flags)
{
  const std::string flag(row.flag);
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
    if (wanted || row.key == "engine") {
      add_setting(command, row, flags);
    }
  }
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
    if (argc > 1 && argv[1][0] != '-' && !std::ranges::any_of(commands(), [&](const std::string& name) { return name == argv[1]; })) {
      return unknown_command(argv[1]);
    }
    try {
      app_.parse(argc, argv);
    }
    catch (const CLI::ParseError& error) {
      return ended(error);
    }
    finish();
    return {options_, {}, {}, 0};
  }

private:
  void add_globals()
  {
    app_.add_flag("-q,--quiet", quiet_, "Say nothing but findings, errors and the result");
    app_.add_flag("-v,--verbose", verbose_, "Show every line of the programs that envlift runs");
    app_.add_option("--color", colour_, "auto, always or never")->check(CLI::IsMember({"auto", "always", "never"}));
    app_.add_option("--message-format", format_, "text, short (file:line:column) or json")
        ->check(CLI::IsMember({"text", "short", "json"}));
    app_.add_flag("--no-progress", options_.no_progress, "Plain lines instead of a moving one");
    app_.add_flag("--dry-run", options_.dry_run, "Show what would be run, and run nothing");
    app_.add_option("--templates", options_.request.templates_folder, "Folder of templates that replace built-in ones")
        ->check(CLI::ExistingDirectory);
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
    add_settings(plan, {Group::environment, Group::image}, flags);

    CLI::App& render = add_project_command("render", "Print the Dockerfile, or write the build context");
    render.add_option("-o,--output", options_.output, "Folder for the whole build context");
    render.add_flag("--force", options_.force,
                    "With -o: replace a context that was changed since envlift wrote it");
    add_settings(render, {Group::environment, Group::image}, flags);

    CLI::App& build = add_project_command("build", "Build the image; prints its ID, tag and size in bytes");
    add_settings(build, {Group::environment, Group::image}, flags);

    add_invoke();

    CLI::App& up = add_project_command("up", "Do it all: read, plan, build, and invoke the function once");
    up.add_option("--event", options_.event, "Event file, or - for stdin (default: event.json of the project, else {})");
    add_settings(up, {Group::environment, Group::image, Group::invoke}, flags);

    CLI::App& doctor = *app_.add_subcommand("doctor", "Say what works on this machine, and what to do where it does not");
    add_settings(doctor, {Group::image}, flags);
  }

  void add_invoke()
  {
    CLI::App& invoke = *app_.add_subcommand("invoke", "Send one event to an image; prints the function's answer");
    invoke.add_option("IMAGE", options_.image, "Tag or ID of the image")->required();
    invoke.add_option("--event", options_.event, "Event file, or - for stdin (default: {})");
    invoke.add_flag("--serve", options_.serve, "Keep answering on localhost until Ctrl-C");
    invoke.add_option("--port", options_.port, "Port of --serve")->check(CLI::Range(1, 65535));
    for (const settings::Row& row : settings::table()) {
      if (row.key == "handler" || row.key == "engine" || keys_of(Group::invoke).contains(row.key)) {
        add_setting(invoke, row, options_.request.flags);
      }
    }
  }

  void finish()
  {
    options_.command = app_.get_subcommands().front()->get_name();
    options_.verbosity = quiet_     ? report::Verbosity::quiet
                         : verbose_ ? report::Verbosity::verbose
                                    : report::Verbosity::normal;
    options_.colour = colour_ == "always" ? Colour::always : colour_ == "never" ? Colour::never : Colour::automatic;
    options_.message_format = format_ == "json"    ? diag::MessageFormat::json
                              : format_ == "short" ? diag::MessageFormat::short_lines
                                                   : diag::MessageFormat::text;
  }

  std::vector<std::string> commands() const
  {
    std::vector<std::string> names;
    for (const CLI::App* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    return names;
  }

  // CLI11 says only that a subcommand is required.
  Parsed unknown_command(const std::string& word) const
  {
    return wrong_usage(fmt::format("there is no command `{}`", text::printable(word)), text::nearest(word, commands()));
  }

  static Parsed wrong_usage(const std::string& message, const std::optional<std::string>& near)
  {
    const std::string hint = near ? fmt::format("did you mean `{}`?", *near)
                                  : "`envlift --help` lists the commands, `envlift COMMAND --help` its flags";
    return {std::nullopt, "", fmt::format("error: {}\nhint: {}\n", message, hint), static_cast<int>(ExitCode::usage)};
  }

  // Help and version are results; everything else is wrong usage, with the nearest valid word.
  Parsed ended(const CLI::ParseError& error)
  {
    std::ostringstream out;
    std::ostringstream err;
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      app_.exit(error, out, err);
      return {std::nullopt, out.str(), err.str(), 0};
    }
    return wrong_usage(text::printable(text::redact(error.what())), suggestion(error.what()));
  }

  std::optional<std::string> suggestion(std::string_view message) const
  {
    std::vector<std::string> known;
    for (const CLI::App* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
      known.push_back(command->get_name());
      for (const CLI::Option* option : command->get_options()) {
        known.push_back(option->get_name(false, false));
      }
    }
    const std::size_t space = message.find_last_of(' ');
    const std::string_view word = message.substr(space == std::string_view::npos ? 0 : space + 1);
    return text::nearest(word.substr(0, word.find('=')), known);
  }

  CLI::App app_;
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
