#include "function/handler_name.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace envlift::function {

namespace {

// Modules compiled into every CPython (Modules/config.c.in and getbuildinfo); the client refuses a
// handler module of such a name with BuiltInModuleConflict.
constexpr std::array<std::string_view, 28> k_builtin_modules = {
  "_abc",         "_ast",         "_codecs",   "_collections", "_functools", "_imp",     "_io",
  "_locale",      "_operator",    "_signal",   "_sre",         "_stat",      "_string",  "_symtable",
  "_thread",      "_tracemalloc", "_warnings", "_weakref",     "atexit",     "builtins", "errno",
  "faulthandler", "gc",           "itertools", "marshal",      "posix",      "sys",      "time"};

bool is_module_character(char c)
{
  return text::is_alnum(c) || c == '_' || c == '-';
}

bool is_identifier(std::string_view word)
{
  return !word.empty() && !text::is_digit(word.front()) &&
         std::ranges::all_of(word, [](char c) { return text::is_alnum(c) || c == '_'; });
}

bool is_module(std::string_view module)
{
  const auto is_part = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, is_module_character);
  };
  return std::ranges::all_of(text::split(module, '/'), is_part);
}

// Spellings that other servers use, and what they mean here.
std::string cure(std::string_view handler)
{
  std::string better(handler);
  if (better.ends_with("()")) {
    better.erase(better.size() - 2);
  }
  better = text::replace_all(text::replace_all(better, ".py:", "."), ".py.", ".");
  std::ranges::replace(better, ':', '.');
  if (better.starts_with("./")) {
    better.erase(0, 2);
  }
  const std::size_t dot = better.rfind('.');
  const bool good = dot != std::string::npos && is_identifier(better.substr(dot + 1)) &&
                    is_module(text::replace_all(better.substr(0, dot), ".", "/"));
  return good && better != handler ? fmt::format("write `{}`", better)
                                   : "write it as `module.name`, for example `app.lambda_handler`";
}

}  // namespace

std::string dotted(std::string_view module)
{
  return text::replace_all(std::string(module), "/", ".");
}

std::optional<HandlerName> parse_handler(std::string_view text, const diag::Span& place,
                                         diag::Diagnostics& diagnostics)
{
  const std::size_t dot = text.rfind('.');
  HandlerName handler;
  if (dot != std::string_view::npos) {
    handler = {text::replace_all(std::string(text.substr(0, dot)), ".", "/"),
               std::string(text.substr(dot + 1))};
  }
  // "app.py:handler" splits into the module "app" and no identifier.
  if (!is_module(handler.module) || !is_identifier(handler.name)) {
    diagnostics.add("EL0501",
                    fmt::format("`{}` is not a handler: MODULE.NAME", text::redact(text::printable(text))),
                    cure(text), place);
    return std::nullopt;
  }
  const std::string_view top = text::split(handler.module, '/').front();
  if (std::ranges::find(k_builtin_modules, top) != k_builtin_modules.end()) {
    diagnostics.add("EL0512",
                    fmt::format("the handler's module `{}` has the name of a module built into Python", top),
                    "rename the file: Lambda's runtime client refuses such a handler", place);
    return std::nullopt;
  }
  return handler;
}

}  // namespace envlift::function
