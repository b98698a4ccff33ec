#include "lift/test_image.hpp"

#include "base/text.hpp"
#include "lift/lift.hpp"
#include "lift/project_files.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_file_limit_bytes = suite::k_suite_limit_bytes;

// The function's own lines.
std::string own_lines(std::string_view log)
{
  std::string own;
  for (const std::string_view line : text::lines(log)) {
    if (!invoke::is_platform_line(line)) {
      own.append(line) += '\n';
    }
  }
  return own;
}

suite::Observation observation_of(const invoke::Outcome& outcome, bool looks_at_log)
{
  suite::Observation observed;
  observed.verdict = outcome.verdict;
  observed.code = outcome.code;
  observed.answer = outcome.answer;
  observed.error_type = outcome.error_type;
  observed.error_message = outcome.error_message;
  observed.message = outcome.message;
  observed.hint = outcome.hint;
  observed.duration_ms = outcome.duration_ms;
  observed.init_ms = outcome.init_ms;
  observed.cold = outcome.cold;
  observed.request_id = outcome.request_id;
  observed.log = outcome.log;
  observed.own_log = looks_at_log ? own_lines(outcome.log) : "";
  observed.is_log_cut = outcome.is_log_cut;
  return observed;
}

suite::AppliedLimit applied(const engine::Limit& limit)
{
  return {limit.name, limit.value, limit.asked, limit.value == limit.asked, limit.why, limit.is_usual};
}

// What came of a case so far: of one that is repeated, the first time that it is not met.
struct Progress {
  int times_left = 0;
  std::optional<suite::CaseResult> result;
  suite::Observation observed;
};

// Tasks and the cases that they are of: a case has as many as it is repeated.
struct Tasks {
  std::vector<invoke::Task> tasks;
  std::vector<std::size_t> cases;
};

Tasks tasks_of(const TestRequest& request, const invoke::Target& target)
{
  Tasks all;
  for (std::size_t i = 0; i < request.cases.size(); ++i) {
    const std::size_t times = static_cast<std::size_t>(std::max(request.cases[i].repeat, 1));
    all.tasks.insert(all.tasks.end(), times, task_of(request.cases[i], target));
    all.cases.insert(all.cases.end(), times, i);
  }
  return all;
}

void take(const suite::Case& one, const invoke::Outcome& outcome, Progress& progress)
{
  --progress.times_left;
  if (progress.result && !progress.result->met) {
    return;
  }
  progress.observed = observation_of(outcome, !one.expected.log.empty());
  progress.result = suite::judge(one, progress.observed);
}

}   // namespace

invoke::Task task_of(const suite::Case& one, invoke::Target target)
{
  if (!one.handler.empty()) {
    target.handler = one.handler;
  }
  target.environment = one.environment;
  constexpr int k_ms = 1000;
  const int remaining_s =
      one.context.deadline_ms ? std::max(1, (*one.context.deadline_ms + k_ms - 1) / k_ms) : 0;
  return {std::move(target), {one.event, one.context.client, one.context.identity}, one.cold, remaining_s};
}

Tested test_image(engine::Engine& engine, const settings::Settings& settings, const TestRequest& request,
                  const std::function<void(const suite::CaseResult&)>& on_case)
{
  remove_abandoned(engine);
  invoke::Target target = target_of(settings, request.image);
  target.code = request.code;
  const Tasks all = tasks_of(request, target);
  std::vector<Progress> progress(request.cases.size());
  for (const std::size_t one : all.cases) {
    ++progress[one].times_left;
  }
  invoke::PoolRun run = invoke::run_pool(
      engine, sys::http(), all.tasks, request.jobs,
      [&](std::size_t task, const invoke::Outcome& outcome) {
        Progress& one = progress[all.cases[task]];
        take(request.cases[all.cases[task]], outcome, one);
        if (one.times_left == 0) {
          on_case(*one.result);
        }
      },
      invoke::Memory::ignored, request.take_line);
  Tested tested;
  tested.run.image = request.image;
  std::ranges::transform(run.limits, std::back_inserter(tested.run.sandbox), &applied);
  for (std::size_t i = 0; i < progress.size(); ++i) {
    if (progress[i].result && progress[i].times_left == 0) {
      tested.run.cases.push_back(*progress[i].result);
      tested.cases.push_back(request.cases[i]);
      tested.observed.push_back(progress[i].observed);
    }
  }
  tested.ended = std::move(run.ended);
  return tested;
}

