// The handler's text taken apart as Lambda's runtime client takes it apart.
#pragma once

#include "diag/diag.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace envlift::function {

struct HandlerName {
  std::string module;   // '/'-separated: "pkg/mod"
  std::string name;     // what the module binds
};

// "mod.name", "pkg.mod.name" or "pkg/mod.name"; nothing, and a finding (EL0501, EL0512), otherwise.
// The client splits at the last '.', then reads '/' of the module as '.' (awslambdaric: bootstrap.py,
// _get_handler). Only letters, digits, '_', '-', '.' and '/' are taken: the text goes into CMD.
std::optional<HandlerName> parse_handler(std::string_view text, const diag::Span& place,
                                         diag::Diagnostics& diagnostics);

// "pkg/mod" -> "pkg.mod".
std::string dotted(std::string_view module);

}  // namespace envlift::function
