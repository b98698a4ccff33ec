// pip's requirements format: a file, or the lines of a conda file's `pip:` section, which conda
// joins into a requirements file lying beside the environment file.
#pragma once

#include "input/input.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::input {

// A text and its place. Where the span has the text's length, findings point into it; elsewhere they point at the
// span. A text of several lines is read as that many.
struct RequirementLine {
  std::string text;
  diag::Span span;
};

// The row of a package that an error was reported for, and of which the name alone can be kept.
environment::PipPackage named_row(std::string_view name, const diag::Span& place);

// Reads lines as pip would read them from `file` (nested -r/-c are relative to its folder) into
// result.environment.pip, pip_options, constraints, dropped; findings into result.diagnostics.
void read_requirement_lines(const std::vector<RequirementLine>& lines, const std::string& file,
                            const FileSource& files, const environment::Target& target, ReadResult& result);
// The same for the text of the file.
void read_requirements_text(std::string_view text, const std::string& file, const FileSource& files,
                            const environment::Target& target, ReadResult& result);

}  // namespace envlift::input
