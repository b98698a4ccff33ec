#include "audit/texts.hpp"

#include "audit/secrets.hpp"
#include "base/path.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::audit {

namespace {

constexpr std::size_t kilobyte = 1024;
constexpr std::size_t megabyte = 1024 * kilobyte;

std::optional<TextRule> metadata_rule(std::string_view folder, std::string_view name)
{
  if (folder.ends_with(".dist-info")) {
    if (name == "RECORD") {
      return TextRule{8 * megabyte, reduced_record};
    }
    if (name == "METADATA") {
      return TextRule{megabyte, reduced_metadata};
    }
    if (text::is_one_of(name, {"WHEEL", "INSTALLER", "top_level.txt", "direct_url.json"})) {
      return TextRule{megabyte};
    }
  }
  if (folder.ends_with(".egg-info")) {
    if (name == "PKG-INFO") {
      return TextRule{megabyte, reduced_metadata};
    }
    if (text::is_one_of(name, {"installed-files.txt", "top_level.txt"})) {
      return TextRule{megabyte};
    }
  }
  if (name.ends_with(".egg-info")) {
    return TextRule{megabyte, reduced_metadata};   // distutils writes PKG-INFO so
  }
  if (name.ends_with(".json") && (folder == "conda-meta" || folder.ends_with("/conda-meta"))) {
    return TextRule{32 * megabyte, reduced_conda};
  }
  return std::nullopt;
}

std::optional<TextRule> system_rule(std::string_view path, std::string_view folder, std::string_view name)
{
  if (path == "var/lib/dpkg/status" || folder == "var/lib/dpkg/status.d") {
    return TextRule{32 * megabyte, reduced_dpkg};
  }
  if (folder == "var/lib/dpkg/info" && name.ends_with(".list")) {
    return TextRule{8 * megabyte};
  }
  if (path == "etc/ld.so.conf" || (folder == "etc/ld.so.conf.d" && name.ends_with(".conf")) ||
      text::is_one_of(path, {"etc/os-release", "usr/lib/os-release", "etc/passwd", "etc/group"})) {
    return TextRule{megabyte};
  }
  return std::nullopt;
}

bool is_python_source_of_code(std::string_view path)
{
  const bool is_runtime = path.starts_with("var/runtime/") && path.find('/', 12) != std::string_view::npos;
  const bool is_package_cache = path.find("/pkgs/") != std::string_view::npos;   // conda's
  return path.ends_with(".py") && !is_vendor_path(path) && !is_runtime && !is_package_cache;
}

// The header's value: `Name: numpy` -> "numpy".
bool is_header(std::string_view line, std::initializer_list<std::string_view> names)
{
  return text::is_one_of(line.substr(0, line.find(':')), names);
}

// Collects a conda record's top-level members while the JSON is parsed, for its list of paths is long.
class CondaRecord : public nlohmann::json_sax<nlohmann::json> {
public:
  std::string text()
  {
    if (!sizes_.empty() && kept_.contains("files")) {
      for (const nlohmann::json& file : kept_["files"]) {
        const auto size = sizes_.find(file.get_ref<const std::string&>());
        kept_["sizes"].push_back(size == sizes_.end() ? 0 : size->second);
      }
    }
    return kept_.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  bool key(string_t& name) override
  {
    if (depth_ == 1) {
      key_ = name;
    }
    path_key_ = is_of_path() ? name : "";
    return true;
  }
  bool string(string_t& value) override
  {
    if (depth_ == 1 && text::is_one_of(key_, {"name", "version", "build", "subdir", "noarch", "channel",
                                              "url", "md5", "sha256", "license"})) {
      kept_[key_] = value;
    }
    if (depth_ == 2 && is_array_ && text::is_one_of(key_, {"files", "depends"})) {
      kept_[key_].push_back(value);
    }
    if (path_key_ == "_path") {
      path_ = value;
    }
    is_prefixed_ = is_prefixed_ || path_key_ == "prefix_placeholder";
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return open(false); }
  bool start_array(std::size_t /*size*/) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t value) override
  {
    if (path_key_ == "size_in_bytes") {
      size_ = value;
    }
    return true;
  }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool parse_error(std::size_t /*at*/, const std::string& /*last*/,
                   const nlohmann::json::exception& /*e*/) override
  {
    return false;
  }

private:
  // An object of the list `paths` of `paths_data`.
  bool is_of_path() const { return depth_ == 4 && key_ == "paths_data"; }
  bool open(bool is_array)
  {
    ++depth_;
    is_array_ = is_array;
    return true;
  }
  bool close()
  {
    if (is_of_path() && is_prefixed_) {
      kept_["prefixed"].push_back(path_);
      is_prefixed_ = false;
    }
    if (is_of_path() && size_ > 0) {
      sizes_.insert_or_assign(std::move(path_), size_);
    }
    size_ = is_of_path() ? 0 : size_;
    --depth_;
    is_array_ = false;
    return true;
  }

