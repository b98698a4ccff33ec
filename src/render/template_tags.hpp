// The tags of a mustache template, nested as its sections are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::render {

struct Tag {
  enum class Kind { value, section };
  Kind kind = Kind::value;
  std::string key;
  std::size_t line = 0;        // 1-based
  std::vector<Tag> inside;     // of a section
};

struct TagsOrProblem {
  std::vector<Tag> tags;
  std::string problem;         // not empty: the template cannot be read
};

// Reads `{{key}}`, `{{{key}}}`, `{{&key}}`, `{{#key}}…{{/key}}`, `{{^key}}…{{/key}}` and skips comments.
// Partials and changed delimiters are problems: a template is one file that a reader can follow.
TagsOrProblem read_tags(std::string_view text);

}  // namespace envlift::render
