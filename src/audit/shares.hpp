// A piece's files -> its largest folders and files.
#pragma once

#include "audit/contents.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

class FolderBytes {
public:
  void add(std::string_view path, unsigned long long bytes);
  // Large folders are split into what they hold, small things put together; at most `most`.
  std::vector<Share> shares(std::size_t most) const;

private:
  struct Node {
    unsigned long long bytes = 0;
    std::size_t files = 0;
    std::map<std::string, Node, std::less<>> inside;
  };
  struct Part {
    std::string path;
    const Node* node = nullptr;
  };
  struct Limits {
    std::size_t most = 0;
    unsigned long long least = 0;   // bytes of what is no part of its own
  };
  static void split(std::vector<Part>& parts, std::size_t at, const Limits& limits, Share& rest);
  static std::size_t largest_folder(const std::vector<Part>& parts);

  Node root_;
};

}  // namespace envlift::audit
