#include "lift/context_folder.hpp"

#include "base/path.hpp"
#include "base/text.hpp"
#include "lift/code_layer.hpp"
#include "lift/project_files.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

constexpr std::size_t k_mark_limit_bytes = std::size_t{256} << 20U;
constexpr std::string_view k_mark_head =
    "# Written by envlift. The next render replaces this folder while its files are these (sha256sum -c).\n";

}  // namespace

Result<std::string> folder_record(const std::string& folder)
{
  std::string lines;
  for (const std::string& path : sys::list_entries(folder)) {
    if (path == k_context_mark) {
      continue;
    }
    const std::string whole = folder + "/" + path;
    if (!sys::is_file(whole) || sys::real_path(whole) != sys::real_path(folder) + "/" + path) {
      lines += "link  " + path + "\n";   // never ours
      continue;
    }
    ENVLIFT_TRY_ASSIGN(const std::string sum, sys::sha256_of_file(whole));
    lines += sum + "  " + path + "\n";
  }
  return lines;
}

namespace {

// The first file that is not as the mark says; nothing when a replacement loses nothing.
Result<std::optional<std::string>> foreign_file(const std::string& folder)
{
  ENVLIFT_TRY_ASSIGN(const std::string mark,
                     sys::read_file(folder + "/" + k_context_mark, k_mark_limit_bytes));
  ENVLIFT_TRY_ASSIGN(const std::string present, folder_record(folder));
  const auto written = text::lines(mark);
  const std::set<std::string_view> known(written.begin(), written.end());
  for (const std::string_view line : text::lines(present)) {
    if (!line.empty() && !known.contains(line)) {
      return std::optional(std::string(line.substr(line.find("  ") + 2)));
    }
  }
  return std::optional<std::string>();
}

Result<> claim(const std::string& folder, bool force)
{
  if (!sys::exists(folder)) {
    return sys::make_folders(folder);
  }
  const bool ours = sys::exists(folder + "/" + k_context_mark);
  if (!sys::is_folder(folder) || (!ours && !sys::list_names(folder).empty())) {
    return fail({"EL0121",
                 fmt::format("{} is not empty and was not written by envlift", folder),
                 "name an empty or a new folder",
                 ExitCode::input_error,
                 {}});
  }
  if (!ours || force) {
    return {};
  }
  ENVLIFT_TRY_ASSIGN(const auto foreign, foreign_file(folder));
  if (foreign) {
    return fail({"EL0121",
                 fmt::format("{}/{} was added or changed since envlift wrote the folder", folder,
                             text::printable(*foreign)),
                 "name another folder with -o, or give up the change with --force",
                 ExitCode::input_error,
                 {}});
  }
  return {};
}

struct Move {
  std::string from;
  std::string to;
};

// All or none.
Result<> move_all(const std::vector<Move>& moves)
{
  for (std::size_t done = 0; done < moves.size(); ++done) {
    if (auto moved = sys::move(moves[done].from, moves[done].to); !moved) {
      while (done-- > 0) {
        if (!sys::move(moves[done].to, moves[done].from)) {
          break;   // the first failure is the one to tell
        }
      }
      return moved;
    }
  }
  return {};
}

// The entries and not the folder itself change places: it may be a mount point, somebody's current folder, or
// the target of a link.
Result<> swap_in(const std::string& fresh, const std::string& old, const std::string& folder,
                 const std::string& staging)
{
  ENVLIFT_TRY(sys::make_folders(old));
  std::vector<Move> moves;
  for (const std::string& name : sys::list_names(folder)) {
    if (folder + "/" + name != staging) {
      moves.push_back({folder + "/" + name, old + "/" + name});
    }
  }
  for (const std::string& name : sys::list_names(fresh)) {
    moves.push_back({fresh + "/" + name, folder + "/" + name});
  }
  return move_all(moves);
}

Result<> write_and_swap(const render::Context& context, const std::string& root, const std::string& folder)
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder staging, sys::TemporaryFolder::make_in(folder));
  const std::string fresh = staging.path() + "/new";
  ENVLIFT_TRY(fill_folder(context, root, fresh));
  ENVLIFT_TRY_ASSIGN(const std::string lines, folder_record(fresh));
  ENVLIFT_TRY(sys::write_file(fresh + "/" + k_context_mark, std::string(k_mark_head) + lines));
  return swap_in(fresh, staging.path() + "/old", folder, staging.path());
}

Result<> copy_project_folder(const std::string& root, const plan::ProjectFolder& entry,
                             const std::string& folder)
{
  for (const sys::Listed& file : local_project_files(root, entry.source).files) {
    ENVLIFT_TRY(sys::copy_file(root + "/" + entry.source + "/" + file.path,
                               folder + "/" + entry.path + "/" + file.path, file.executable));
  }
  return {};
}

}   // namespace

Result<> fill_folder(const render::Context& context, const std::string& root, const std::string& folder)
{
  ENVLIFT_TRY(sys::make_folders(folder));
  // The mark comes first: where the folder lies in a local project, it must not be copied into itself.
  ENVLIFT_TRY(sys::write_file(folder + "/" + k_context_mark, k_mark_head));
  for (const render::File& file : context.files) {
    const std::string path = folder + "/" + file.path;
    ENVLIFT_TRY(sys::make_folders(path::parent(path)));
    ENVLIFT_TRY(sys::write_file(path, file.bytes, file.executable));
  }
  for (const plan::ProjectFile& file : context.project_files) {
    ENVLIFT_TRY(sys::copy_file(root + "/" + file.source, folder + "/" + file.path, file.executable));
  }
  for (const plan::ProjectFolder& entry : context.project_folders) {
    ENVLIFT_TRY(copy_project_folder(root, entry, folder));
  }
  return {};
}

Result<> replace_folder(const render::Context& context, const std::string& root, const std::string& folder,
                        bool force)
{
  const bool is_new = !sys::exists(folder);
  ENVLIFT_TRY(claim(folder, force));
  auto written = write_and_swap(context, root, folder);
  if (!written && is_new) {
    ENVLIFT_TRY(sys::remove_tree(folder));
  }
  return written;
}

}   // namespace envlift::lift
