// The templates that the build compiled into the binary; defined in a generated file.
#pragma once

#include <string_view>
#include <vector>

namespace envlift::render {

struct BuiltinTemplate {
  std::string_view name;
  std::string_view text;
};

const std::vector<BuiltinTemplate>& builtin_templates();

}  // namespace envlift::render
