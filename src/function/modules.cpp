#include "function/modules.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace envlift::function {

namespace {

constexpr std::string_view k_package_file = "/__init__.py";
constexpr std::size_t k_most_searched_files = 300;   // for a hint only

// "mod.so", "mod.abi3.so", "mod.cpython-311-x86_64-linux-gnu.so"
bool is_extension_of(std::string_view path, std::string_view module)
{
  return path.starts_with(module) && path.size() > module.size() && path[module.size()] == '.' &&
         path.ends_with(".so") && path.find('/', module.size()) == std::string_view::npos;
}

std::string module_of(std::string_view path)
{
  if (path.ends_with(k_package_file)) {
    return std::string(path.substr(0, path.size() - k_package_file.size()));
  }
  return std::string(path.substr(0, path.size() - std::string_view(".py").size()));
}

}  // namespace

std::optional<ModuleFile> Modules::find(std::string_view module) const
{
  const std::string name(module);
  const auto with_path = [&](const std::string& path) -> const CodeFile* {
    const auto file = std::ranges::find(files_, path, &CodeFile::path);
    return file == files_.end() ? nullptr : &*file;
  };
  if (const CodeFile* package = with_path(name + std::string(k_package_file))) {
    return ModuleFile{package, false};
  }
  const auto extension =
      std::ranges::find_if(files_, [&](const CodeFile& file) { return is_extension_of(file.path, module); });
  if (extension != files_.end()) {
    return ModuleFile{&*extension, true};
  }
  if (const CodeFile* source = with_path(name + ".py")) {
    return ModuleFile{source, false};
  }
  if (const CodeFile* bytecode = with_path(name + ".pyc")) {
    return ModuleFile{bytecode, true};
  }
  return std::nullopt;
}

bool Modules::has_top_level(std::string_view module) const
{
  const std::string_view top = text::split(module, '/').front();
  return std::ranges::any_of(files_, [&](const CodeFile& file) {
    const std::string_view path = file.path;
    return path.starts_with(top) && path.size() > top.size() &&
           (path[top.size()] == '/' || path[top.size()] == '.');
  });
}

std::vector<std::string> Modules::sources() const
{
  std::vector<std::string> modules;
  for (const CodeFile& file : files_) {
    if (file.path.ends_with(".py") && file.path != k_package_file.substr(1)) {
      modules.push_back(module_of(file.path));
    }
  }
  return modules;
}

std::optional<ModuleNames> Modules::names(const CodeFile& file) const
{
  const auto source = read_(file.path);
  return source ? std::optional(top_level_names(*source)) : std::nullopt;
}

std::vector<std::string> Modules::that_bind(const std::string& name) const
{
  std::vector<std::string> modules = sources();
  modules.resize(std::min(modules.size(), k_most_searched_files));
  std::erase_if(modules, [&](const std::string& module) {
    const auto file = find(module);
    const auto bound = file && !file->compiled ? names(*file->file) : std::nullopt;
    return !bound || bound->find(name) == nullptr;
  });
  return modules;
}

}  // namespace envlift::function
