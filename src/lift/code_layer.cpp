#include "lift/code_layer.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "lift/project_files.hpp"
#include "sys/files.hpp"

#include <optional>
#include <set>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

std::string_view why_lost(sys::LostLink::Why why)
{
  switch (why) {
    case sys::LostLink::Why::dangles: return "where nothing is";
    case sys::LostLink::Why::leaves_root: return "which lies outside of the project";
    case sys::LostLink::Why::leads_back: return "which is a folder around it";
  }
  return "";
}

void report_lost_links(const std::vector<sys::LostLink>& links, const std::string& folder,
                       diag::Diagnostics& diagnostics)
{
  for (const sys::LostLink& link : links) {
    const std::string shown = text::printable(folder.empty() ? link.path : folder + "/" + link.path);
    diagnostics.add("EL0513",
                    fmt::format("the link {} leads to {}, {}: it is left out", shown,
                                text::printable(link.target), why_lost(link.why)),
                    link.why == sys::LostLink::Why::leads_back
                        ? "remove the link, or point it at the files that the code needs"
                        : "copy what it should lead to into the project, or remove the link",
                    {.file = shown});
  }
}

void report_outside(const std::string& path, diag::Span place, diag::Diagnostics& diagnostics)
{
  const std::string shown = text::printable(path);
  if (place.file.empty()) {
    place.file = shown;
  }
  diagnostics.add("EL0109", fmt::format("{} is a link that leads out of the project", shown),
                  "copy what it leads to into the project's folder", place);
}

// `./app/` as `app`; "" is the project.
std::string plain(const std::string& path)
{
  std::vector<std::string> parts;
  for (const std::string_view part : text::split(path, '/')) {
    if (!part.empty() && part != ".") {
      parts.emplace_back(part);
    }
  }
  return text::join(parts, "/");
}

}  // namespace

std::optional<std::vector<function::CodeFile>> code_files(const std::string& root, const settings::Settings& settings,
                                                          const environment::Environment& environment,
                                                          diag::Diagnostics& diagnostics)
{
  const std::string folder = plain(settings.code);
  const std::string code_root = folder.empty() ? root : root + "/" + folder;
  if (!sys::stays_below(code_root, root)) {
    report_outside(folder, settings.place_of("code"), diagnostics);
    return std::nullopt;
  }
  if (!sys::exists(code_root)) {
    diagnostics.add("EL0101", fmt::format("there is no `{}` in the project", text::printable(folder)),
                    "correct the setting `code`; its path starts at the project's folder", settings.place_of("code"));
    return std::nullopt;
  }
  if (sys::is_file(code_root)) {
    return std::vector<function::CodeFile>{{std::string(path::file_name(folder)), false, folder}};
  }
  sys::FileTree tree = sys::list_tree(code_root, {root, &function::is_excluded, k_context_mark});
  report_lost_links(tree.links, folder, diagnostics);
  std::vector<function::CodeFile> files;
  for (sys::Listed& file : tree.files) {
    std::string source = folder.empty() ? file.path : folder + "/" + file.path;
    files.push_back({std::move(file.path), file.executable, std::move(source)});
  }
  return function::without_environment(std::move(files), environment, folder, settings.handler);
}

sys::FileTree local_project_files(const std::string& root, const std::string& source)
{
  return sys::list_tree(root + "/" + source, {root, &function::is_excluded, k_context_mark});
}

void check_local_packages(const std::string& root, const environment::Environment& environment,
                          diag::Diagnostics& diagnostics)
{
  std::set<std::string> seen;
  for (const environment::PipPackage& package : environment.pip) {
    if (package.path.empty() || !seen.insert(package.path).second) {
      continue;
    }
    const std::string whole = root + "/" + package.path;
    if (!sys::stays_below(whole, root)) {
      report_outside(package.path, package.span, diagnostics);
    }
    // The project's own links were reported with its code.
    else if (package.path != "." && sys::is_folder(whole)) {
      report_lost_links(local_project_files(root, package.path).links, package.path, diagnostics);
    }
  }
}

}  // namespace envlift::lift
