// The file system that an image's layers make together, and paths looked up in it as the kernel does.
#pragma once

#include "audit/facts.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

struct TreeFile {
  const File* file = nullptr;
  std::size_t layer = 0;            // index of StoredImage::layers
};

class Tree {
public:
  // `facts` must outlive the tree.
  explicit Tree(const ImageFacts& facts);

  // By path without a leading '/'; hard links have their target's facts.
  const std::map<std::string, TreeFile, std::less<>>& files() const { return files_; }
  const TreeFile* find(std::string_view path) const;      // the entry itself, no symlink followed
  // The path that is reached when every symlink is followed; "" when it leads nowhere or in a circle.
  std::string resolve(std::string_view path) const;
  const TreeFile* open(std::string_view path) const;      // find(resolve(path))
  // Also one that no layer has an entry for although its content is there.
  bool is_folder(std::string_view path) const;
  // The names directly in a folder, sorted.
  std::vector<std::string> list(std::string_view folder) const;

private:
  void add_layer(const LayerFacts& layer, std::size_t index);
  void link_hard_links(const LayerFacts& layer, std::size_t index);
  void remove_below(std::string_view folder);
  std::string place_of(std::string_view path) const;

  std::map<std::string, TreeFile, std::less<>> files_;
};

}  // namespace envlift::audit
