#include "plan/builder_json.hpp"

#include <nlohmann/json.hpp>

namespace envlift::plan {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object)
{
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json null_when_empty(const std::string& value)
{
  return value.empty() ? Json(nullptr) : Json(value);
}

// The packages whose URLs are no direct references (PEP 610): a lock named the files that an index had.
Json found_by_index(const environment::Environment& environment)
{
  Json names = Json::array();
  for (const environment::PipPackage& package : environment.pip) {
    if (package.from_index && !package.name.empty()) {
      names.push_back(package.name);
    }
  }
  return names;
}

}  // namespace

const Installer& base_installer(const Inputs& inputs)
{
  return inputs.settings.arch == "arm64" ? inputs.base_image.arm64 : inputs.base_image.x86_64;
}

std::string installer_json(const Inputs& inputs)
{
  const Installer& ours = base_installer(inputs);
  const bool named = !inputs.settings.installer_url.empty();
  Json object;
  object["kind"] = inputs.settings.installer_kind;
  object["url"] = named ? inputs.settings.installer_url : std::string(ours.url);
  object["sha256"] = named ? inputs.settings.installer_sha256 : std::string(ours.sha256);
  object["prefix"] = k_conda;
  return text_of(object);
}

std::string environment_json(const Inputs& inputs, const Plan& plan, const EnvironmentFiles& files)
{
  const environment::Environment& environment = inputs.environment;
  Json object;
  object["strategy"] = to_string(plan.strategy);
  object["python"] = plan.base.python_minor;
  object["prefix"] = k_prefix;
  object["conda"] = files.conda.empty() ? Json(nullptr)
                                        : Json{{"file", files.conda}, {"explicit", environment.conda_locked}};
  object["pip"] = files.pip.empty() ? Json(nullptr) : Json{{"files", files.pip}, {"locked", environment.pip_locked}};
  if (const Json indexed = found_by_index(environment); !indexed.empty()) {
    object["pip"]["indexed"] = indexed;
  }
  object["runtime_client"] = std::string(inputs.base_image.runtime_client);
  object["channel_alias"] = null_when_empty(inputs.settings.channel_alias);
  object["default_channels"] = inputs.settings.default_channels;
  object["accept_tos"] = inputs.settings.accept_tos;
  object["variables"] = environment.variables;
  object["base_bin"] = k_base_bin;
  object["base_lib"] = k_base_lib;
  return text_of(object);
}

std::string finish_json(const Inputs& inputs)
{
  const settings::Settings& settings = inputs.settings;
  Json object;
  object["prune"] = !settings.no_prune;
  object["keep"] = settings.keep;
  object["strip"] = !settings.no_strip;
  object["debug_ranges"] = settings.debug_ranges;
  return text_of(object);
}

}  // namespace envlift::plan
