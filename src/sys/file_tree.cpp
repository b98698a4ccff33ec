#include "sys/file_tree.hpp"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>

namespace envlift::sys {

namespace fs = std::filesystem;

namespace {

// Of two paths without symlinks.
bool is_below(const fs::path& path, const fs::path& folder)
{
  return std::ranges::mismatch(folder, path).in1 == folder.end();
}

class Walk {
public:
  Walk(const fs::path& folder, const TreeRules& rules) : folder_(folder), rules_(rules)
  {
    std::error_code error;
    root_ = fs::canonical(rules.root, error);
  }

  FileTree run()
  {
    enter("", folder_);
    std::ranges::sort(tree_.files, {}, &Listed::path);
    std::ranges::sort(tree_.links, {}, &LostLink::path);
    return std::move(tree_);
  }

private:
  // `around_` holds the real paths of the folders on the way, so that a link cannot lead in circles.
  void enter(const std::string& relative, const fs::path& folder)
  {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || std::ranges::find(around_, real) != around_.end()) {
      return;
    }
    around_.push_back(real);
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      take(relative.empty() ? name : relative + "/" + name, entry->path());
    }
    around_.pop_back();
  }

  void take(const std::string& relative, const fs::path& path)
  {
    std::error_code ignored;
    if (rules_.skip(relative) || holds_mark(path) ||
        (fs::is_symlink(path, ignored) && !is_followed(relative, path))) {
      return;
    }
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) {
      enter(relative, path);
    }
    else if (fs::is_regular_file(status)) {
      tree_.files.push_back({relative, (status.permissions() & fs::perms::owner_exec) != fs::perms::none});
    }
  }

  bool is_followed(const std::string& relative, const fs::path& link)
  {
    std::error_code error;
    const fs::path real = fs::canonical(link, error);
    if (error) {
      return lose(relative, link, LostLink::Why::dangles);
    }
    if (!is_below(real, root_)) {
      return lose(relative, link, LostLink::Why::leaves_root);
    }
    if (std::ranges::find(around_, real) != around_.end()) {
      return lose(relative, link, LostLink::Why::leads_back);
    }
    return !is_in_marked(real);
  }

  bool lose(const std::string& relative, const fs::path& link, LostLink::Why why)
  {
    std::error_code ignored;
    tree_.links.push_back({relative, fs::read_symlink(link, ignored).string(), why});
    return false;
  }

  bool holds_mark(const fs::path& folder) const
  {
    std::error_code ignored;
    return fs::exists(folder / rules_.mark, ignored);
  }

  // A link can lead past a marked folder's own place, right into it.
  bool is_in_marked(const fs::path& real) const
  {
    for (fs::path place = real; place != root_; place = place.parent_path()) {
      if (holds_mark(place)) {
        return true;
      }
    }
    return false;
  }

  fs::path folder_;
  const TreeRules& rules_;
  fs::path root_;
  std::vector<fs::path> around_;
  FileTree tree_;
};

}  // namespace

FileTree list_tree(const std::string& folder, const TreeRules& rules)
{
  return Walk(folder, rules).run();
}

std::vector<std::string> list_entries(const std::string& folder)
{
  std::vector<std::string> entries;
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_symlink(ignored) || !entry->is_directory(ignored)) {
      entries.push_back(entry->path().lexically_relative(folder).generic_string());
    }
  }
  std::ranges::sort(entries);
  return entries;
}

void open_folders(const std::string& folder)
{
  constexpr fs::perms k_open = fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                               fs::perms::others_read | fs::perms::others_exec;
  std::error_code error;
  fs::permissions(folder, k_open, error);
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_directory(error)) {
      fs::permissions(entry->path(), k_open, error);
    }
  }
}

std::optional<unsigned long long> used_bytes(const std::string& folder)
{
  constexpr unsigned long long k_block = 512;   // the unit of st_blocks, whatever the file system's is
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(folder, error);
  if (error) {
    return std::nullopt;
  }
  unsigned long long bytes = 0;
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    struct stat status{};
    if (::lstat(entry->path().c_str(), &status) == 0) {
      bytes += static_cast<unsigned long long>(status.st_blocks) * k_block;
    }
  }
  return bytes;
}

bool stays_below(const std::string& path, const std::string& folder)
{
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) {
    return true;
  }
  const fs::path real_folder = fs::canonical(folder, error);
  return !error && is_below(real, real_folder);
}

}  // namespace envlift::sys
