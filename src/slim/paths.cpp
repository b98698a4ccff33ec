#include "slim/paths.hpp"

#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace envlift::slim {

namespace {

constexpr std::string_view k_cache = "/__pycache__/";

// Below Python's library. "site-packages/" are packages that hold data for others.
constexpr std::array<std::string_view, 10> k_safe_folders = {"encodings/",
                                                             "importlib/",
                                                             "zoneinfo/",
                                                             "collections/",
                                                             "re/",
                                                             "json/",
                                                             "logging/",
                                                             "site-packages/certifi/",
                                                             "site-packages/tzdata/",
                                                             "site-packages/awslambdaric/"};
constexpr std::array<std::string_view, 12> k_safe_modules = {
  "os",        "site",     "sitecustomize", "traceback",  "linecache",      "tokenize",
  "_strptime", "calendar", "locale",        "stringprep", "_sysconfigdata", "codecs"};
constexpr std::array<std::string_view, 4> k_safe_extensions = {"unicodedata.", "_codecs_", "_multibytecodec.",
                                                               "_zoneinfo."};
constexpr std::array<std::string_view, 11> k_for_compilers = {".h",   ".hpp", ".hxx", ".hh",  ".c",  ".cc",
                                                              ".cpp", ".pyx", ".pxd", ".pxi", ".pyi"};

// What stands below Python's library; "" for a path that does not lie there.
std::string_view in_library(std::string_view path, const Place& place)
{
  return path.starts_with(place.library) && path.substr(place.library.size()).starts_with('/')
             ? path.substr(place.library.size() + 1)
             : std::string_view{};
}

template <typename Names>
bool begins_with_any(std::string_view text, const Names& names)
{
  return std::ranges::any_of(names, [&](std::string_view name) { return text.starts_with(name); });
}

}   // namespace

std::string source_of(std::string_view path)
{
  const std::size_t cache = path.rfind(k_cache);
  if (cache == std::string_view::npos || !path.ends_with(".pyc")) {
    return std::string(path);
  }
  std::string_view name = path::file_name(path);
  name.remove_suffix(std::string_view(".pyc").size());
  if (const std::size_t optimized = name.rfind(".opt-"); optimized != std::string_view::npos) {
    name = name.substr(0, optimized);
  }
  name = name.substr(0, name.rfind('.'));   // "cpython-311"
  return std::string(path.substr(0, cache + 1)) + std::string(name) + ".py";
}

bool is_module(std::string_view path, const Place& place)
{
  return !in_library(path, place).empty() && (path.ends_with(".py") || path.ends_with(".pyc"));
}

bool is_extension(std::string_view path, const Place& place)
{
  return !in_library(path, place).empty() && path.ends_with(".so") &&
         !path::file_name(path).starts_with("lib");
}

bool is_shared_object(std::string_view name)
{
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos;
}

bool is_for_compilers(std::string_view path, const Place& place)
{
  return !in_library(path, place).empty() &&
         std::ranges::any_of(k_for_compilers, [&](std::string_view end) { return path.ends_with(end); });
}

bool is_safe(std::string_view path, const Place& place)
{
  const std::string_view inner = in_library(path, place);
  if (inner.empty()) {
    return false;   // what lies outside of Python's library stays for other reasons
  }
  if (inner.find(".dist-info/") != std::string_view::npos ||
      inner.find(".egg-info") != std::string_view::npos) {
    return true;
  }
  const std::string_view name = path::file_name(path);
  if (path::folder_of(inner) == "lib-dynload") {
    return begins_with_any(name, k_safe_extensions);
  }
  const std::string source = source_of(inner);
  return begins_with_any(inner, k_safe_folders) ||
         std::ranges::any_of(k_safe_modules, [&](std::string_view module) {
           return source.starts_with(module) && source.find('/') == std::string::npos &&
                  (module.starts_with("_sysconfig") || source == std::string(module) + ".py");
         });
}

std::string module_name(std::string_view path, const Place& place)
{
  std::string_view inner = in_library(path, place);
  for (const std::string_view folder :
       {std::string_view("site-packages/"), std::string_view("lib-dynload/")}) {
    if (inner.starts_with(folder)) {
      inner.remove_prefix(folder.size());
    }
  }
  if (inner.empty() || inner.find("__pycache__") != std::string_view::npos) {
    return "";
  }
  const std::string_view folder = path::folder_of(inner);
  const std::string_view file = path::file_name(inner);
  const std::string_view stem = file.substr(0, file.find('.'));
  const std::string name = stem == "__init__" ? std::string(folder) : path::joined(folder, stem);
  return text::replace_all(name, "/", ".");
}

}   // namespace envlift::slim
