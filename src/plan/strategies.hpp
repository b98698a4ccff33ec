// THE LIST of strategies: how an environment becomes the stages of an image.
#pragma once

#include "environment/environment.hpp"
#include "function/function.hpp"
#include "plan/base_images.hpp"
#include "plan/plan.hpp"
#include "settings/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::plan {

// What a strategy works from; all of it decided before.
struct Inputs {
  const environment::Environment& environment;
  const function::Function& function;
  const settings::Settings& settings;
  const BaseImage& base_image;
};

struct StrategyInfo {
  Strategy strategy;
  std::string_view name;
  std::string_view why;   // one line, for `plan --explain`
  // Adds stages and context entries to a plan whose base, handler and secrets are set.
  void (*fill)(const Inputs& inputs, Plan& plan);
};

const std::vector<StrategyInfo>& strategies();
const StrategyInfo* find_strategy(std::string_view name);

// The channels that the solve will use, `nodefaults` included.
std::vector<std::string> solve_channels(const environment::Environment& environment);

// Folders of AWS's Python bases, and ours.
inline constexpr const char* k_base_bin = "/var/lang/bin";
inline constexpr const char* k_base_lib = "/var/lang/lib";
inline constexpr const char* k_prefix = "/opt/env";
inline constexpr const char* k_conda = "/opt/conda";
inline constexpr const char* k_build = "/build";
inline constexpr const char* k_cache = "/var/cache/envlift";
inline constexpr const char* k_bytecode_cache = "/var/cache/envlift/bytecode";
inline constexpr const char* k_builder_stage = "builder";
inline constexpr const char* k_code_stage = "code";

// A run of the builder's script without mounts.
Step builder_step(const Plan& plan, const std::string& step, std::string comment);

}  // namespace envlift::plan
