#include "lift/task_layer.hpp"

#include "base/path.hpp"
#include "image/tar_writer.hpp"
#include "lift/build_context.hpp"
#include "lift/file_bytes.hpp"
#include "plan/assembly.hpp"
#include "sys/file_tree.hpp"

#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

// Python compiles a few MB a second: below this, the start of a function that brings no bytecode is a few hundredths
// of a second later, and an edit needs neither a build nor an engine that has the environment.
constexpr unsigned long long k_uncompiled_bytes = 64ULL * 1024;
constexpr long long k_time = 315619200;   // as build_layers.py: 1980-01-02

// A file of the code and where it is here.
struct CodeFile {
  std::string path;                // below /var/task
  std::string source;
  bool executable = false;
};

std::vector<CodeFile> project_code(const Planned& planned)
{
  std::vector<CodeFile> files;
  for (plan::ProjectFile& file : plan::code_files(planned.plan)) {
    files.push_back({std::move(file.path), planned.inspected.root + "/" + file.source, file.executable});
  }
  return files;
}

Result<unsigned long long> python_bytes(const std::vector<CodeFile>& files)
{
  unsigned long long bytes = 0;
  for (const CodeFile& file : files) {
    if (file.path.ends_with(".py")) {
      ENVLIFT_TRY_ASSIGN(const sys::FileStream stream, sys::FileStream::open(file.source));
      bytes += stream.size();
    }
  }
  return bytes;
}

Result<std::vector<CodeFile>> compiled_code(engine::Engine* engine, const Planned& planned,
                                            const Request& request, const std::string& folder,
                                            report::Talk& talk)
{
  if (engine == nullptr) {
    return fail({"EL1413",
                 fmt::format("the code has more than {} KB of Python, which the engine compiles",
                             k_uncompiled_bytes / 1024),
                 "run `envlift build` and push the image by its tag",
                 ExitCode::input_error,
                 {}});
  }
  ENVLIFT_TRY_ASSIGN(const BuildContext context,
                     write_build_context(plan::code_export(planned.plan), planned, request, folder));
  const std::string out = folder + "/code";
  ENVLIFT_TRY(engine->export_stage({context.folder, context.arguments, plan::k_export_stage, out}, talk));
  std::vector<CodeFile> files;
  const auto take_all = [](const std::string&) { return false; };
  for (sys::Listed& file : sys::list_tree(out, {out, take_all, ""}).files) {
    std::string source = out + "/" + file.path;
    files.push_back({std::move(file.path), std::move(source), file.executable});
  }
  return files;
}

// Every folder above a path: "a", "a/b" of "a/b/c".
void add_parents(const std::string& path, std::map<std::string, const CodeFile*>& entries)
{
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    entries.emplace(path.substr(0, slash), nullptr);
  }
}

image::Entry entry_of(const std::string& path, const CodeFile* file)
{
  constexpr unsigned plain = 0644;
  constexpr unsigned runnable = 0755;
  image::Entry entry;
  entry.path = path;
  entry.kind = file == nullptr ? image::EntryKind::folder : image::EntryKind::file;
  entry.mode = file == nullptr || file->executable ? runnable : plain;
  entry.mtime = k_time;
  return entry;
}

Result<image::NewLayer> write_layer(const std::vector<CodeFile>& files, const std::string& path)
{
  std::map<std::string, const CodeFile*> entries;
  for (const CodeFile& file : files) {
    const std::string in_image = std::string(plan::k_task_root).substr(1) + "/" + file.path;
    add_parents(in_image, entries);
    entries[in_image] = &file;
  }
  ENVLIFT_TRY_ASSIGN(FileSink file_sink, FileSink::create(path));
  SummedSink sink(file_sink);
  image::TarWriter archive(sink);
  for (const auto& [name, file] : entries) {
    image::Entry entry = entry_of(name, file);
    if (file == nullptr) {
      ENVLIFT_TRY(archive.add(entry));
      continue;
    }
    ENVLIFT_TRY_ASSIGN(sys::FileStream stream, sys::FileStream::open(file->source));
    entry.size = stream.size();
    FileBytes content(std::move(stream));
    ENVLIFT_TRY(archive.add(entry, content));
  }
  ENVLIFT_TRY(archive.finish());
  return image::NewLayer{"code", sink.digest(), sink.count()};
}

}  // namespace

Result<std::optional<image::NewLayer>> task_layer(engine::Engine* engine, const Planned& planned,
                                                  const Request& request, const LayerStore& store,
                                                  report::Talk& talk)
{
  std::vector<CodeFile> files = project_code(planned);
  if (files.empty()) {
    return std::nullopt;
  }
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, store.workspace());
  ENVLIFT_TRY_ASSIGN(const unsigned long long bytes, python_bytes(files));
  if (bytes > k_uncompiled_bytes) {
    ENVLIFT_TRY_ASSIGN(files, compiled_code(engine, planned, request, folder.path(), talk));
  }
  const std::string unnamed = folder.path() + "/code.tar";
  ENVLIFT_TRY_ASSIGN(image::NewLayer layer, write_layer(files, unnamed));
  ENVLIFT_TRY(sys::move(unnamed, folder.path() + "/" + LayerStore::file_name(layer.diff_id)));
  ENVLIFT_TRY(store.take(folder.path(), {layer.diff_id}));
  return layer;
}

}  // namespace envlift::lift
