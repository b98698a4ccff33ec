#include "report/plan.hpp"

#include "base/overload.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace envlift::report {

namespace {

using Json = nlohmann::ordered_json;

Json mount(const plan::Mount& mount)
{
  return std::visit(Overload{
                        [](const plan::CacheMount& cache) { return Json{{"type", "cache"}, {"target", cache.target}}; },
                        [](const plan::SecretMount& secret) { return Json{{"type", "secret"}, {"id", secret.id}}; },
                    },
                    mount);
}

Json run(const plan::Run& run)
{
  Json object{{"type", "run"}, {"argv", run.argv}};
  for (const plan::Mount& one : run.mounts) {
    object["mounts"].push_back(mount(one));
  }
  return object;
}

Json copy(const plan::Copy& copy)
{
  Json object{{"type", "copy"}, {"sources", copy.sources}, {"destination", copy.destination}};
  if (!copy.from_stage.empty()) {
    object["from"] = copy.from_stage;
  }
  return object;
}

Json env(const plan::Env& env)
{
  Json variables = Json::object();
  for (const auto& [name, value] : env.variables) {
    variables[name] = value;
  }
  return {{"type", "env"}, {"variables", variables}};
}

Json instruction(const plan::Instruction& instruction)
{
  return std::visit(
      Overload{
        [](const plan::Workdir& workdir) { return Json{{"type", "workdir"}, {"path", workdir.path}}; },
        [](const plan::User& user) { return Json{{"type", "user"}, {"name", user.name}}; },
        [](const plan::Env& value) { return env(value); },
        [](const plan::Copy& value) { return copy(value); },
        [](const plan::Run& value) { return run(value); },
        [](const plan::Entrypoint& value) { return Json{{"type", "entrypoint"}, {"argv", value.argv}}; },
        [](const plan::Cmd& value) { return Json{{"type", "cmd"}, {"argv", value.argv}}; },
      },
      instruction);
}

Json stage(const plan::Stage& stage)
{
  Json object;
  object["name"] = stage.name.empty() ? Json(nullptr) : Json(stage.name);
  object["base"] = stage.base;
  object["instructions"] = Json::array();
  for (const plan::Step& step : stage.steps) {
    object["instructions"].push_back(instruction(step.instruction));
  }
  return object;
}

Json entry(const plan::ContextEntry& entry)
{
  return std::visit(
      Overload{
          [](const plan::TextFile& file) {
            return Json{{"path", file.path}, {"sha256", sha256_hex(file.text)}};
          },
          [](const plan::TemplateFile& file) { return Json{{"path", file.path}, {"template", file.name}}; },
          [](const plan::ProjectFile& file) { return Json{{"path", file.path}, {"source", file.source}}; },
          [](const plan::ProjectFolder& folder) { return Json{{"path", folder.path + "/"}, {"source", folder.source + "/"}}; },
      },
      entry);
}

}  // namespace

std::string plan_json(const plan::Plan& plan)
{
  Json object;
  object["schema"] = 1;
  object["strategy"] = plan::to_string(plan.strategy);
  object["base"] = {{"reference", plan.base.reference}, {"python", plan.base.python_minor}, {"os", plan.base.os},
                    {"glibc", plan.base.glibc}, {"deprecation", plan.base.end_of_life}};
  if (plan.base.builder != plan.base.reference) {
    object["base"]["builder"] = plan.base.builder;
  }
  object["arch"] = plan.arch;
  object["handler"] = plan.handler;
  object["tag"] = plan.tag;
  object["stages"] = Json::array();
  for (const plan::Stage& one : plan.stages) {
    object["stages"].push_back(stage(one));
  }
  object["context"] = Json::array();
  for (const plan::ContextEntry& one : plan.context) {
    object["context"].push_back(entry(one));
  }
  object["secrets"] = Json::array();
  for (const plan::SecretFile& secret : plan.secrets) {
    object["secrets"].push_back({{"id", secret.id}, {"setting", secret.setting}});
  }
  object["notes"] = Json::array();
  for (const plan::Note& note : plan.notes) {
    object["notes"].push_back({{"topic", note.topic}, {"text", text::redact(note.text)}});
  }
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace envlift::report
