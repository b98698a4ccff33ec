#include "audit/interpreter.hpp"

#include "audit/names.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace envlift::audit {

namespace {

constexpr std::string_view k_exec = "\nexec '";
constexpr std::string_view k_load = "\n  . '";
constexpr std::string_view k_folder_case = "case \"$envlift_folder\" in";
constexpr std::array<std::string_view, 4> k_usual_folders = {"usr/local/bin", "opt/env/bin", "opt/conda/bin",
                                                             "usr/bin"};

// The path between what stands before it and the next quote; "" where that is nowhere.
std::string quoted_path(std::string_view script, std::string_view before)
{
  const std::size_t begin = script.find(before);
  if (begin == std::string_view::npos) {
    return "";
  }
  const std::string_view rest = script.substr(begin + before.size());
  return path::normal(rest.substr(0, rest.find('\'')));
}

std::string launched_program(std::string_view script)
{
  return quoted_path(script, k_exec);
}

// The folders of `'' | '/var/lang/lib' | /lib64) ;;`.
std::vector<std::string> dropped_folders(std::string_view script)
{
  const std::size_t begin = script.find(k_folder_case);
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = script.substr(begin + k_folder_case.size());
  std::vector<std::string> folders;
  for (std::string_view word : text::split(rest.substr(0, rest.find(')')), '|')) {
    word = text::trim(word);
    if (word.size() >= 2 && word.front() == '\'' && word.back() == '\'') {
      word = word.substr(1, word.size() - 2);
    }
    folders.emplace_back(word);
  }
  return folders;
}

// The newest python3.X of a folder; "" for none.
std::string newest_in(const Tree& tree, std::string_view folder)
{
  std::string newest;
  for (const std::string& name : tree.list(folder)) {
    if (!minor_of(name).empty() &&
        (name.size() > newest.size() || (name.size() == newest.size() && name > newest))) {
      newest = name;
    }
  }
  return newest.empty() ? "" : path::joined(folder, newest);
}

std::string called_program(const Audited& image)
{
  if (std::string base = newest_in(image.tree, "var/lang/bin");
      !base.empty() && starts_with_base_script(image)) {
    return base;
  }
  const auto words = command_line(image.facts.image.config);
  if (!words.empty() && path::file_name(words.front()).starts_with("python")) {
    return path::normal(words.front());
  }
  for (const std::string_view folder : k_usual_folders) {
    if (std::string found = newest_in(image.tree, folder); !found.empty()) {
      return found;
    }
  }
  return newest_in(image.tree, "var/lang/bin");
}

std::string minor_of_library(const Tree& tree, std::string_view prefix)
{
  std::string minor;
  for (const std::string& name : tree.list(path::joined(prefix, "lib"))) {
    minor = minor_of(name).empty() ? minor : minor_of(name);
  }
  return minor;
}

}  // namespace

std::string Interpreter::library() const
{
  return path::joined(prefix, "lib/python" + minor);
}

std::string Interpreter::site() const
{
  return library() + "/site-packages";
}

std::string minor_of(std::string_view path)
{
  constexpr std::string_view k_begin = "python3.";
  const std::string_view name = path::file_name(path);
  const bool is_versioned =
      name.starts_with(k_begin) && name.size() > k_begin.size() &&
      std::ranges::all_of(name.substr(k_begin.size()), [](char c) { return text::is_digit(c); });
  return is_versioned ? std::string(name.substr(6)) : "";
}

std::string digits_of(std::string_view minor)
{
  return text::replace_all(std::string(minor), ".", "");
}

bool is_launcher(const File& file)
{
  return file.text.find("/opt/envlift/bootstrap.py") != std::string::npos &&
         !launched_program(file.text).empty();
}

std::vector<std::string> command_line(const image::Config& config)
{
  std::vector<std::string> words = config.entrypoint;
  words.insert(words.end(), config.cmd.begin(), config.cmd.end());
  return words;
}

bool starts_with_base_script(const Audited& image)
{
  const auto words = command_line(image.facts.image.config);
  return !words.empty() && path::file_name(words.front()) == "lambda-entrypoint.sh";
}

std::string variable(const image::Config& config, std::string_view name)
{
  std::string value;
  for (const auto& [key, text] : config.env) {
    value = key == name ? text : value;
  }
  return value;
}

std::vector<std::string> words_of_client(const image::Config& config)
{
  const std::vector<std::string> words = command_line(config);
  const auto client = std::ranges::find_if(
      words, [](const std::string& word) { return path::file_name(word) == "awslambdaric"; });
  return {client, words.end()};
}

std::string task_root_of(const image::Config& config)
{
  const std::string root = words_of_client(config).empty() ? variable(config, "LAMBDA_TASK_ROOT") : "";
  return path::normal(!root.empty() ? root : config.working_dir);
}

std::vector<std::string> python_path(const image::Config& config)
{
  std::vector<std::string> folders;
  const std::string configured = variable(config, "PYTHONPATH");
  for (const std::string_view folder : text::split(configured, ':')) {
    if (folder.starts_with('/')) {
      folders.push_back(path::normal(folder));
    }
  }
  return folders;
}

std::optional<Interpreter> find_interpreter(const Audited& image)
{
  Interpreter python;
  python.called = called_program(image);
  if (python.called.empty()) {
    return std::nullopt;
  }
  python.target = python.called;
  const TreeFile* file = image.tree.open(python.called);
  if (file != nullptr && is_launcher(*file->file)) {
    python.is_launched = true;
    python.target = launched_program(file->file->text);
    python.activation = quoted_path(file->file->text, k_load);
    python.dropped_folders = dropped_folders(file->file->text);
  }
  python.program = image.tree.resolve(python.target);
  // A virtual environment's interpreter is a link into its base; a link that stands for the base's is not.
  const std::string& real = python.is_launched || python.program.empty() ? python.target : python.program;
  python.prefix = std::string(path::folder_of(path::folder_of(real)));
  for (const std::string& name : {real, python.program, python.called}) {
    python.minor = python.minor.empty() ? minor_of(name) : python.minor;
  }
  if (python.minor.empty()) {
    python.minor = minor_of_library(image.tree, python.prefix);
  }
  return python;
}

}  // namespace envlift::audit
