#include "plan/assembly.hpp"

#include "plan/strategies.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::plan {

namespace {

constexpr std::string_view k_code_folder = "code/";

bool is_code(const ContextEntry& entry)
{
  const auto* file = std::get_if<ProjectFile>(&entry);
  return file != nullptr && file->path.starts_with(k_code_folder);
}

Stage export_stage(const std::string& from, std::vector<std::string> sources, const std::string& destination)
{
  return {k_export_stage, "scratch", {{Copy{std::move(sources), destination, from}, ""}}};
}

}  // namespace

std::string known_layers_json(const std::vector<std::string>& digits)
{
  return nlohmann::json(digits).dump() + "\n";
}

Plan layers_export(const Plan& plan)
{
  Plan result = plan;
  result.tag.clear();
  std::erase_if(result.context, is_code);
  result.context.emplace_back(TextFile{k_known_layers, known_layers_json({})});
  result.stages.resize(1);
  Stage& builder = result.stages.front();
  builder.steps.push_back({Copy{{k_known_layers}, std::string(k_build) + "/envlift/", ""},
                           "Behind what is costly: another list takes another splitting alone."});
  builder.steps.push_back(builder_step(plan, "layers", "One tar for each package, named by its sum."));
  result.stages.push_back(export_stage(k_builder_stage, {std::string(k_build) + "/layers/"}, "/"));
  return result;
}

Plan code_export(const Plan& plan)
{
  Plan result = plan;
  result.tag.clear();
  result.stages.pop_back();
  result.stages.push_back(export_stage(k_code_stage, {std::string(k_build) + "/code/"}, "/"));
  return result;
}

ImageConfig image_config(const Plan& plan)
{
  ImageConfig config;
  for (const Step& step : plan.stages.back().steps) {
    if (const auto* workdir = std::get_if<Workdir>(&step.instruction)) {
      config.working_folder = workdir->path;
    }
    else if (const auto* env = std::get_if<Env>(&step.instruction)) {
      config.env.insert(config.env.end(), env->variables.begin(), env->variables.end());
    }
    else if (const auto* entrypoint = std::get_if<Entrypoint>(&step.instruction)) {
      config.entrypoint = entrypoint->argv;
    }
    else if (const auto* cmd = std::get_if<Cmd>(&step.instruction)) {
      config.cmd = cmd->argv;
    }
  }
  return config;
}

std::vector<ProjectFile> code_files(const Plan& plan)
{
  std::vector<ProjectFile> files;
  for (const ContextEntry& entry : plan.context) {
    if (is_code(entry)) {
      ProjectFile file = std::get<ProjectFile>(entry);
      file.path.erase(0, k_code_folder.size());
      files.push_back(std::move(file));
    }
  }
  return files;
}

EnvironmentPlace environment_place(const Plan& plan)
{
  return {k_prefix, fmt::format("{}/lib/python{}", k_prefix, plan.base.python_minor)};
}

}  // namespace envlift::plan
