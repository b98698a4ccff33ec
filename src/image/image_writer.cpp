#include "image/image_writer.hpp"

#include "base/sha256.hpp"
#include "image/failures.hpp"
#include "image/sources.hpp"
#include "image/tar_writer.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::image {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& object)
{
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The base's variables with the new ones in their places, or behind.
Json merged_env(const Json& base, const std::vector<std::pair<std::string, std::string>>& changes)
{
  std::vector<std::string> rows;
  if (base.is_array()) {
    for (const Json& row : base) {
      rows.push_back(row.is_string() ? row.get<std::string>() : "");
    }
  }
  for (const auto& [name, value] : changes) {
    const auto old = std::ranges::find_if(rows, [&](const std::string& row) { return row.starts_with(name + "="); });
    if (old != rows.end()) {
      *old = fmt::format("{}={}", name, value);
    }
    else {
      rows.push_back(fmt::format("{}={}", name, value));
    }
  }
  return rows;
}

// The part `config`: what the base says and images hand on, with the changes.
Json run_config(const NewImage& image)
{
  const Json base = Json::parse(image.base_config, nullptr, false);
  Json config = Json::object();
  for (const char* key : {"User", "ExposedPorts", "Env", "Volumes", "WorkingDir", "Labels", "StopSignal", "Shell"}) {
    if (base.is_object() && base.contains(key) && !base[key].is_null() && base[key] != "") {
      config[key] = base[key];
    }
  }
  config["Env"] = merged_env(config.value("Env", Json()), image.env);
  if (!image.working_folder.empty()) {
    config["WorkingDir"] = image.working_folder;
  }
  config["Entrypoint"] = image.entrypoint;
  config["Cmd"] = image.cmd;
  for (const std::string& label : image.labels) {
    config["Labels"][label] = "";
  }
  return config;
}

std::string hex_of(const std::string& diff_id)
{
  return diff_id.substr(diff_id.find(':') + 1);
}

std::string archive_path(const std::string& diff_id)
{
  return hex_of(diff_id) + ".tar";
}

Entry file_entry(const std::string& path, unsigned long long bytes)
{
  constexpr unsigned readable = 0644;
  Entry entry;
  entry.path = path;
  entry.mode = readable;
  entry.size = bytes;
  return entry;
}

Result<> add_text(TarWriter& archive, const std::string& path, std::string_view text)
{
  TextSource content(text);
  return archive.add(file_entry(path, text.size()), content);
}

Result<> add_layer(TarWriter& archive, const NewLayer& layer, const LayerBytes& open)
{
  ENVLIFT_TRY_ASSIGN(const std::unique_ptr<ByteSource> stored, open(layer));
  MeasuredSource content(*stored, MeasuredSource::Sum::sha256);
  ENVLIFT_TRY(archive.add(file_entry(archive_path(layer.diff_id), layer.bytes), content));
  const std::string found = content.digest();
  return found == layer.diff_id ? Result<>{}
                                : unwritable(fmt::format("the layer {}", layer.name), "its bytes are " + found);
}

}  // namespace

std::string config_text(const NewImage& image, const std::string& created)
{
  Json config;
  config["architecture"] = image.architecture == "arm64" ? "arm64" : "amd64";
  config["os"] = "linux";
  if (!created.empty()) {
    config["created"] = created;
  }
  config["config"] = run_config(image);
  Json history = Json::array();
  Json diff_ids = Json::array();
  for (const std::string& layer : image.base_layers) {
    diff_ids.push_back(layer);
    history.push_back(Json::object({{"created_by", image.base_name}}));
  }
  for (const NewLayer& layer : image.layers) {
    diff_ids.push_back(layer.diff_id);
    history.push_back(Json::object({{"created_by", "envlift: " + layer.name}}));
  }
  config["rootfs"] = Json::object({{"type", "layers"}, {"diff_ids", std::move(diff_ids)}});
  config["history"] = std::move(history);
  return text_of(config);
}

Result<> write_docker_archive(const NewImage& image, const std::string& config, const std::string& tag,
                              std::size_t left_out, const LayerBytes& open, ByteSink& sink)
{
  TarWriter archive(sink);
  const std::string config_path = sha256_hex(config) + ".json";
  Json paths = Json::array();
  for (const std::string& diff_id : image.base_layers) {
    paths.push_back(archive_path(diff_id));
  }
  std::size_t number = image.base_layers.size();
  for (const NewLayer& layer : image.layers) {
    // Two layers may be one and the same, as of two packages without files.
    const bool is_there = std::ranges::find(paths, Json(archive_path(layer.diff_id))) != paths.end();
    paths.push_back(archive_path(layer.diff_id));
    if (number++ >= left_out && !is_there) {
      ENVLIFT_TRY(add_layer(archive, layer, open));
    }
  }
  ENVLIFT_TRY(add_text(archive, config_path, config));
  Json saved = Json::object({{"Config", config_path}});
  saved["RepoTags"] = std::vector{tag};
  saved["Layers"] = std::move(paths);
  const Json manifest = Json::array({std::move(saved)});
  ENVLIFT_TRY(add_text(archive, "manifest.json", text_of(manifest)));
  return archive.finish();
}

}  // namespace envlift::image
