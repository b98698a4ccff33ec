// Environments and plans that the tests of plan and render start from.
#pragma once

#include "plan/planner.hpp"

#include <string>
#include <variant>
#include <vector>

namespace envlift::test {

inline environment::CondaPackage conda_package(const std::string& name, const std::string& spec)
{
  environment::CondaPackage package;
  package.name = name;
  package.spec = spec;
  return package;
}

inline environment::PipPackage pip_package(const std::string& name, const std::string& requirement)
{
  environment::PipPackage package;
  package.name = name;
  package.requirement = requirement;
  return package;
}

inline environment::PipPackage local_package(const std::string& path)
{
  environment::PipPackage package = pip_package("", "./" + path);
  package.path = path;
  return package;
}

inline environment::Environment conda_environment(const std::string& python = "=3.11")
{
  environment::Environment environment;
  environment.sources = {{"environment.yml", "conda-environment"}};
  environment.uses_conda = true;
  environment.channels = {"conda-forge"};
  environment.python = python;
  if (!python.empty()) {
    environment.conda.push_back(conda_package("python", "python" + python));
  }
  environment.conda.push_back(conda_package("numpy", "numpy=1.26"));
  return environment;
}

inline environment::Environment pip_environment()
{
  environment::Environment environment;
  environment.sources = {{"requirements.txt", "pip-requirements"}};
  environment.pip.push_back(pip_package("requests", "requests==2.32.3"));
  return environment;
}

inline function::Function one_function()
{
  return {"app.handler", {{"app.py", false, "src/app.py"}}};
}

struct Planned {
  plan::Plan plan;
  diag::Diagnostics diagnostics;

  std::vector<std::string> codes() const
  {
    std::vector<std::string> codes;
    for (const diag::Diagnostic& one : diagnostics.all()) {
      codes.push_back(one.code);
    }
    return codes;
  }

  // The text of a file of the context; "" when it is not a text file of the plan.
  std::string text(const std::string& path) const
  {
    for (const plan::ContextEntry& entry : plan.context) {
      const auto* file = std::get_if<plan::TextFile>(&entry);
      if (file != nullptr && file->path == path) {
        return file->text;
      }
    }
    return "";
  }

  bool notes_say(const std::string& topic, const std::string& part) const
  {
    for (const plan::Note& note : plan.notes) {
      if (note.topic == topic && note.text.find(part) != std::string::npos) {
        return true;
      }
    }
    return false;
  }
};

inline Planned make_plan(const environment::Environment& environment, settings::Settings settings = {},
                         const function::Function& function = one_function())
{
  Planned planned;
  settings.tag = "app:latest";
  planned.plan = plan::make_plan(environment, function, settings, planned.diagnostics);
  return planned;
}

}  // namespace envlift::test
