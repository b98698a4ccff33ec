// The readers behind the list in readers.cpp.
#pragma once

#include "input/input.hpp"

#include <string>
#include <string_view>

namespace envlift::input {

// conda's environment.yml (CEP 24).
bool detects_conda_environment(std::string_view file_name, std::string_view text);
void read_conda_environment(const std::string& path, const std::string& bytes, const FileSource& files,
                            const environment::Target& target, ReadResult& result);

// pip's requirements file.
bool detects_pip_requirements(std::string_view file_name, std::string_view text);
void read_pip_requirements(const std::string& path, const std::string& bytes, const FileSource& files,
                           const environment::Target& target, ReadResult& result);

// Whether a line is too long to be one of an environment file; then EL0122 is added. Looked for in the
// bytes, before a reader copies them.
bool refuse_long_line(const std::string& path, std::string_view bytes, diag::Diagnostics& diagnostics);

}  // namespace envlift::input
