// The examples of the codes are true: what is called wrong has the finding, its cure has not.
#include "diag/codes.hpp"
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
  input::ReadResult read = input::read_environment(file, fakes::MemoryFiles(std::move(files)), {});
  settings::Settings settings;
  plan::check_python(read.environment, settings, read.diagnostics);
  plan::make_plan(read.environment, {}, settings, read.diagnostics);
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

TEST_CASE("every code is explained, and those about files have an example", "[diag]")
{
  for (const diag::CodeInfo& row : diag::all_codes()) {
    INFO(row.code);
    CHECK(row.meaning.ends_with('.'));
    CHECK(row.cure.ends_with('.'));
    CHECK(row.example.bad.empty() == row.example.file.empty());
    CHECK(row.example.good.empty() == row.example.file.empty());
    // What people write by hand is shown; a lock's smallest file is longer than an example.
    const auto number = row.code.substr(4);
    const bool is_of_hand = row.code < "EL0116" || (row.code.starts_with("EL02") && number < "40") ||
                            (row.code.starts_with("EL03") && number < "40");
    if (is_of_hand) {
      CHECK_FALSE(row.example.file.empty());
    }
  }
}
