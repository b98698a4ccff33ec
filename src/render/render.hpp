// Plan -> the text of the build context. Quoting is code here, the look is in templates/.
#pragma once

#include "base/result.hpp"
#include "plan/plan.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace envlift::render {

// One file of the context whose bytes are known now.
struct File {
  std::string path;
  std::string bytes;
  bool executable = false;
};

// What `docker build` needs: texts to write, files and folders to copy from the project.
struct Context {
  std::vector<File> files;                          // sorted by path; includes Dockerfile, .dockerignore
  std::vector<plan::ProjectFile> project_files;     // sorted by path, as the folders are
  std::vector<plan::ProjectFolder> project_folders;
};

// The text of a template by name; nothing when there is none of that name.
using TemplateText = std::function<std::optional<std::string>(const std::string& name)>;

// The templates compiled into the binary.
std::optional<std::string> builtin_template(const std::string& name);
std::vector<std::string> builtin_template_names();

// Fills a mustache template strictly: a key of the template that is not in `values`/`sections`, or
// one given that the template does not use, is an error with the template's name and the key.
Result<std::string> fill(const std::string& name, const std::string& text,
                         const std::map<std::string, std::string>& values,
                         const std::map<std::string, bool>& sections);

// The Dockerfile alone. EL0708: a text of the plan could end its instruction; EL0711, EL0712: a template.
Result<std::string> dockerfile(const plan::Plan& plan, const TemplateText& templates);

// The whole context.
Result<Context> context(const plan::Plan& plan, const TemplateText& templates);

// The platform of the plan's architecture, as docker names it: "linux/amd64".
std::string platform(const plan::Plan& plan);
// The one line that builds a rendered context with a plain docker client.
std::string build_command_line(const plan::Plan& plan, const std::string& folder);
// The arguments after `docker build` that the plan needs (platform, network, secrets, a tag that it has), without the
// folder.
std::vector<std::string> build_arguments(const plan::Plan& plan);

}   // namespace envlift::render
