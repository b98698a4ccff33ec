#include "input/toml_lock.hpp"

#include "environment/requirement.hpp"
#include "input/conda_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::input {

bool refuse_environments(std::string_view key, const toml::table& lock, const TomlReader& toml,
                         const environment::Target& target, const environment::Chosen& chosen,
                         ReadResult& result)
{
  const std::vector<std::string> environments = toml.texts(lock, key);
  const auto holds = [&](const std::string& marker) {
    const auto truth = environment::evaluate_lock_marker(marker, target, chosen);
    return !truth || truth->value;
  };
  if (environments.empty() || std::ranges::any_of(environments, holds)) {
    return false;
  }
  auto& finding = result.diagnostics.add(
      "EL0353", fmt::format("the lock is not for Linux {} with Python {}", target.arch, target.python_minor),
      "lock again for this platform, or choose another Python with --python", toml.place(*lock.get(key)));
  for (const std::string& marker : environments) {
    finding.notes.push_back("it is for " + shown(marker));
  }
  return true;
}

}  // namespace envlift::input