  nlohmann::json kept_ = nlohmann::json::object();
  std::map<std::string, unsigned long long> sizes_;   // by path
  std::string key_;
  std::string path_key_;   // of an object of `paths`; "" elsewhere
  std::string path_;
  unsigned long long size_ = 0;
  bool is_prefixed_ = false;
  std::size_t depth_ = 0;
  bool is_array_ = false;
};

}   // namespace

std::optional<TextRule> text_rule(std::string_view path, bool has_shebang)
{
  const std::string_view folder = path::folder_of(path);
  const std::string_view name = path::file_name(path);
  if (auto rule = metadata_rule(folder, name)) {
    return rule;
  }
  if (auto rule = system_rule(path, folder, name)) {
    return rule;
  }
  if (is_python_source_of_code(path)) {
    return TextRule{megabyte, nullptr, true};
  }
  const bool is_ours = path.starts_with("opt/envlift/") || name == "activate.env";
  const bool is_script = has_shebang && !is_vendor_path(folder);
  const bool is_program =
      has_shebang && (folder == "usr/bin" || folder == "usr/sbin" || folder == "usr/lib/envlift");
  if (is_ours || is_script || is_program || name == "pyvenv.cfg" || name.ends_with(".pth")) {
    return TextRule{64 * kilobyte};
  }
  return std::nullopt;
}

std::string reduced_metadata(std::string_view text)
{
  std::string reduced;
  const auto lines = text::lines(text.substr(0, text.find("\n\n")));
  for (std::size_t i = 0; i < lines.size() && !lines[i].empty(); ++i) {
    // A license's whole text goes on in the next line; what it is called stands elsewhere then.
    const bool is_continued =
        i + 1 < lines.size() && (lines[i + 1].starts_with(' ') || lines[i + 1].starts_with('\t'));
    if (is_header(lines[i], {"Metadata-Version", "Name", "Version", "Requires-Python", "Requires-Dist",
                             "Provides-Extra", "License-Expression"}) ||
        (is_header(lines[i], {"License"}) && !is_continued) ||
        lines[i].starts_with("Classifier: License ::")) {
      reduced.append(lines[i]).append("\n");
    }
  }
  return reduced;
}

std::string record_path(std::string_view line)
{
  if (!line.starts_with('"')) {
    return std::string(line.substr(0, line.find(',')));
  }
  std::string path;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"') {
      ++i;
      if (i >= line.size() || line[i] != '"') {
        break;
      }
    }
    path += line[i];
  }
  return path;
}

unsigned long long record_size(std::string_view line)
{
  const std::string_view size = text::trim(line.substr(line.rfind(',') + 1));
  unsigned long long bytes = 0;
  const auto [end, problem] = std::from_chars(size.data(), size.data() + size.size(), bytes);
  return problem == std::errc() && end == size.data() + size.size() ? bytes : 0;
}

std::string_view record_sum(std::string_view line)
{
  constexpr std::string_view k_kind = "sha256=";
  constexpr std::size_t k_characters = 43;   // of 32 bytes
  const std::string_view before = line.substr(0, std::min(line.rfind(','), line.size()));
  const std::string_view sum = before.substr(std::min(before.rfind(',') + 1, before.size()));
  return sum.starts_with(k_kind) && sum.size() == k_kind.size() + k_characters ? sum.substr(k_kind.size())
                                                                               : std::string_view();
}

std::string reduced_record(std::string_view text)
{
  std::string reduced;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string path = record_path(line);
    const unsigned long long bytes = record_size(line);
    const std::string_view sum = path.ends_with(".py") ? record_sum(line) : std::string_view();
    const std::string rest =
        fmt::format(",{}{},{}\n", sum.empty() ? "" : "sha256=", sum, bytes > 0 ? std::to_string(bytes) : "");
    if (line.starts_with('"')) {
      reduced.append("\"").append(text::replace_all(path, "\"", "\"\"")).append("\"").append(rest);
    }
    else if (!path.empty() && path != "\r") {
      reduced.append(path).append(rest);
    }
    at = end + 1;
  }
  return reduced;
}

std::string reduced_conda(std::string_view text)
{
  CondaRecord record;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &record)) {
    return {};
  }
  return record.text();
}

std::string reduced_dpkg(std::string_view text)
{
  std::string reduced;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.empty() || is_header(line, {"Package", "Status", "Architecture", "Version"})) {
      reduced.append(line).append("\n");
    }
    at = end + 1;
  }
  return reduced;
}

}   // namespace envlift::audit
