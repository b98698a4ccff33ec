#include "report/plan.hpp"

#include "base/text.hpp"

#include <variant>

#include <fmt/format.h>

namespace envlift::report {

namespace {

std::string row(std::string_view label, std::string_view value)
{
  return fmt::format("{:<14} {}\n", label, text::shown(value));
}

std::size_t count_code_files(const plan::Plan& plan)
{
  std::size_t count = 0;
  for (const plan::ContextEntry& entry : plan.context) {
    const auto* file = std::get_if<plan::ProjectFile>(&entry);
    count += file != nullptr && file->path.starts_with("code/") ? 1U : 0U;
  }
  return count;
}

}  // namespace

std::string plan_summary(const plan::Plan& plan)
{
  std::string out = row("image", plan.tag);
  out += row("base", plan.base.reference);
  out += row("python", plan.base.python_minor);
  out += row("architecture", plan.arch);
  out += row("strategy", plan::to_string(plan.strategy));
  out += row("handler", plan.handler);
  out += row("code", text::counted(count_code_files(plan), "file") + " in /var/task");
  return out;
}

std::string plan_explanation(const plan::Plan& plan)
{
  std::string out = plan_summary(plan) + "\n";
  for (const plan::Note& note : plan.notes) {
    out += row(note.topic, note.text);
  }
  return out;
}

}  // namespace envlift::report
