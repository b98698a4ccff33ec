#include "audit/contents.hpp"

#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/leaks.hpp"
#include "audit/names.hpp"
#include "audit/shares.hpp"
#include "base/path.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace envlift::audit {

namespace {

constexpr std::size_t k_most_shares = 24;
constexpr const char* k_hidden_step = "(a step with a secret: not shown)";

Part part_of(const Package& package)
{
  switch (package.kind) {
    case Package::Kind::conda: return Part::conda;
    case Package::Kind::pip: return Part::pip;
    case Package::Kind::system: break;
  }
  return Part::system;
}

// What a person would call the file within its package: "numpy/_core/x.so" of ".../site-packages/numpy/_core/x.so".
std::string_view short_path(std::string_view path, std::string_view prefix)
{
  constexpr std::string_view k_site = "/site-packages/";
  if (const std::size_t site = path.find(k_site); site != std::string_view::npos) {
    return path.substr(site + k_site.size());
  }
  return is_below(path, prefix) && !prefix.empty() ? path.substr(prefix.size() + 1) : path;
}

// Files over the base that envlift's launcher consists of: its own folder, and the programs that it stands in for.
bool is_of_launcher(std::string_view path)
{
  return is_below(path, "opt/envlift") || is_below(path, "var/lang/bin");
}

bool is_of_language(std::string_view path)
{
  return is_below(path, "var/lang") || is_below(path, "var/runtime");
}

// One sum of the image's files.
class Counting {
public:
  explicit Counting(const ImageFacts& facts)
      : facts_(facts),
        tree_(facts),
        packages_(tree_),
        task_root_(task_root_of(facts.image.config)),
        audited_{facts, tree_, packages_, "", task_root_},
        base_(audited_),
        has_own_python_(runs_own_python())
  {}

  Contents run()
  {
    contents_.platform = facts_.image.config.os + "/" + facts_.image.config.architecture;
    add_layers();
    for (const auto& [path, file] : tree_.files()) {
      if (file.file->kind == image::EntryKind::file || file.file->kind == image::EntryKind::symlink) {
        add_file(path, file);
      }
    }
    add_packages_without_files();
    finish();
    return std::move(contents_);
  }

private:
  // What tells pieces apart: the part, and the package's index.
  using Key = std::pair<Part, std::size_t>;

  bool runs_own_python() const
  {
    const auto python = find_interpreter(audited_);
    return python && python->is_launched && !python->program.empty() && !is_of_language(python->program);
  }

  void add_layers()
  {
    std::vector<std::string> made_by;
    for (const image::History& step : facts_.image.config.history) {
      if (!step.empty_layer) {
        made_by.push_back(holds_secret(step.created_by) ? k_hidden_step : step.created_by);
      }
    }
    const auto& layers = facts_.image.layers;
    made_by.resize(made_by.size() == layers.size() ? layers.size() : 0);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      LayerContents layer;
      layer.diff_id = layers[i].diff_id;
      layer.made_by = made_by.empty() ? "" : made_by[i];
      for (const auto& [path, file] : layer_facts(facts_, i).files) {
        const unsigned long long bytes = file.kind == image::EntryKind::file ? file.size : 0;
        layer.bytes += bytes;
        contents_.spare_bytes += has_own_python_ && base_.has(i) && is_of_language(path) ? bytes : 0;
      }
      // docker's archive has layers as the engine unpacked them.
      const bool is_packed = layers[i].compression != image::Compression::none;
      layer.stored = is_packed ? layers[i].stored_bytes : 0;
      contents_.bytes += layer.bytes;
      contents_.base_bytes += base_.has(i) ? layer.bytes : 0;
      contents_.layers.push_back(std::move(layer));
    }
  }

  Key key_of(std::string_view path, const TreeFile& file) const
  {
    if (base_.has(file)) {
      return {Part::base, 0};
    }
    if (const auto package = packages_.index_of(path)) {
      return {part_of(packages_.all()[*package]), *package};
    }
    const bool is_code = !task_root_.empty() && is_below(path, task_root_);
    return {is_code ? Part::code : is_of_launcher(path) ? Part::launcher : Part::unowned, 0};
  }

  std::string_view prefix_of(const Key& key) const
  {
    switch (key.first) {
      case Part::conda: return packages_.all()[key.second].site;
      case Part::code: return task_root_;
      default: return "";
    }
  }

  std::size_t piece_of(const Key& key)
  {
    const auto [at, is_new] = pieces_.emplace(key, contents_.pieces.size());
    if (is_new) {
      Piece piece;
      piece.part = key.first;
      if (key.first <= Part::system) {
        const Package& package = packages_.all()[key.second];
        piece.name = package.name;
        piece.version = package.version;
        piece.installed = installed(package);
      }
      contents_.pieces.push_back(std::move(piece));
      folders_.emplace_back();
      layers_of_.emplace_back();
    }
    return at->second;
  }

  void add_file(const std::string& path, const TreeFile& file)
  {
    const Key key = key_of(path, file);
    const std::size_t index = piece_of(key);
    const bool is_counted = file.file->kind == image::EntryKind::file && counted_.insert(file.file).second;
    const unsigned long long bytes = is_counted ? file.file->size : 0;   // hard links share their bytes
    Piece& piece = contents_.pieces[index];
    piece.bytes += bytes;
    ++piece.files;
    folders_[index].add(short_path(path, prefix_of(key)), bytes);
    layers_of_[index][file.layer] += bytes;
  }

