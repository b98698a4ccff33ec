// The rows of THE LIST of codes, by part of the program: one row a code, ascending. The title is what is wrong, the
// second text what that means, the third what to do.
#pragma once

#include "diag/codes.hpp"

#include <string_view>
#include <vector>

namespace envlift::diag {

// What an example is a text of.
inline constexpr std::string_view k_conda = "environment.yml";
inline constexpr std::string_view k_explicit = "spec-file.txt";
inline constexpr std::string_view k_list = "package-list.txt";
inline constexpr std::string_view k_conda_lock = "conda-lock.yml";
inline constexpr std::string_view k_pixi = "pixi.toml";
inline constexpr std::string_view k_pip = "requirements.txt";
inline constexpr std::string_view k_project = "pyproject.toml";
inline constexpr std::string_view k_setup_cfg = "setup.cfg";
inline constexpr std::string_view k_pipfile = "Pipfile";
inline constexpr std::string_view k_poetry_lock = "poetry.lock";
inline constexpr std::string_view k_pylock = "pylock.toml";
inline constexpr std::string_view k_settings = "envlift.yaml";
inline constexpr std::string_view k_suite = "events/orders.yaml";
inline constexpr std::string_view k_code = "app.py";
inline constexpr std::string_view k_dockerfile = "Dockerfile";
inline constexpr std::string_view k_aws = "~/.aws/config";
inline constexpr std::string_view k_shell = "shell";

std::vector<CodeInfo> rows_of_text();
std::vector<CodeInfo> rows_of_conda();
std::vector<CodeInfo> rows_of_pip();
std::vector<CodeInfo> rows_of_environment();
std::vector<CodeInfo> rows_of_project();
std::vector<CodeInfo> rows_of_engine();
std::vector<CodeInfo> rows_of_audit();
std::vector<CodeInfo> rows_of_lock();
std::vector<CodeInfo> rows_of_aws();
std::vector<CodeInfo> rows_of_registry();

}   // namespace envlift::diag
