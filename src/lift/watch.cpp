#include "lift/watch.hpp"

#include "function/function.hpp"
#include "lift/project_files.hpp"
#include "sys/file_tree.hpp"
#include "sys/files.hpp"

#include <algorithm>

namespace envlift::lift {

namespace {

constexpr const char* k_settings_file = "envlift.yaml";   // no code, and still looked at

bool is_passed_over(const std::string& path)
{
  return path != k_settings_file && function::is_excluded(path);
}

// The names of what came, went or changed.
std::vector<std::string> differences(const sys::Stamps& before, const sys::Stamps& after)
{
  std::vector<std::string> names;
  for (const auto& [name, stamp] : after) {
    const auto found = before.find(name);
    if (found == before.end() || found->second != stamp) {
      names.push_back(name);
    }
  }
  for (const auto& [name, stamp] : before) {
    if (!after.contains(name)) {
      names.push_back(name);
    }
  }
  std::ranges::sort(names);
  return names;
}

}   // namespace

Look look_at(const std::string& root, const CaseFiles& files)
{
  Look look;
  std::set<std::string> of_cases;
  for (const auto& [name, path] : paths_of(files)) {
    of_cases.insert(sys::real_path(path));
    if (const auto stamp = sys::stamp_of(path)) {
      look.cases.emplace(name, *stamp);
    }
  }
  for (const sys::Listed& file : sys::list_tree(root, {root, &is_passed_over, k_context_mark}).files) {
    const std::string path = root + "/" + file.path;
    if (const auto stamp = sys::stamp_of(path); stamp && !of_cases.contains(sys::real_path(path))) {
      look.project.emplace(file.path, *stamp);
    }
  }
  return look;
}

Change change_between(const Look& before, const Look& after, const std::set<std::string>& code)
{
  Change change;
  for (std::string& name : differences(before.cases, after.cases)) {
    change.files.push_back(name);
    change.case_files.insert(std::move(name));
  }
  for (std::string& name : differences(before.project, after.project)) {
    (code.contains(name) ? change.is_code : change.is_build) = true;
    change.files.push_back(std::move(name));
  }
  return change;
}

std::set<std::string> code_sources(const Planned& planned)
{
  std::set<std::string> sources;
  for (const function::CodeFile& file : planned.function.files) {
    sources.insert(file.source);
  }
  return sources;
}

Result<> copy_code(const Planned& planned, const std::string& folder)
{
  ENVLIFT_TRY(sys::make_folders(folder));
  for (const function::CodeFile& file : planned.function.files) {
    ENVLIFT_TRY(sys::copy_file(planned.inspected.root + "/" + file.source, folder + "/" + file.path,
                               file.executable));
  }
  sys::open_folders(folder);
  return {};
}

}   // namespace envlift::lift