  // Left out as a whole, but for conda's record of it.
  void add_packages_without_files()
  {
    for (std::size_t i = 0; i < packages_.all().size(); ++i) {
      const TreeFile* place = tree_.find(packages_.all()[i].place);
      if (place != nullptr && !base_.has(*place)) {
        piece_of({part_of(packages_.all()[i]), i});
      }
    }
  }

  std::optional<Installed> installed(const Package& package) const
  {
    Installed sum;
    for (std::size_t i = 0; i < package.installed.size(); ++i) {
      const unsigned long long before = package.installed[i];
      const TreeFile* file = before > 0 ? tree_.find(package.files[i]) : nullptr;
      sum.bytes += before;
      if (file == nullptr) {
        sum.left_out += before;
        continue;
      }
      const bool is_link = file->file->kind == image::EntryKind::symlink;
      // A text may be shorter for the prefix that was written into it.
      const bool is_comparable = is_link || file->file->elf;
      sum.reduced += is_comparable ? before - std::min(before, is_link ? 0 : file->file->size) : 0;
    }
    return sum.bytes > 0 ? std::optional(sum) : std::nullopt;
  }

  void finish()
  {
    for (std::size_t i = 0; i < contents_.pieces.size(); ++i) {
      Piece& piece = contents_.pieces[i];
      piece.shares = folders_[i].shares(k_most_shares);
      unsigned long long most = 0;
      for (const auto& [layer, bytes] : layers_of_[i]) {
        contents_.layers[layer].parts.push_back({i, bytes});
        piece.layer = bytes >= most ? layer : piece.layer;
        most = std::max(most, bytes);
      }
    }
    sort_pieces();
    for (std::size_t i = 0; i < contents_.layers.size(); ++i) {
      LayerContents& layer = contents_.layers[i];
      std::ranges::stable_sort(layer.parts, std::ranges::greater{}, &LayerPart::bytes);
      unsigned long long seen = 0;
      for (const LayerPart& part : layer.parts) {
        seen += part.bytes;
      }
      layer.hidden = layer.bytes - std::min(layer.bytes, seen);
      layer.change = is_of_base(i) ? Change::base : change_of(layer);
      contents_.base_layers += layer.change == Change::base ? 1 : 0;
    }
  }

  // The base's last instructions may make layers without files.
  bool is_of_base(std::size_t layer) const
  {
    const bool is_empty = contents_.layers[layer].bytes == 0 && layer_facts(facts_, layer).whiteouts.empty();
    return base_.has(layer) || (is_empty && layer > 0 && contents_.layers[layer - 1].change == Change::base);
  }

  void sort_pieces()
  {
    std::vector<std::size_t> order(contents_.pieces.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    const auto before = [&](std::size_t a, std::size_t b) {
      const Piece& left = contents_.pieces[a];
      const Piece& right = contents_.pieces[b];
      return std::tie(right.bytes, left.name, left.version) < std::tie(left.bytes, right.name, right.version);
    };
    std::ranges::sort(order, before);
    std::vector<std::size_t> place(order.size());
    std::vector<Piece> sorted;
    for (std::size_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      sorted.push_back(std::move(contents_.pieces[order[i]]));
    }
    contents_.pieces = std::move(sorted);
    for (LayerContents& layer : contents_.layers) {
      for (LayerPart& part : layer.parts) {
        part.piece = place[part.piece];
      }
    }
  }

  bool holds(const LayerContents& layer, Part part) const
  {
    return std::ranges::any_of(
        layer.parts, [&](const LayerPart& one) { return contents_.pieces[one.piece].part == part; });
  }

  // By what its files are, so that an image of any build tells.
  Change change_of(const LayerContents& layer) const
  {
    const bool has_package =
        holds(layer, Part::conda) || holds(layer, Part::pip) || holds(layer, Part::system);
    const bool has_code = holds(layer, Part::code);
    if (has_package) {
      return has_code ? Change::step : Change::package;
    }
    if (has_code) {
      return holds(layer, Part::unowned) ? Change::step : Change::code;
    }
    if (holds(layer, Part::launcher)) {
      return Change::launcher;
    }
    const bool is_envlift = layer.made_by == "envlift: of no package";
    return is_envlift ? Change::environment : Change::step;
  }

  const ImageFacts& facts_;
  const Tree tree_;
  const Packages packages_;
  const std::string task_root_;
  const Audited audited_;
  const BaseLayers base_;
  const bool has_own_python_;
  Contents contents_;
  std::map<Key, std::size_t> pieces_;   // by index of Contents::pieces
  std::vector<FolderBytes> folders_;   // by piece
  std::vector<std::map<std::size_t, unsigned long long>> layers_of_;   // by piece
  std::set<const File*> counted_;
};

}   // namespace

std::string_view name_of(Part part)
{
  switch (part) {
    case Part::conda: return "conda";
    case Part::pip: return "pip";
    case Part::system: return "system";
    case Part::code: return "your code";
    case Part::launcher: return "launcher";
    case Part::unowned: return "no package";
    case Part::base: break;
  }
  return "base image";
}

Contents contents(const ImageFacts& facts)
{
  return Counting(facts).run();
}

}   // namespace envlift::audit
