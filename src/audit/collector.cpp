#include "audit/collector.hpp"

#include "audit/elf.hpp"
#include "audit/marshal.hpp"
#include "audit/pyc.hpp"
#include "audit/secrets.hpp"
#include "audit/source_hash.hpp"
#include "audit/stream.hpp"
#include "audit/texts.hpp"
#include "base/encoding.hpp"
#include "base/path.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "input/decode.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace envlift::audit {

namespace {

constexpr std::size_t largest_scanned = 1 << 20;           // of texts, in one piece
constexpr std::size_t most_text = 64 << 20;                // kept of an image
constexpr std::size_t most_sources = 24 << 20;             // of which Python sources of one layer
constexpr std::size_t many_sources = 4 << 20;   // more than code that somebody wrote for a function
constexpr std::size_t largest_bytecode = 16 << 20;
constexpr std::size_t longest_shebang = 256;   // of the kernel's BINPRM_BUF_SIZE

constexpr std::string_view whiteout_mark = ".wh.";
constexpr std::string_view opaque_mark = ".wh..wh..opq";

std::string shebang_of(std::string_view head)
{
  if (!head.starts_with("#!")) {
    return {};
  }
  const std::string_view line = head.substr(2, longest_shebang);
  return std::string(text::trim(line.substr(0, line.find('\n'))));
}

// Removals; false for an entry that is none. Others of aufs' own files (`.wh..wh.plnk`) say nothing.
bool take_whiteout(LayerFacts& layer, const std::string& path)
{
  const std::string_view name = path::file_name(path);
  if (!name.starts_with(whiteout_mark)) {
    return false;
  }
  const std::string_view folder = path::folder_of(path);
  if (name == opaque_mark) {
    layer.opaque_folders.emplace_back(folder);
  }
  else if (!name.starts_with(".wh..wh.")) {
    layer.whiteouts.push_back(path::joined(folder, name.substr(whiteout_mark.size())));
  }
  return true;
}

void add_missing_parents(LayerFacts& layer)
{
  std::set<std::string_view> missing;
  const auto add = [&](std::string_view folder) {
    for (; !folder.empty(); folder = path::folder_of(folder)) {
      if (!layer.files.contains(std::string(folder)) && !missing.insert(folder).second) {
        break;   // and so are those above it
      }
    }
  };
  std::string_view last;   // neighbours lie in the same folder
  for (const auto& [path, file] : layer.files) {
    if (path::folder_of(path) != last) {
      last = path::folder_of(path);
      add(last);
    }
  }
  for (const std::string& path : layer.whiteouts) {
    add(path::folder_of(path));
  }
  for (const std::string& folder : layer.opaque_folders) {
    add(folder);
  }
  layer.missing_parents.assign(missing.begin(), missing.end());
}

// Bytes that are looked through for secrets by whoever reads them.
class ScannedSource : public image::ByteSource {
public:
  // `head` is what was read before.
  ScannedSource(image::ByteSource& content, SecretScan scan, std::string_view head)
      : content_(content),
        scan_(std::move(scan))
  {
    scan_.add(head);
  }

  Result<std::size_t> read(char* into, std::size_t size) override
  {
    ENVLIFT_TRY_ASSIGN(const std::size_t count, content_.read(into, size));
    scan_.add({into, count});
    return count;
  }

  // Reads what nobody asked for.
  Result<std::vector<SecretFact>> finish()
  {
    ENVLIFT_TRY(skip(*this, std::numeric_limits<unsigned long long>::max()));
    return scan_.end();
  }

private:
  image::ByteSource& content_;
  SecretScan scan_;
};

// Whether the bytes begin as a text of UTF-16 does: with its mark, or with two of ASCII's characters.
bool is_utf16(std::string_view head)
{
  return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") ||
         (head.size() >= 4 && (head[0] == '\0') != (head[1] == '\0') &&
          (head[2] == '\0') == (head[0] == '\0') && (head[3] == '\0') == (head[1] == '\0'));
}

// The layer's files that a pip distribution of the same layer has put there.
std::set<std::string> packaged_files(const LayerFacts& layer)
{
  std::set<std::string> packaged;
  for (const auto& [path, file] : layer.files) {
    if (path.ends_with(".dist-info/RECORD")) {
      const std::string_view site = path::folder_of(path::folder_of(path));
      for (const std::string_view line : text::lines(file.text)) {
        packaged.insert(path::joined(site, record_path(line)));
      }
    }
  }
  return packaged;
}

// A package's keys and example URLs are everybody's: what its author published is not this image's secret. An issuer's
// token is one wherever it stands.
void drop_published(std::vector<SecretFact>& secrets, bool is_test)
{
  std::erase_if(secrets, [&](const SecretFact& secret) {
    return is_test || text::is_one_of(secret.kind, {url_secret, private_key, aws_key_id, web_token});
  });
}

}   // namespace

void Collector::on_layer(std::size_t visit)
{
  finish_layer();
  layers_.resize(std::max(layers_.size(), visit + 1));
  visit_ = visit;
  is_open_ = true;
}

bool Collector::on_known_layer(std::size_t visit, const std::string& diff_id)
{
  auto known = known_ ? known_(diff_id) : std::nullopt;
  if (!known) {
    return false;
  }
  on_layer(visit);
  is_open_ = false;   // there is nothing to finish
  layers_[visit] = std::move(*known);
  for (const auto& [path, file] : layers_[visit].files) {
    text_bytes_ += file.text.size();
  }
  return true;
}

