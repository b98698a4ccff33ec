// The examples of the codes are true: what is called wrong has the finding, its cure has not.
#include "diag/codes.hpp"
#include "environment/leaner.hpp"
#include "fakes/memory_files.hpp"
#include "function/function.hpp"
#include "input/input.hpp"
#include "plan/planner.hpp"
#include "settings/settings.hpp"
#include "suite/suite.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace envlift;

namespace {

const std::map<std::string, std::string> k_neighbours = {
  {"common.txt", "idna\n"},
  {"constraints.txt", "requests==2.32.3\n"},
  {"with-extras.txt", "requests[socks]==2.32.3\n"},
  {"lib/pyproject.toml", "[project]\nname = 'lib'\n"},
  {"docs/index.md", "text\n"},
  {"demo.txt", ""},
  {"wheels/demo-1.0-py3-none-any.whl", ""},
};

bool is_found(std::string_view code, const diag::Diagnostics& diagnostics)
{
  return std::ranges::any_of(diagnostics.all(),
                             [&](const diag::Diagnostic& one) { return one.code == code; });
}

diag::Diagnostics findings_of_code(const std::string& text)
{
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  function::locate(
      "app.handler", {{"app.py", false, "app.py"}},
      [&](const std::string&) -> std::optional<std::string> { return text; }, diagnostics, sources);
  return diagnostics;
}

diag::Diagnostics findings_of_settings(const std::string& text)
{
  diag::Diagnostics diagnostics;
  diag::Sources sources;
  settings::Inputs inputs;
  inputs.project_file = settings::File{"envlift.yaml", text, "/project"};
  const settings::Settings settings = settings::resolve(inputs, diagnostics, sources);
  environment::Environment environment;
  environment.python = "3.11";
  function::Function function;
  function::locate(
      settings.handler.empty() ? "app.lambda_handler" : settings.handler, {{"app.py", false, "app.py"}},
      [](const std::string&) -> std::optional<std::string> { return "def lambda_handler(a, b): pass\n"; },
      diagnostics, sources);
  plan::make_plan(environment, function, settings, diagnostics);
  return diagnostics;
}

// As `plan` has them, but for what needs a disk or an engine.
diag::Diagnostics findings_of_environment(const std::string& file, const std::string& text)
{
  auto files = k_neighbours;
  files[file] = text;
  const fakes::MemoryFiles source(std::move(files));
  settings::Settings settings;
  environment::Target target;
  target.choose_python = [&](const environment::Environment& asked) {
    return plan::choose_python(asked, settings);
  };
  input::ReadResult read = input::read_environment(file, source, target);
  plan::check_python(read.environment, settings, read.diagnostics);
  plan::make_plan(read.environment, {}, settings, read.diagnostics);
  environment::check_leaner(read.environment, file, "x86_64", read.diagnostics);
  return read.diagnostics;
}

diag::Diagnostics findings_of_suite(const std::string& file, const std::string& text)
{
  diag::Diagnostics diagnostics;
  suite::read_suite(file, text, diagnostics);
  return diagnostics;
}

diag::Diagnostics findings(const std::string& file, const std::string& text)
{
  return file == "app.py"               ? findings_of_code(text)
         : file == "envlift.yaml"       ? findings_of_settings(text)
         : file == "events/orders.yaml" ? findings_of_suite(file, text)
                                        : findings_of_environment(file, text);
}

}  // namespace

TEST_CASE("what an example calls wrong has the finding, and its cure has not", "[diag]")
{
  for (const diag::CodeInfo& row : diag::all_codes()) {
    const bool needs_an_engine = row.code >= "EL0801";
    if (row.example.file.empty() || row.example.file == "shell" || needs_an_engine) {
      continue;
    }
    INFO(row.code);
    const std::string file(row.example.file);
    CHECK(is_found(row.code, findings(file, std::string(row.example.bad))));
    const diag::Diagnostics cured = findings(file, std::string(row.example.good));
    CHECK_FALSE(is_found(row.code, cured));
  }
}

TEST_CASE("every code is explained, and those about what people write have an example", "[diag]")
{
  // What no command line reaches: templates that are not there, and a path that the plan itself would get wrong.
  const std::vector<std::string_view> without_example = {"EL0712", "EL0714"};
  for (const diag::CodeInfo& row : diag::all_codes()) {
    INFO(row.code);
    CHECK(row.meaning.ends_with('.'));
    CHECK(row.cure.ends_with('.'));
    CHECK(row.example.bad.empty() == row.example.file.empty());
    CHECK(row.example.good.empty() == row.example.file.empty());
    if (row.code < "EL0801") {
      CHECK(row.example.file.empty() == (std::ranges::count(without_example, row.code) == 1));
    }
  }
}
