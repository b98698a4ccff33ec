#include "render/render.hpp"

#include "base/text.hpp"
#include "render/builtin.hpp"
#include "render/instruction.hpp"
#include "render/safe_text.hpp"
#include "render/template.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

namespace envlift::render {

namespace {

// Everything else in the context is copied by the Dockerfile. Patterns without `**` look at the context's root
// alone, so that no file of the function is hidden, compiled modules included.
constexpr const char* k_dockerignore = ".dockerignore\n.envlift-context\nDockerfile\n";

// The builder's parser gives up on a longer line (moby/buildkit: frontend/dockerfile/parser).
constexpr std::size_t k_longest_line = 65535;

Result<std::string> template_text(const TemplateText& templates, const std::string& name)
{
  auto text = templates(name);
  if (!text) {
    return fail({"EL0712",
                 fmt::format("there is no template {}", name),
                 "add it to the folder that --templates names",
                 ExitCode::input_error,
                 {}});
  }
  return std::move(*text);
}

Failure unsafe(const std::string& text)
{
  return fail({"EL0708",
               fmt::format("`{}` cannot stand in a Dockerfile", text::printable(text)),
               "use letters, digits, and . _ - / : @ only",
               ExitCode::input_error,
               {}});
}

Result<Fields> stage_fields(const plan::Stage& stage)
{
  if (const auto text = unsafe_text(stage)) {
    return unsafe(*text);
  }
  Fields fields;
  fields.values = {{"base", stage.base}, {"name", stage.name}};
  fields.sections = {{"named", !stage.name.empty()}};
  fields.lists["steps"] = {};
  for (const plan::Step& step : stage.steps) {
    Fields line;
    line.values = {{"comment", step.comment}, {"instruction", instruction_line(step.instruction)}};
    line.sections = {{"commented", !step.comment.empty()}};
    if (line.values["instruction"].size() > k_longest_line) {
      return unsafe(line.values["instruction"].substr(0, 60) + "…");
    }
    fields.lists["steps"].push_back(std::move(line));
  }
  return fields;
}

// Whether a file at the path lies below the context's root, whatever the path says on the way.
bool stays_inside(const std::string& path)
{
  const auto parts = text::split(path, '/');
  return std::ranges::none_of(
      parts, [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

Result<> check_path(const plan::ContextEntry& entry)
{
  const std::string& path = std::visit([](const auto& one) -> const std::string& { return one.path; }, entry);
  if (stays_inside(path)) {
    return {};
  }
  return fail({"EL0714",
               fmt::format("`{}` would leave the build context", text::printable(path)),
               "rename the file",
               ExitCode::input_error,
               {}});
}

Result<std::string> template_file(const plan::TemplateFile& file, const TemplateText& templates)
{
  ENVLIFT_TRY_ASSIGN(std::string text, template_text(templates, file.name));
  if (!file.name.ends_with(".mustache")) {
    return text;
  }
  return fill(file.name, text, file.values, file.sections);
}

}   // namespace

std::optional<std::string> builtin_template(const std::string& name)
{
  const auto& list = builtin_templates();
  const auto found = std::ranges::find(list, name, &BuiltinTemplate::name);
  return found == list.end() ? std::nullopt : std::optional<std::string>(found->text);
}

std::vector<std::string> builtin_template_names()
{
  std::vector<std::string> names;
  for (const BuiltinTemplate& one : builtin_templates()) {
    names.emplace_back(one.name);
  }
  return names;
}

Result<std::string> fill(const std::string& name, const std::string& text,
                         const std::map<std::string, std::string>& values,
                         const std::map<std::string, bool>& sections)
{
  return fill_template(name, text, {values, sections, {}});
}

Result<std::string> dockerfile(const plan::Plan& plan, const TemplateText& templates)
{
  constexpr const char* name = "Dockerfile.mustache";
  ENVLIFT_TRY_ASSIGN(const std::string text, template_text(templates, name));
  Fields fields;
  if (!plan.build_network.empty() && !is_safe_word(plan.build_network)) {
    return unsafe(plan.build_network);
  }
  fields.values = {{"platform", platform(plan)}, {"network", plan.build_network}};
  fields.sections = {{"with_secrets", !plan.secrets.empty()}, {"with_network", !plan.build_network.empty()}};
  fields.lists["secrets"] = {};
  for (const plan::SecretFile& secret : plan.secrets) {
    if (!is_safe_word(secret.id)) {
      return unsafe(secret.id);
    }
    fields.lists["secrets"].push_back({{{"id", secret.id}}, {}, {}});
  }
  fields.lists["stages"] = {};
  for (const plan::Stage& stage : plan.stages) {
    ENVLIFT_TRY_ASSIGN(Fields one, stage_fields(stage));
    fields.lists["stages"].push_back(std::move(one));
  }
  return fill_template(name, text, fields);
}

Result<Context> context(const plan::Plan& plan, const TemplateText& templates)
{
  Context context;
  ENVLIFT_TRY_ASSIGN(std::string dockerfile_text, dockerfile(plan, templates));
  context.files.push_back({"Dockerfile", std::move(dockerfile_text), false});
  context.files.push_back({".dockerignore", k_dockerignore, false});
  for (const plan::ContextEntry& entry : plan.context) {
    ENVLIFT_TRY(check_path(entry));
    if (const auto* file = std::get_if<plan::TextFile>(&entry)) {
      context.files.push_back({file->path, file->text, false});
    }
    else if (const auto* filled = std::get_if<plan::TemplateFile>(&entry)) {
      ENVLIFT_TRY_ASSIGN(std::string bytes, template_file(*filled, templates));
      context.files.push_back({filled->path, std::move(bytes), false});
    }
    else if (const auto* copied = std::get_if<plan::ProjectFile>(&entry)) {
      context.project_files.push_back(*copied);
    }
    else {
      context.project_folders.push_back(std::get<plan::ProjectFolder>(entry));
    }
  }
  std::ranges::sort(context.files, {}, &File::path);
  std::ranges::sort(context.project_files, {}, &plan::ProjectFile::path);
  std::ranges::sort(context.project_folders, {}, &plan::ProjectFolder::path);
  return context;
}

}   // namespace envlift::render