namespace {

// A file and the folder that what it names is looked for below: the current one, where the file lies below it.
struct Located {
  std::string root;
  std::string name;
};

Located located(const std::string& path)
{
  const std::filesystem::path given = std::filesystem::path(path).lexically_normal();
  if (given.is_relative() && *given.begin() != "..") {
    return {sys::current_folder(), given.generic_string()};
  }
  return {given.parent_path().string(), given.filename().string()};
}

Result<std::string> text_of(const std::string& path)
{
  ENVLIFT_TRY_ASSIGN(const std::string text, sys::read_file_or_pipe(path, k_file_limit_bytes));
  return std::string(text::without_byte_order_mark(text));
}

void append(std::vector<suite::Case>& cases, std::vector<suite::Case> more)
{
  std::ranges::move(more, std::back_inserter(cases));
}

Result<> read_suite_file(const std::string& path, std::vector<suite::Case>& cases,
                         diag::Diagnostics& diagnostics, diag::Sources& sources)
{
  ENVLIFT_TRY_ASSIGN(const std::string text, text_of(path));
  if (path == "-") {
    sources.add("<stdin>", text);
    append(cases, suite::read_suite("<stdin>", text, diagnostics));
    return {};
  }
  const Located file = located(path);
  sources.add(file.name, text);
  append(cases, suite::read_suite(file.name, text, ProjectFiles(file.root), diagnostics));
  return {};
}

Result<> read_event_file(const std::string& path, std::vector<suite::Case>& cases,
                         diag::Diagnostics& diagnostics, diag::Sources& sources)
{
  ENVLIFT_TRY_ASSIGN(const std::string text, text_of(path));
  const std::string name = path == "-" ? "<stdin>" : path;
  sources.add(name, text);
  if (auto one = suite::read_event(name, text, diagnostics)) {
    cases.push_back(std::move(*one));
  }
  return {};
}

bool is_events_file(const std::string& name)
{
  return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json");
}

// Below the project's folder.
std::vector<std::string> events_files(const ProjectFiles& files)
{
  std::vector<std::string> paths;
  for (const std::string& name : files.list("events")) {
    if (is_events_file(name)) {
      paths.push_back("events/" + name);
    }
  }
  return paths;
}

Result<> read_events_folder(const std::string& root, std::vector<suite::Case>& cases,
                            diag::Diagnostics& diagnostics, diag::Sources& sources)
{
  const ProjectFiles files(root);
  for (const std::string& path : events_files(files)) {
    ENVLIFT_TRY_ASSIGN(const std::string text, text_of(root + "/" + path));
    sources.add(path, text);
    append(cases, suite::read_events_file(path, text, files, diagnostics));
  }
  return {};
}

// Whether the cases are those of the project's folder.
bool reads_project(const CaseFiles& files)
{
  return files.events.empty() && files.suites.empty() && !files.folder.empty();
}

}   // namespace

bool has_events(const std::string& folder)
{
  return !events_files(ProjectFiles(folder)).empty();
}

std::map<std::string, std::string> paths_of(const CaseFiles& files)
{
  std::map<std::string, std::string> paths;
  for (const std::string& path : files.events) {
    paths.emplace(path, path);
  }
  for (const std::string& path : files.suites) {
    paths.emplace(located(path).name, path);
  }
  paths.erase("-");
  if (reads_project(files)) {
    for (const std::string& path : events_files(ProjectFiles(files.folder))) {
      paths.emplace(path, files.folder + "/" + path);
    }
  }
  return paths;
}

Result<std::vector<suite::Case>> read_cases(const CaseFiles& files, diag::Diagnostics& diagnostics,
                                            diag::Sources& sources)
{
  std::vector<suite::Case> cases;
  for (const std::string& path : files.events) {
    ENVLIFT_TRY(read_event_file(path, cases, diagnostics, sources));
  }
  for (const std::string& path : files.suites) {
    ENVLIFT_TRY(read_suite_file(path, cases, diagnostics, sources));
  }
  if (reads_project(files)) {
    ENVLIFT_TRY(read_events_folder(files.folder, cases, diagnostics, sources));
    if (cases.empty() && sys::is_file(files.folder + "/event.json")) {
      ENVLIFT_TRY(read_event_file(files.folder + "/event.json", cases, diagnostics, sources));
    }
  }
  if (files.timeout_s > 0) {
    suite::check_deadlines(cases, files.timeout_s, diagnostics);
  }
  if (cases.empty() && !diagnostics.has_errors()) {
    suite::Case one;
    one.name = "an empty event";
    cases.push_back(std::move(one));
  }
  return cases;
}

}   // namespace envlift::lift
