// The files of templates/events that the build compiled into the binary; defined in a generated file.
#pragma once

#include <string_view>
#include <vector>

namespace envlift::suite {

struct BuiltinEvent {
  std::string_view name;   // of the file: "sqs.json"
  std::string_view text;
};

const std::vector<BuiltinEvent>& builtin_events();

}   // namespace envlift::suite
