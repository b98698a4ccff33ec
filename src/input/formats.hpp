// The readers behind the list in readers.cpp.
#pragma once

#include "input/input.hpp"

#include <string>
#include <string_view>

namespace envlift::input {

// conda-lock's unified lock file (CEP 37).
bool detects_conda_lock(std::string_view file_name, std::string_view text);
void read_conda_lock(const std::string& path, std::string bytes, const FileSource& files,
                     environment::Target& target, ReadResult& result);

// conda's explicit lists (CEP 23).
bool detects_conda_explicit(std::string_view file_name, std::string_view text);
void read_conda_explicit(const std::string& path, std::string bytes, const FileSource& files,
                         environment::Target& target, ReadResult& result);

// pixi.lock.
bool detects_pixi_lock(std::string_view file_name, std::string_view text);
void read_pixi_lock(const std::string& path, std::string bytes, const FileSource& files,
                    environment::Target& target, ReadResult& result);

// pixi.toml, and `[tool.pixi]` of a pyproject.toml.
bool detects_pixi_manifest(std::string_view file_name, std::string_view text);
void read_pixi_manifest(const std::string& path, std::string bytes, const FileSource& files,
                        environment::Target& target, ReadResult& result);

// conda's lists of specs (`conda list --export`).
bool detects_conda_list(std::string_view file_name, std::string_view text);
void read_conda_list(const std::string& path, std::string bytes, const FileSource& files,
                     environment::Target& target, ReadResult& result);

// conda's environment.yml (CEP 24).
bool detects_conda_environment(std::string_view file_name, std::string_view text);
void read_conda_environment(const std::string& path, std::string bytes, const FileSource& files,
                            environment::Target& target, ReadResult& result);

// pip's requirements file.
bool detects_pip_requirements(std::string_view file_name, std::string_view text);
void read_pip_requirements(const std::string& path, std::string bytes, const FileSource& files,
                           environment::Target& target, ReadResult& result);

// Whether a line is too long to be one of an environment file; then EL0122 is added. Looked for in the
// bytes, before a reader copies them.
bool refuse_long_line(const std::string& path, std::string_view bytes, diag::Diagnostics& diagnostics);
// pyproject.toml (PEP 621, PEP 735, poetry, uv, pdm).
bool detects_pyproject(std::string_view file_name, std::string_view text);
void read_pyproject(const std::string& path, std::string bytes, const FileSource& files,
                    environment::Target& target, ReadResult& result);

// uv's lock.
bool detects_uv_lock(std::string_view file_name, std::string_view text);
void read_uv_lock(const std::string& path, std::string bytes, const FileSource& files,
                  environment::Target& target, ReadResult& result);

// poetry's lock.
bool detects_poetry_lock(std::string_view file_name, std::string_view text);
void read_poetry_lock(const std::string& path, std::string bytes, const FileSource& files,
                      environment::Target& target, ReadResult& result);

// pipenv's Pipfile.lock (JSON) and Pipfile (TOML).
bool detects_pipfile_lock(std::string_view file_name, std::string_view text);
void read_pipfile_lock(const std::string& path, std::string bytes, const FileSource& files,
                       environment::Target& target, ReadResult& result);
bool detects_pipfile(std::string_view file_name, std::string_view text);
void read_pipfile(const std::string& path, std::string bytes, const FileSource& files,
                  environment::Target& target, ReadResult& result);

// setuptools' declarative setup.cfg.
bool detects_setup_cfg(std::string_view file_name, std::string_view text);
void read_setup_cfg(const std::string& path, std::string bytes, const FileSource& files,
                    environment::Target& target, ReadResult& result);

// pylock.toml (PEP 751).
bool detects_pylock(std::string_view file_name, std::string_view text);
void read_pylock(const std::string& path, std::string bytes, const FileSource& files,
                 environment::Target& target, ReadResult& result);

}  // namespace envlift::input
