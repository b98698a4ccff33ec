#include "plan/strategies.hpp"

#include "plan/assembly.hpp"
#include "plan/builder_json.hpp"
#include "plan/environment_files.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace envlift::plan {

namespace {

// The PATH of AWS's Python bases (the Dockerfiles of aws/aws-lambda-base-images).
constexpr const char* k_base_path = "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin";

// What else AWS's bases set, for a base that is not AWS's. C.UTF-8 is in every glibc; the folders are the function's own.
const std::vector<std::pair<std::string, std::string>> k_aws_variables = {
  {"LANG", "C.UTF-8"},
  {"TZ", ":/etc/localtime"},
  {"LD_LIBRARY_PATH", "/var/task:/var/task/lib:/opt/lib"},
  {"LAMBDA_TASK_ROOT", k_task_root},
  {"LAMBDA_RUNTIME_DIR", "/var/runtime"}};

const std::string k_scripts = std::string(k_build) + "/envlift/";

// build.py and the modules that it imports.
constexpr std::array k_builder_files = {
  "build.py",         "build_activation.py", "build_bytecode.py",   "build_code.py",  "build_common.py",
  "build_compile.py", "build_conda.py",      "build_duplicates.py", "build_elf.py",   "build_environment.py",
  "build_finish.py",  "build_installed.py",  "build_installer.py",  "build_keep.py",  "build_layers.py",
  "build_pip.py",     "build_prune.py",      "build_records.py",    "build_strip.py", "build_tools.py",
};

Step run_builder(const Plan& plan, const std::string& step, std::vector<Mount> mounts, std::string comment)
{
  const std::string python = plan.strategy == Strategy::custom
                                 ? "python3"
                                 : fmt::format("{}/python{}", k_base_bin, plan.base.python_minor);
  return {Run{{python, k_scripts + "build.py", step}, std::move(mounts)}, std::move(comment)};
}

std::vector<Mount> secret_mounts(const Plan& plan, bool only_ca_bundle)
{
  std::vector<Mount> mounts;
  for (const SecretFile& secret : plan.secrets) {
    if (!only_ca_bundle || secret.id == "ca_bundle") {
      mounts.emplace_back(SecretMount{secret.id});
    }
  }
  return mounts;
}

void add_template(Plan& plan, const std::string& name, const std::string& path,
                  std::map<std::string, std::string> values = {}, std::map<std::string, bool> sections = {})
{
  plan.context.emplace_back(TemplateFile{"envlift/" + path, name, std::move(values), std::move(sections)});
}

// The files that every strategy brings: the builder's scripts, the launcher, the bootstrap, the code.
void add_common_files(const Inputs& inputs, Plan& plan)
{
  const std::string& minor = plan.base.python_minor;
  const std::string interpreter = fmt::format("{}/bin/python{}", k_prefix, minor);
  for (const char* file : k_builder_files) {
    add_template(plan, file, file);
  }
  add_template(plan, "launcher.sh.mustache", "launcher.sh",
               {{"prefix", k_prefix}, {"base_lib", k_base_lib}, {"interpreter", interpreter}},
               {{"drop_base_libraries", brings_python(plan.strategy)}});
  add_template(plan, "bootstrap.py.mustache", "bootstrap.py",
               {{"prefix", k_prefix}, {"base_lib", k_base_lib}, {"python", minor}});
  for (const function::CodeFile& file : inputs.function.files) {
    plan.context.emplace_back(ProjectFile{"code/" + file.path, file.source, file.executable});
  }
}

Step copy_in(std::vector<std::string> sources, std::string destination, std::string comment = "")
{
  return {Copy{std::move(sources), std::move(destination), ""}, std::move(comment)};
}

// Whether the base has nothing that starts Python for Lambda.
bool brings_runtime(Strategy strategy)
{
  return strategy == Strategy::os_only || strategy == Strategy::custom;
}

// A handler may come from a package alone; a COPY of nothing would fail.
bool has_code(const Plan& plan)
{
  return std::ranges::any_of(plan.context, [](const ContextEntry& entry) {
    const auto* file = std::get_if<ProjectFile>(&entry);
    return file != nullptr && file->path.starts_with("code/");
  });
}

Stage builder_stage(const Plan& plan)
{
  std::vector<std::string> scripts;
  scripts.reserve(k_builder_files.size());
  for (const char* file : k_builder_files) {
    scripts.push_back(std::string("envlift/") + file);
  }
  Stage stage{k_builder_stage, plan.base.builder, {}};
  if (plan.strategy == Strategy::custom) {
    stage.steps.push_back({User{"root"}, "The base may name another user, who could write nothing here."});
  }
  stage.steps.push_back({Workdir{k_build}, ""});
  stage.steps.push_back(
      copy_in(std::move(scripts), k_scripts,
              "The base's own Python runs the builder: a minimal base has no tar, find or awk."));
  if (brings_python(plan.strategy)) {
    stage.steps.push_back(copy_in({"envlift/installer.json"}, k_scripts));
    stage.steps.push_back(run_builder(plan, "installer", secret_mounts(plan, true),
                                      "The installer is checked against its SHA-256 before it runs."));
  }
  stage.steps.push_back(copy_in({"envlift/environment.json"}, k_scripts));
  stage.steps.push_back(copy_in({"environment/"}, std::string(k_build) + "/environment/"));
  std::vector<Mount> mounts = {CacheMount{k_cache}};
  std::ranges::move(secret_mounts(plan, false), std::back_inserter(mounts));
  stage.steps.push_back(run_builder(plan, "environment", std::move(mounts),
                                    "Credentials and settings are secret mounts: no layer keeps them."));
  std::vector<std::string> finish = {"envlift/finish.json", "envlift/launcher.sh", "envlift/bootstrap.py"};
  if (brings_runtime(plan.strategy)) {
    finish.emplace_back("envlift/runtime.sh");
  }
  if (plan.strategy == Strategy::custom) {
    finish.emplace_back("envlift/entrypoint.sh");
  }
  stage.steps.push_back(copy_in(std::move(finish), k_scripts));
  stage.steps.push_back(run_builder(plan, "finish", {CacheMount{k_bytecode_cache, true}},
                                    "Pruned, stripped, activated once, byte-compiled, readable by anyone."));
  return stage;
}

Stage code_stage(const Plan& plan)
{
  Stage stage{k_code_stage, k_builder_stage, {}};
  stage.steps.push_back(copy_in({"code/"}, std::string(k_build) + "/code/",
                                "A stage of its own: an edited handler reuses everything above."));
  stage.steps.push_back(run_builder(plan, "code", {}, ""));
  return stage;
}

Env variables_of(const Plan& plan)
{
  Env env{{{"HOME", "/tmp"},
           {"XDG_CACHE_HOME", "/tmp/.cache"},
           {"XDG_CONFIG_HOME", "/tmp/.config"},
           {"XDG_DATA_HOME", "/tmp/.local/share"}}};
  if (brings_runtime(plan.strategy)) {
    env.variables.emplace_back("PATH", k_base_path);   // extensions find Python by it
  }
  if (plan.strategy == Strategy::custom) {
    env.variables.insert(env.variables.end(), k_aws_variables.begin(), k_aws_variables.end());
  }
  return env;
}

Stage final_stage(const Plan& plan)
{
  const auto from_builder = [](const std::string& source, const std::string& destination) {
    return Copy{{source}, destination, k_builder_stage};
  };
  Stage stage{"", plan.base.reference, {}};
  stage.steps.push_back({from_builder(k_prefix, k_prefix), ""});
  stage.steps.push_back(
      {from_builder(std::string(k_build) + "/root/", "/"),
       brings_runtime(plan.strategy)
           ? "The runtime that the base lacks: its bootstrap, and the launcher where AWS's bases have Python."
           : "The launcher in place of the base's Python, and the bootstrap that it maps to."});
  stage.steps.push_back({variables_of(plan), "Lambda's root is read-only: only /tmp can be written."});
  if (plan.strategy == Strategy::custom) {
    stage.steps.push_back({Workdir{k_task_root}, ""});
  }
  if (has_code(plan)) {
    stage.steps.push_back({Copy{{std::string(k_build) + "/code/"}, "/var/task/", k_code_stage}, ""});
  }
  stage.steps.push_back({Entrypoint{{"/lambda-entrypoint.sh"}}, ""});
  stage.steps.push_back({Cmd{{plan.handler}}, ""});
  return stage;
}

void append(std::vector<ContextEntry>& context, std::vector<ContextEntry> entries)
{
  std::ranges::move(entries, std::back_inserter(context));
}

void fill_stages(const Inputs& inputs, Plan& plan, EnvironmentFiles files)
{
  plan.context.emplace_back(TextFile{"envlift/environment.json", environment_json(inputs, plan, files)});
  plan.context.emplace_back(TextFile{"envlift/finish.json", finish_json(inputs)});
  append(plan.context, std::move(files.entries));
  add_common_files(inputs, plan);
  plan.stages.push_back(builder_stage(plan));
  if (has_code(plan)) {
    plan.stages.push_back(code_stage(plan));
  }
  plan.stages.push_back(final_stage(plan));
}

void fill_with_conda(const Inputs& inputs, Plan& plan)
{
  plan.context.emplace_back(TextFile{"envlift/installer.json", installer_json(inputs)});
  fill_stages(inputs, plan,
              conda_files(inputs.environment, plan.base.python_minor, solve_channels(inputs.environment)));
}

void fill_os_only(const Inputs& inputs, Plan& plan)
{
  add_template(plan, "runtime.sh.mustache", "runtime.sh",
               {{"base_bin", k_base_bin}, {"python", plan.base.python_minor}});
  fill_with_conda(inputs, plan);
}

void fill_custom(const Inputs& inputs, Plan& plan)
{
  add_template(plan, "entrypoint.sh", "entrypoint.sh");
  fill_os_only(inputs, plan);
}

void fill_native(const Inputs& inputs, Plan& plan)
{
  fill_stages(inputs, plan, pip_files(inputs.environment));
}

}   // namespace

