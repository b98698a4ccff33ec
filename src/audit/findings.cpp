#include "audit/checks.hpp"

#include "diag/codes.hpp"

namespace envlift::audit {

namespace {

std::string with_slash(std::string path)
{
  return path.empty() || path.starts_with('/') ? path : "/" + path;
}

}  // namespace

void Findings::add(std::string_view code, std::string path, std::string message, std::string hint)
{
  const std::string package = packages_.owner_of(path.starts_with('/') ? path.substr(1) : path);
  add_for(package, code, std::move(path), std::move(message), std::move(hint));
}

void Findings::add(std::string_view code, const std::vector<std::string>& paths, std::string message,
                   std::string hint)
{
  add_for(packages_.owner_of(paths.front()), code, paths, std::move(message), std::move(hint));
}

void Findings::add_for(std::string_view package, std::string_view code, const std::vector<std::string>& paths,
                       std::string message, std::string hint)
{
  add_for(package, code, paths.front(), std::move(message), std::move(hint));
  for (const std::string& path : paths.size() > 1 ? paths : std::vector<std::string>()) {
    all_.back().paths.push_back(with_slash(path));
  }
}

void Findings::add_for(std::string_view package, std::string_view code, std::string path, std::string message,
                       std::string hint)
{
  all_.push_back({std::string(code),
                  diag::code_info(code).severity,
                  std::string(package),
                  with_slash(std::move(path)),
                  std::move(message),
                  std::move(hint),
                  {}});
}

}  // namespace envlift::audit
