#include "lift/folder_hint.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr int k_levels = 2;

// The folder above, as a user would write it.
std::string above(const std::string& folder)
{
  if (folder == ".") {
    return "..";
  }
  return path::file_name(folder) == ".." ? folder + "/.." : path::parent(folder);
}

// Files that a handler of this name, "" for the usual ones, would stand in.
std::vector<std::string> files_of(const std::string& handler)
{
  if (handler.empty()) {
    return function::usual_files();
  }
  return {text::replace_all(handler.substr(0, handler.find_last_of('.')), ".", "/") + ".py"};
}

// The command line that takes the folder with the code as project; "" when no folder above has it.
std::string command_line(const Request& request, const std::string& handler)
{
  std::string folder = path::parent(request.path);
  std::string file(path::file_name(request.path));
  for (int level = 0; level < k_levels; ++level) {
    const std::string name(path::file_name(sys::absolute(folder)));
    if (name.empty()) {
      break;   // the root
    }
    file = name + "/" + file;
    folder = above(folder);
    const auto files = files_of(handler);
    if (std::ranges::any_of(files,
                            [&](const std::string& one) { return sys::is_file(folder + "/" + one); })) {
      std::vector<std::string> words = {"envlift", request.command, folder, "--environment", file};
      if (!handler.empty()) {
        words.insert(words.end(), {"--handler", handler});
      }
      return text::shell_line(words);
    }
  }
  return "";
}

}  // namespace

diag::Diagnostics with_folder_hint(const diag::Diagnostics& findings, const Request& request)
{
  if (!sys::is_file(request.path)) {
    return findings;
  }
  const auto flag = request.flags.find("--handler");
  const std::string handler = flag == request.flags.end() || flag->second.empty() ? "" : flag->second.back();
  diag::Diagnostics hinted;
  for (const diag::Diagnostic& finding : findings.all()) {
    const bool is_missing = finding.code == "EL0504" || (finding.code == "EL0502" && !handler.empty());
    const std::string line = is_missing ? command_line(request, handler) : "";
    diag::Diagnostic& copy = hinted.add(
        finding.code, finding.message,
        line.empty() ? finding.hint : fmt::format("take the folder with the code as project: `{}`", line),
        finding.span);
    copy.notes = finding.notes;
  }
  return hinted;
}

}  // namespace envlift::lift