const std::vector<StrategyInfo>& strategies()
{
  static const std::vector<StrategyInfo> list = {
    {Strategy::swap, "swap",
     "conda solves the environment with a Python of its own, which takes the place of the base's",
     &fill_with_conda},
    {Strategy::native, "native", "the base's own Python runs the environment: no conda, no swap",
     &fill_native},
    {Strategy::os_only, "os-only",
     "conda's Python on AWS's base without a language, whose own Python and SDK nothing would use",
     &fill_os_only},
    {Strategy::custom, "custom",
     "conda's Python on a base that is not AWS's, with the entry script and the runtime that it lacks",
     &fill_custom},
  };
  return list;
}

bool brings_python(Strategy strategy)
{
  return strategy != Strategy::native;
}

Step builder_step(const Plan& plan, const std::string& step, std::string comment)
{
  return run_builder(plan, step, {}, std::move(comment));
}

const StrategyInfo* find_strategy(std::string_view name)
{
  const auto& list = strategies();
  const auto found = std::ranges::find(list, name, &StrategyInfo::name);
  return found == list.end() ? nullptr : &*found;
}

std::string to_string(Strategy strategy)
{
  const auto& list = strategies();
  return std::string(std::ranges::find(list, strategy, &StrategyInfo::strategy)->name);
}

std::vector<std::string> solve_channels(const environment::Environment& environment)
{
  std::vector<std::string> channels = environment.channels;
  if (channels.empty()) {
    channels.emplace_back(environment.uses_conda ? "defaults" : "conda-forge");
  }
  // conda appends its default channels to every file that does not say so: never implicitly.
  channels.emplace_back("nodefaults");
  return channels;
}

}   // namespace envlift::plan
