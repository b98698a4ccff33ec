// Mustache, strictly: what a template asks for and what it is given must be the same.
#pragma once

#include "base/result.hpp"

#include <map>
#include <string>
#include <vector>

namespace envlift::render {

// What a template is filled with. Lists hold one Fields per repetition, each with all keys of the list.
struct Fields {
  std::map<std::string, std::string> values;
  std::map<std::string, bool> sections;
  std::map<std::string, std::vector<Fields>> lists;
};

// The filled text; nothing is escaped, because quoting is the caller's (a Dockerfile is no HTML). EL0711
// names the template and a key that is missing or given in vain.
Result<std::string> fill_template(const std::string& name, const std::string& text, const Fields& fields);

}  // namespace envlift::render
