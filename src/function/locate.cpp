// The handler: from the setting, or by the usual names; then checked against the module's source.
#include "base/text.hpp"
#include "function/code_files.hpp"
#include "function/function.hpp"
#include "function/handler_name.hpp"
#include "function/modules.hpp"
#include "function/syntax.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::function {

namespace {

constexpr std::array<std::string_view, 4> k_usual_modules = {"lambda_function", "handler", "app", "main"};
constexpr std::array<std::string_view, 2> k_usual_names = {"lambda_handler", "handler"};
constexpr std::size_t k_most_listed = 10;
constexpr std::size_t k_arguments = 2;   // Lambda's client calls NAME(event, context)

std::string listed(std::vector<std::string> words)
{
  const bool cut = words.size() > k_most_listed;
  words.resize(std::min(words.size(), k_most_listed));
  return text::join(words, ", ") + (cut ? ", …" : "");
}

// One form for names of modules and of distributions (PEP 503): "datadog_lambda" is "datadog-lambda".
std::string distribution_form(std::string_view name)
{
  return text::replace_all(text::replace_all(text::to_lower(name), "_", "-"), ".", "-");
}

// What of the environment may bring the module: a package of its name, or a local project, whose
// modules are not looked into. "" when nothing may.
std::string package_with(std::string_view module, const environment::Environment& environment)
{
  const std::string wanted = distribution_form(text::split(module, '/').front());
  const auto is_wanted = [&](const auto& package) { return distribution_form(package.name) == wanted; };
  if (std::ranges::any_of(environment.pip, is_wanted) || std::ranges::any_of(environment.conda, is_wanted)) {
    return "the package " + wanted;
  }
  const auto local =
      std::ranges::find_if(environment.pip, [](const auto& package) { return !package.path.empty(); });
  return local == environment.pip.end() ? "" : "the local project " + local->path;
}

class Locator {
public:
  Locator(const std::vector<CodeFile>& files, const ReadCode& read, diag::Diagnostics& diagnostics,
          diag::Sources& sources, const environment::Environment& environment, const diag::Span& place)
      : modules_(files, read),
        read_(read),
        diagnostics_(diagnostics),
        sources_(sources),
        environment_(environment),
        place_(place)
  {}

  // The handler to use; what is wrong with it is a finding.
  std::string named(const std::string& wanted)
  {
    const auto handler = parse_handler(wanted, place_, diagnostics_);
    if (!handler) {
      return wanted;
    }
    if (const auto module = modules_.find(handler->module)) {
      check_in(*module, *handler);
    }
    else {
      report_missing_module(*handler);
    }
    return wanted;
  }

  // The first of the usual handlers that the code's root has; "" and a finding when it has none.
  std::string usual()
  {
    const std::vector<HandlerName> found = find_usual();
    if (found.empty()) {
      report_no_handler();
      return "";
    }
    const std::string first = spelled(found.front());
    if (found.size() > 1) {
      diagnostics_.add("EL0511",
                       fmt::format("the handler is `{}`; there is `{}` too", first, spelled(found[1])),
                       fmt::format("set `handler: {}` to make the choice yours", first));
    }
    check_in(*modules_.find(found.front().module), found.front());
    return first;
  }

private:
  static std::string spelled(const HandlerName& handler)
  {
    return dotted(handler.module) + "." + handler.name;
  }

  std::vector<HandlerName> find_usual() const
  {
    std::vector<HandlerName> found;
    for (const std::string_view module : k_usual_modules) {
      const auto file = modules_.find(module);
      const auto names = file && !file->compiled ? modules_.names(*file->file) : std::nullopt;
      const auto name = std::ranges::find_if(
          k_usual_names, [&](std::string_view usual) { return names && names->find(usual) != nullptr; });
      if (name != k_usual_names.end()) {
        found.push_back({std::string(module), std::string(*name)});
      }
    }
    return found;
  }

  void check_in(const ModuleFile& module, const HandlerName& handler)
  {
    const std::string& shown = module.file->source;
    const auto source = module.compiled ? std::nullopt : read_(module.file->path);
    if (!source) {
      diagnostics_.add(
          "EL0506",
          fmt::format("{} has no source that can be read: `{}` was not looked for", shown, handler.name),
          "invoke the image once before you rely on it", {.file = shown});
      return;
    }
    sources_.add(shown, *source);
    if (const auto error = find_syntax_error(*source)) {
      diagnostics_.add("EL0514", fmt::format("{} has a syntax error: {}", shown, error->what),
                       "correct the line", {shown, error->line, 0, 0});
      return;
    }
    const ModuleNames names = top_level_names(*source);
    if (const Binding* binding = names.find(handler.name)) {
      check_binding(*binding, shown);
    }
    else if (names.may_bind_more) {
      diagnostics_.add("EL0505",
                       fmt::format("`{}` is not seen in {}, which binds names that only running it shows",
                                   handler.name, shown),
                       fmt::format("import `{}` there by its name", handler.name), {.file = shown});
    }
    else {
      report_missing_name(handler, names, shown);
    }
  }

