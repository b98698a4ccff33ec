#include "sys/files.hpp"

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "sys/cleanup.hpp"
#include "sys/process_mark.hpp"
#include "sys/file_stream.hpp"
#include "sys/write_all.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;

namespace envlift::sys {

namespace fs = std::filesystem;

namespace {

Error file_error(std::string_view code, const std::string& path, std::string_view what, std::string_view hint)
{
  return Error{std::string(code), fmt::format("{}: {}", path, what), std::string(hint), ExitCode::input_error, {}};
}

Result<> done(std::error_code error, const std::string& path)
{
  return error ? fail(write_error(path, error.value())) : Result<>();
}

Error too_large(const std::string& path, std::size_t limit_bytes)
{
  return file_error("EL0103", path, fmt::format("larger than {} bytes", limit_bytes),
                    "check that this is the file you mean");
}

// `take` gets the file in pieces until it says no; returns whether it never did.
template <class Take>
Result<bool> read_through(FileStream& stream, const Take& take)
{
  std::string chunk(std::size_t{1} << 16U, '\0');
  while (true) {
    ENVLIFT_TRY_ASSIGN(const std::size_t got, stream.read(chunk.data(), chunk.size()));
    if (got == 0) {
      return true;
    }
    if (!take(std::string_view(chunk).substr(0, got))) {
      return false;
    }
  }
}

// `shown` is what messages call it.
Result<std::string> read_all(FileStream stream, const std::string& shown, std::size_t limit_bytes)
{
  if (stream.size() > limit_bytes) {
    return fail(too_large(shown, limit_bytes));
  }
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(stream.size()));
  ENVLIFT_TRY_ASSIGN(const bool is_whole, read_through(stream, [&](std::string_view piece) {
                       const bool fits = bytes.size() + piece.size() <= limit_bytes;
                       bytes += fits ? piece : "";
                       return fits;
                     }));
  return is_whole ? Result<std::string>(std::move(bytes)) : fail(too_large(shown, limit_bytes));
}

}  // namespace

Result<std::string> read_stdin(std::size_t limit_bytes)
{
  return read_all(FileStream::standard_input(), "stdin", limit_bytes);
}

Result<std::string> read_file(const std::string& path, std::size_t limit_bytes)
{
  ENVLIFT_TRY_ASSIGN(FileStream stream, FileStream::open(path));
  return read_all(std::move(stream), path, limit_bytes);
}

Result<std::string> read_file_or_pipe(const std::string& path, std::size_t limit_bytes)
{
  if (path == "-") {
    return read_stdin(limit_bytes);
  }
  ENVLIFT_TRY_ASSIGN(FileStream stream, FileStream::open_or_pipe(path));
  return read_all(std::move(stream), path, limit_bytes);
}

namespace {

// A device, a pipe or a socket.
bool is_special(const std::string& path)
{
  std::error_code error;
  return fs::exists(path, error) && !is_file(path) && !is_folder(path);
}

// Where a link leads, also to what is not there yet; the path itself where it is none.
std::string behind_links(const std::string& path)
{
  constexpr int k_most_links = 40;   // the kernel's limit
  fs::path real = path;
  std::error_code error;
  for (int i = 0; i < k_most_links && fs::is_symlink(real, error); ++i) {
    const fs::path target = fs::read_symlink(real, error);
    real = real.parent_path() / target;   // an absolute target stands for itself
  }
  return real.string();
}

}   // namespace

Result<> check_writable(const std::string& path)
{
  if (is_folder(path)) {
    return fail(write_error(path, EISDIR));
  }
  if (is_special(path)) {
    return ::access(path.c_str(), W_OK) == 0 ? Result<>() : fail(write_error(path, errno));
  }
  std::string temporary = behind_links(path) + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return fail(write_error(path, errno));
  }
  ::close(descriptor);
  ::unlink(temporary.c_str());
  return {};
}

Result<> write_file(const std::string& path, std::string_view bytes, bool executable)
{
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return fail(write_error(path, errno));
  }
  const mode_t mode = executable ? 0755 : 0644;   // an image's files must be readable by anyone
  int reason = write_all(descriptor, bytes);
  reason = reason == 0 && ::fchmod(descriptor, mode) != 0 ? errno : reason;
  ::close(descriptor);
  reason = reason == 0 && ::rename(temporary.c_str(), path.c_str()) != 0 ? errno : reason;
  if (reason != 0) {
    ::unlink(temporary.c_str());
    return fail(write_error(path, reason));
  }
  return {};
}

Result<> write_output(const std::string& path, std::string_view bytes)
{
  if (!is_special(path)) {
    return write_file(behind_links(path), bytes);
  }
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(write_error(path, errno));
  }
  const int reason = write_all(descriptor, bytes);
  ::close(descriptor);
  return reason == 0 ? Result<>() : fail(write_error(path, reason));
}

Result<> make_folders(const std::string& path)
{
  std::error_code error;
  fs::create_directories(path, error);
  return done(error, path);
}

bool is_file(const std::string& path)
{
  std::error_code error;
  return fs::is_regular_file(path, error);
}

bool is_folder(const std::string& path)
{
  std::error_code error;
  return fs::is_directory(path, error);
}

bool exists(const std::string& path)
{
  std::error_code error;
  return fs::exists(path, error);
}

