#include "lift/slim_layers.hpp"

#include "audit/collector.hpp"
#include "audit/slimmed.hpp"
#include "image/tar_writer.hpp"
#include "lift/file_bytes.hpp"

#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace envlift::lift {

namespace {

// Writes a tar with `fill`, and puts it into the store where `fill` says that it is worth it.
Result<std::optional<image::NewLayer>> new_layer(const LayerStore& store, const std::string& name,
                                                 const std::function<Result<bool>(image::TarWriter&)>& fill)
{
  ENVLIFT_TRY_ASSIGN(const sys::TemporaryFolder folder, store.workspace());
  const std::string unnamed = folder.path() + "/layer";
  image::NewLayer layer{name, "", 0};
  {
    ENVLIFT_TRY_ASSIGN(FileSink file, FileSink::create(unnamed));
    SummedSink sink(file);
    image::TarWriter archive(sink);
    ENVLIFT_TRY_ASSIGN(const bool is_wanted, fill(archive));
    if (!is_wanted) {
      return std::nullopt;
    }
    ENVLIFT_TRY(archive.finish());
    layer.diff_id = sink.digest();
    layer.bytes = sink.count();
  }
  ENVLIFT_TRY(sys::move(unnamed, folder.path() + "/" + LayerStore::file_name(layer.diff_id)));
  ENVLIFT_TRY(store.take(folder.path(), {layer.diff_id}));
  return layer;
}

// Copies what stays; whether that is more than folders.
Result<bool> copy_rest(image::ByteSource& bytes, const slim::Fates& fates, image::TarWriter& archive)
{
  image::TarReader reader(bytes);
  bool has_files = false;
  while (true) {
    ENVLIFT_TRY_ASSIGN(auto entry, reader.next());
    if (!entry) {
      return has_files;
    }
    const auto fate = fates.find(entry->path);
    if (fate != fates.end() && fate->second == slim::Fate::left_out) {
      continue;
    }
    has_files = has_files || entry->kind != image::EntryKind::folder;
    if (fate != fates.end()) {
      image::TextSource reduced(audit::k_reduced_source);
      entry->size = audit::k_reduced_source.size();
      ENVLIFT_TRY(archive.add(*entry, reduced));
    }
    else if (entry->kind == image::EntryKind::file) {
      ENVLIFT_TRY(archive.add(*entry, reader.content()));
    }
    else {
      ENVLIFT_TRY(archive.add(*entry));
    }
  }
}

// Whether a layer has a file that does not stay whole.
Result<bool> loses(const LayerStore& store, const image::NewLayer& layer, const slim::Fates& fates)
{
  ENVLIFT_TRY_ASSIGN(const auto bytes, store.open(layer.diff_id));
  image::TarReader reader(*bytes);
  while (true) {
    ENVLIFT_TRY_ASSIGN(const auto entry, reader.next());
    if (!entry || fates.contains(entry->path)) {
      return entry.has_value();
    }
  }
}

// A file, or a folder where there is none.
Result<> add_text(image::TarWriter& archive, const std::string& path, const TextEntry* file)
{
  constexpr unsigned k_folder_mode = 0755;
  constexpr unsigned k_file_mode = 0644;
  image::Entry entry;
  entry.path = path;
  entry.kind = file == nullptr ? image::EntryKind::folder : image::EntryKind::file;
  entry.mode = file == nullptr ? k_folder_mode : k_file_mode;
  if (file == nullptr) {
    return archive.add(entry);
  }
  entry.size = file->text.size();
  image::TextSource text(file->text);
  return archive.add(entry, text);
}

}   // namespace

Result<std::vector<audit::LayerFacts>> layer_facts(const LayerStore& store,
                                                   const std::vector<image::NewLayer>& layers)
{
  audit::Collector collector;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    ENVLIFT_TRY_ASSIGN(const auto bytes, store.open(layers[i].diff_id));
    collector.on_layer(i);
    image::TarReader reader(*bytes);
    for (bool more = true; more;) {
      ENVLIFT_TRY_ASSIGN(const auto entry, reader.next());
      more = entry.has_value();
      if (more) {
        ENVLIFT_TRY(collector.on_entry(*entry, reader.content()));
      }
    }
  }
  return collector.take();
}

Result<std::vector<image::NewLayer>>
slim_layers(const LayerStore& store, const std::vector<image::NewLayer>& layers, const slim::Fates& fates)
{
  std::vector<image::NewLayer> slim;
  for (const image::NewLayer& layer : layers) {
    ENVLIFT_TRY_ASSIGN(const bool is_other, loses(store, layer, fates));
    if (!is_other) {
      slim.push_back(layer);
      continue;
    }
    ENVLIFT_TRY_ASSIGN(const auto bytes, store.open(layer.diff_id));
    ENVLIFT_TRY_ASSIGN(auto made, new_layer(store, layer.name, [&](image::TarWriter& archive) {
                         return copy_rest(*bytes, fates, archive);
                       }));
    if (made) {
      slim.push_back(std::move(*made));
    }
  }
  return slim;
}

Result<image::NewLayer> text_layer(const LayerStore& store, const std::string& name,
                                   const std::vector<TextEntry>& files)
{
  std::map<std::string, const TextEntry*> entries;   // and the folders above them
  for (const TextEntry& file : files) {
    for (std::size_t end = file.path.find('/'); end != std::string::npos;
         end = file.path.find('/', end + 1)) {
      entries.emplace(file.path.substr(0, end), nullptr);
    }
    entries[file.path] = &file;
  }
  const auto fill = [&](image::TarWriter& archive) -> Result<bool> {
    for (const auto& [path, file] : entries) {
      ENVLIFT_TRY(add_text(archive, path, file));
    }
    return true;
  };
  ENVLIFT_TRY_ASSIGN(auto layer, new_layer(store, name, fill));
  return std::move(*layer);
}

}   // namespace envlift::lift