  void check_binding(const Binding& binding, const std::string& shown)
  {
    if (binding.kind == Binding::Kind::other) {
      return;   // a class, a call's result, an import: only running it would tell
    }
    const diag::Span span{shown, binding.line, 0, 0};
    if (binding.kind == Binding::Kind::coroutine) {
      diagnostics_.add(
          "EL0509",
          fmt::format("the handler `{}` is a coroutine function, which Lambda does not await", binding.name),
          fmt::format("name a plain function that calls `asyncio.run({}(event, context))`", binding.name),
          span);
    }
    if (binding.least_arguments > k_arguments || binding.most_arguments.value_or(k_arguments) < k_arguments) {
      diagnostics_.add("EL0508",
                       fmt::format("the handler `{}` cannot be called with two arguments", binding.name),
                       fmt::format("write `def {}(event, context):`", binding.name), span);
    }
  }

  void report_missing_name(const HandlerName& handler, const ModuleNames& names, const std::string& shown)
  {
    std::vector<std::string> bound;
    for (const Binding& binding : names.bindings) {
      if (std::ranges::find(bound, binding.name) == bound.end()) {
        bound.push_back(binding.name);
      }
    }
    const std::string module = dotted(handler.module);
    std::string hint = fmt::format("define `{}` in {}, or name another function", handler.name, shown);
    if (const auto near = text::nearest(handler.name, bound)) {
      hint = fmt::format("did you mean `{}.{}`?", module, *near);
    }
    else if (const auto usual = std::ranges::find_if(
                 k_usual_names, [&](std::string_view name) { return names.find(name) != nullptr; });
             usual != k_usual_names.end()) {
      hint = fmt::format("did you mean `{}.{}`?", module, *usual);
    }
    auto& finding = diagnostics_.add("EL0503", fmt::format("{} does not bind `{}`", shown, handler.name),
                                     hint, place_.file.empty() ? diag::Span{.file = shown} : place_);
    finding.notes.push_back(bound.empty() ? shown + " binds no names" : shown + " binds: " + listed(bound));
  }

  void report_missing_module(const HandlerName& handler)
  {
    const std::string package = package_with(handler.module, environment_);
    if (!package.empty() && !modules_.has_top_level(handler.module)) {
      diagnostics_.add("EL0507",
                       fmt::format("the handler's module `{}` is not in the code; {} may bring it",
                                   dotted(handler.module), package),
                       "invoke the image once before you rely on it", place_);
      return;
    }
    auto& finding = diagnostics_.add(
        "EL0502", fmt::format("the handler's module `{}` is not in the code", dotted(handler.module)),
        cure_for_module(handler), place_);
    if (const auto sources = modules_.sources(); !sources.empty()) {
      std::vector<std::string> names(sources.size());
      std::ranges::transform(sources, names.begin(), dotted);
      finding.notes.push_back("modules of the code: " + listed(names));
    }
  }

  std::string cure_for_module(const HandlerName& handler) const
  {
    const std::vector<std::string> sources = modules_.sources();
    const std::string below = "/" + handler.module;
    for (const std::string& module : sources) {
      if (module.ends_with(below)) {
        return fmt::format("write `{}.{}`, or set `code` to the folder {}", dotted(module), handler.name,
                           module.substr(0, module.size() - below.size()));
      }
    }
    if (const auto bind = modules_.that_bind(handler.name); !bind.empty()) {
      return fmt::format("did you mean `{}.{}`?", dotted(bind.front()), handler.name);
    }
    if (const auto near = text::nearest(handler.module, sources)) {
      return fmt::format("did you mean the module `{}`?", dotted(*near));
    }
    return fmt::format("put {}.py into the code, or name another handler", handler.module);
  }

  void report_no_handler()
  {
    std::string hint = "name the function with --handler MODULE.NAME, or `handler:` in envlift.yaml";
    for (const std::string_view name : k_usual_names) {
      if (const auto bind = modules_.that_bind(std::string(name)); !bind.empty()) {
        hint = fmt::format("set `handler: {}.{}`", dotted(bind.front()), name);
        break;
      }
    }
    const std::vector<std::string> modules(k_usual_modules.begin(), k_usual_modules.end());
    const std::vector<std::string> names(k_usual_names.begin(), k_usual_names.end());
    auto& finding = diagnostics_.add("EL0504", "no handler was found", hint);
    finding.notes.push_back(
        fmt::format("looked in {} (.py) for {}", text::join(modules, ", "), text::join(names, ", ")));
  }

  Modules modules_;
  const ReadCode& read_;
  diag::Diagnostics& diagnostics_;
  diag::Sources& sources_;
  const environment::Environment& environment_;
  const diag::Span& place_;
};

}  // namespace

std::vector<std::string> usual_files()
{
  std::vector<std::string> files;
  for (const std::string_view module : k_usual_modules) {
    files.push_back(fmt::format("{}.py", module));
  }
  return files;
}

Function locate(const std::string& wanted, const std::vector<CodeFile>& files, const ReadCode& read,
                diag::Diagnostics& diagnostics, diag::Sources& sources,
                const environment::Environment& environment, const diag::Span& place)
{
  Function function{wanted, files};
  std::ranges::sort(function.files, {}, &CodeFile::path);
  check_file_names(function.files, diagnostics);
  Locator locator(function.files, read, diagnostics, sources, environment, place);
  function.handler = wanted.empty() ? locator.usual() : locator.named(wanted);
  return function;
}

}  // namespace envlift::function
