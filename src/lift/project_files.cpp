#include "lift/project_files.hpp"

#include "base/path.hpp"
#include "sys/file_tree.hpp"
#include "sys/files.hpp"

namespace envlift::lift {

namespace {

bool climbs_out(const std::string& path)
{
  return !path::project_path("", path);
}

}  // namespace

input::FileSource::Answer ProjectFiles::read(const std::string& path, std::size_t limit_bytes) const
{
  if (climbs_out(path)) {
    return {Problem::outside, {}};
  }
  const std::string whole = root_ + "/" + path;
  if (!sys::stays_below(whole, root_)) {
    return {Problem::outside, {}};   // by a link
  }
  if (sys::is_folder(whole)) {
    return {Problem::is_folder, {}};
  }
  auto bytes = sys::read_file(whole, limit_bytes);
  if (bytes) {
    return {Problem::none, std::move(*bytes)};
  }
  const std::string& code = bytes.error().code;
  return {code == "EL0101" ? Problem::missing : code == "EL0103" ? Problem::too_large : Problem::unreadable, {}};
}

bool ProjectFiles::is_folder(const std::string& path) const
{
  return !climbs_out(path) && sys::is_folder(root_ + "/" + path);
}

std::vector<std::string> ProjectFiles::list(const std::string& folder) const
{
  return climbs_out(folder) ? std::vector<std::string>{} : sys::list_names(root_ + "/" + folder);
}

}  // namespace envlift::lift