std::vector<std::string> list_names(const std::string& folder)
{
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

Result<> copy_file(const std::string& from, const std::string& to, bool executable)
{
  ENVLIFT_TRY(make_folders(fs::path(to).parent_path().string()));
  std::error_code error;
  fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
  ENVLIFT_TRY(done(error, to));
  if (::chmod(to.c_str(), executable ? 0755 : 0644) != 0) {
    return fail(write_error(to, errno));
  }
  return {};
}

Result<> remove_tree(const std::string& path)
{
  std::error_code error;
  fs::remove_all(path, error);
  return done(error, path);
}

Result<> move(const std::string& from, const std::string& to)
{
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return fail(write_error(from, errno));
  }
  return {};
}

void mark_used(const std::string& path)
{
  static_cast<void>(::utimensat(AT_FDCWD, path.c_str(), nullptr, 0));
}

void remove_unused(const std::string& folder, unsigned long long limit_bytes)
{
  struct File {
    fs::file_time_type used;
    unsigned long long bytes;
    fs::path path;
  };
  std::vector<File> files;
  std::error_code error;
  for (const std::string& name : list_names(folder)) {
    const fs::path path = fs::path(folder) / name;
    const auto used = fs::last_write_time(path, error);
    const auto bytes = error ? 0 : fs::file_size(path, error);
    if (!error) {
      files.push_back({used, bytes, path});
    }
  }
  std::ranges::sort(files, std::greater<>(), &File::used);
  unsigned long long kept = 0;
  for (const File& file : files) {
    kept += file.bytes;
    if (kept > limit_bytes) {
      fs::remove(file.path, error);
    }
  }
}

Result<std::string> sha256_of_file(const std::string& path)
{
  ENVLIFT_TRY_ASSIGN(FileStream stream, FileStream::open(path));
  Sha256 sum;
  ENVLIFT_TRY(read_through(stream, [&](std::string_view piece) {
    sum.add(piece);
    return true;
  }));
  return sum.hex();
}

std::string absolute(const std::string& path)
{
  std::error_code error;
  const fs::path whole = fs::absolute(path, error).lexically_normal();
  std::string text = whole.generic_string();
  while (text.size() > 1 && text.back() == '/') {
    text.pop_back();
  }
  return error ? path : text;
}

std::string real_path(const std::string& path)
{
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  return error ? path : real.string();
}

std::string current_folder()
{
  std::error_code error;
  return fs::current_path(error).string();
}

namespace {

constexpr std::string_view k_temporary_prefix = "envlift-";

std::string temporary_root()
{
  const std::string named = environment_variable("TMPDIR").value_or("");
  return named.empty() ? "/tmp" : named;
}

}  // namespace

Result<TemporaryFolder> TemporaryFolder::make()
{
  auto folder = make_by(temporary_root(), fmt::format("/{}{}-", k_temporary_prefix, own_mark()));
  if (!folder) {
    Error error = folder.error();
    error.message = "the temporary folder " + error.message;
    if (error.hint.find("disk") == std::string::npos) {
      error.hint = "set TMPDIR to a folder that exists and that you may write to";
    }
    return fail(error);
  }
  return folder;
}

Result<TemporaryFolder> TemporaryFolder::make_in(const std::string& folder)
{
  return make_by(folder, "/.envlift-");
}

Result<TemporaryFolder> TemporaryFolder::make_by(const std::string& folder, const std::string& prefix)
{
  std::string pattern = folder + prefix + "XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    return fail(write_error(folder, errno));
  }
  remember_folder(pattern);
  return TemporaryFolder(std::move(pattern));
}

void remove_abandoned_folders()
{
  for (const std::string& name : list_names(temporary_root())) {
    if (name.starts_with(k_temporary_prefix) &&
        has_ended(std::string_view(name).substr(k_temporary_prefix.size(), name.rfind('-') - k_temporary_prefix.size()))) {
      std::error_code ignored;   // of another user
      fs::remove_all(temporary_root() + "/" + name, ignored);
    }
  }
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept
{
  std::swap(path_, other.path_);
  return *this;
}

TemporaryFolder::~TemporaryFolder()
{
  if (!path_.empty()) {
    std::error_code ignored;   // a destructor has nobody to tell
    fs::remove_all(path_, ignored);
    forget_folder(path_);
  }
}

namespace {

// "" when neither variable is an absolute path (the XDG specification ignores relative ones).
std::string home_below(const char* variable, const char* fallback)
{
  if (const auto set = environment_variable(variable); set && set->starts_with('/')) {
    return *set + "/envlift";
  }
  const auto home = environment_variable("HOME");
  return home && home->starts_with('/') ? *home + "/" + fallback + "/envlift" : "";
}

// A folder of this user's in the temporary folder; "" when another user has taken its name.
std::string folder_of_user()
{
  const std::string path = fmt::format("{}/envlift-{}", temporary_root(), ::geteuid());
  struct stat status{};
  const bool there = ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
  const bool ours = there && ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                    status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
  return ours ? path : "";
}

}  // namespace

std::string cache_folder()
{
  const std::string folder = home_below("XDG_CACHE_HOME", ".cache");
  return folder.empty() ? folder_of_user() : folder;
}

std::string config_folder()
{
  return home_below("XDG_CONFIG_HOME", ".config");
}

std::optional<std::string> environment_variable(const std::string& name)
{
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::map<std::string, std::string> environment_variables(std::string_view prefix)
{
  std::map<std::string, std::string> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (text.starts_with(prefix) && equals != std::string_view::npos) {
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return found;
}

unsigned long long free_bytes(const std::string& path)
{
  std::error_code error;
  const fs::space_info space = fs::space(path, error);
  return error ? 0 : space.available;
}

}  // namespace envlift::sys