std::vector<LayerFacts> Collector::take()
{
  finish_layer();
  return std::move(layers_);
}

Result<> Collector::on_entry(const image::Entry& entry, image::ByteSource& content)
{
  LayerFacts& layer = layers_[visit_];
  if (entry.path.empty() || take_whiteout(layer, entry.path)) {
    return {};
  }
  File file;
  file.kind = entry.kind;
  file.mode = entry.mode;
  file.uid = entry.uid;
  file.gid = entry.gid;
  file.size = entry.size;
  file.mtime = entry.mtime;
  file.target = entry.target;
  if (entry.kind == image::EntryKind::file && entry.size > 0) {
    ENVLIFT_TRY(read(entry, content, file));
  }
  // Tar programs append to change: the last entry of a path is the one that stays.
  layer.files.insert_or_assign(entry.path, std::move(file));
  return {};
}

Result<> Collector::read(const image::Entry& entry, image::ByteSource& content, File& file)
{
  bytes_.clear();
  ENVLIFT_TRY(read_up_to(content, bytes_, std::min<unsigned long long>(entry.size, block_bytes)));
  if (is_elf(bytes_)) {
    ScannedSource scanned(content, SecretScan(entry.path, Content::binary), bytes_);
    ENVLIFT_TRY_ASSIGN(file.elf, read_elf(bytes_, scanned, entry.size));
    ENVLIFT_TRY_ASSIGN(file.secrets, scanned.finish());
    return {};
  }
  if (entry.path.ends_with(".pyc")) {
    return read_pyc(entry, content, file);
  }
  if (auto key = find_der_key(entry.path, bytes_, entry.size)) {
    file.secrets.push_back(*std::move(key));
    return {};
  }
  file.shebang = shebang_of(bytes_);
  if (bytes_.find('\0') == std::string::npos) {
    return read_text(entry, content, file);
  }
  return is_utf16(bytes_) && entry.size <= largest_scanned ? read_utf16(entry, content, file)
                                                           : scan(entry, content, Content::binary, file);
}

Result<> Collector::read_utf16(const image::Entry& entry, image::ByteSource& content, File& file)
{
  ENVLIFT_TRY(read_up_to(content, bytes_, entry.size));
  const input::Decoded decoded = input::decode(bytes_, input::Encoding::conda);
  if (!decoded.ok) {
    return scan(entry, content, Content::binary, file);
  }
  file.secrets = find_secrets(entry.path, decoded.text);
  return {};
}

Result<> Collector::scan(const image::Entry& entry, image::ByteSource& content, Content kind, File& file)
{
  ScannedSource scanned(content, SecretScan(entry.path, kind), bytes_);
  ENVLIFT_TRY_ASSIGN(file.secrets, scanned.finish());
  return {};
}

Result<> Collector::read_pyc(const image::Entry& entry, image::ByteSource& content, File& file)
{
  constexpr std::size_t k_header = 16;
  file.pyc = parse_pyc(bytes_);
  if (file.pyc && entry.size <= largest_bytecode) {
    ENVLIFT_TRY(read_up_to(content, bytes_, entry.size));
    file.pyc->is_cut = is_cut_marshal(std::string_view(bytes_).substr(k_header), file.pyc->magic);
  }
  return {};
}

Result<> Collector::read_text(const image::Entry& entry, image::ByteSource& content, File& file)
{
  std::optional<TextRule> rule = text_rule(entry.path, !file.shebang.empty());
  if (rule && entry.size > rule->limit) {
    rule.reset();
  }
  if (!rule && entry.size > largest_scanned) {
    return scan(entry, content, Content::text, file);
  }
  ENVLIFT_TRY(read_up_to(content, bytes_, entry.size));
  file.secrets = find_secrets(entry.path, bytes_);
  if (entry.path.ends_with(".py")) {
    file.source_hashes = hash_source(bytes_);
    file.sha256 = base64url_encoded(sha256_bytes(bytes_));
  }
  if (!rule) {
    return {};
  }
  std::string text = rule->reduced != nullptr ? rule->reduced(bytes_) : bytes_;
  // What lies directly in the task root or above it is kept in any case: the handler, most likely.
  const bool is_deep = std::ranges::count(entry.path, '/') > 2;
  const bool is_many = rule->is_source && is_deep && source_bytes_ + text.size() > most_sources;
  if (is_many || text_bytes_ + text.size() > most_text) {
    layers_[visit_].is_complete = false;
    return {};
  }
  text_bytes_ += text.size();
  source_bytes_ += rule->is_source ? text.size() : 0;
  file.text = std::move(text);
  return {};
}

void Collector::finish_layer()
{
  if (!is_open_) {
    return;
  }
  is_open_ = false;
  LayerFacts& layer = layers_[visit_];
  add_missing_parents(layer);
  const bool has_secrets =
      std::ranges::any_of(layer.files, [](const auto& file) { return !file.second.secrets.empty(); });
  const bool has_many_sources = source_bytes_ > many_sources;
  for (const std::string& path :
       has_secrets || has_many_sources ? packaged_files(layer) : std::set<std::string>()) {
    const auto found = layer.files.find(path);
    if (found == layer.files.end()) {
      continue;
    }
    drop_published(found->second.secrets, is_test_path(path));
    // Installed beside the function (`pip install --target`), where a path does not tell them from its own.
    if (has_many_sources && path.ends_with(".py")) {
      text_bytes_ -= found->second.text.size();
      found->second.text = {};
    }
  }
  source_bytes_ = 0;
}

}   // namespace envlift::audit
