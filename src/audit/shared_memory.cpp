// What of Python's multiprocessing needs /dev/shm, in the function's own code. Packages' code is not looked at: most
// have processes for those who ask for them.
#include "audit/checks.hpp"
#include "audit/names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace envlift::audit {

namespace {

// They are made of semaphores (multiprocessing/synchronize.py) or of shared blocks.
constexpr std::array<std::string_view, 16> k_names = {
  "Pool",  "Queue",     "JoinableQueue", "SimpleQueue",      "Lock",    "RLock",
  "Event", "Condition", "Semaphore",     "BoundedSemaphore", "Barrier", "Value",
  "Array", "Manager",   "SharedMemory",  "ShareableList"};
constexpr std::array<std::string_view, 2> k_modules = {"multiprocessing", "multiprocessing.shared_memory"};

bool is_word(char c)
{
  return text::is_alnum(c) || c == '_';
}

// Whether the line calls `name`, which stands there as a word of its own.
bool calls(std::string_view line, std::string_view name)
{
  for (std::size_t at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
    const bool begins = at == 0 || (!is_word(line[at - 1]) && line[at - 1] != '.');
    if (begins && line.substr(at + name.size()).starts_with('(')) {
      return true;
    }
  }
  return false;
}

std::vector<std::string_view> words_of(std::string_view line)
{
  std::vector<std::string_view> words;
  for (const std::string_view word : text::split(line, ' ')) {
    const std::string_view bare = word.substr(0, word.find_last_not_of(",()") + 1);
    if (const std::string_view trimmed =
            text::trim(bare.substr(std::min(bare.find_first_not_of('('), bare.size())));
        !trimmed.empty()) {
      words.push_back(trimmed);
    }
  }
  return words;
}

// Reads a module line by line: what it imports, and the first call of what needs shared memory.
class Module {
public:
  // The number of the line; nothing when there is none.
  std::optional<std::size_t> first_call(std::string_view source)
  {
    std::size_t number = 0;
    for (const std::string_view line : text::lines(source)) {
      ++number;
      const std::string_view code = text::trim(line.substr(0, line.find('#')));
      if (code.starts_with("import ") || code.starts_with("from ")) {
        take_import(words_of(code));
      }
      else if (std::ranges::any_of(called_, [&](const std::string& name) { return calls(code, name); })) {
        return number;
      }
    }
    return std::nullopt;
  }

private:
  // Words of "import multiprocessing as mp", "from multiprocessing import Pool, Queue as Q".
  void take_import(const std::vector<std::string_view>& words)
  {
    if (words.size() < 2) {
      return;
    }
    if (words[0] == "import") {
      take_module(words);
    }
    else if (is_one_of(k_modules, words[1])) {
      take_names(words, [](std::string_view name) { return is_one_of(k_names, name); });
    }
    else if (words[1] == "concurrent.futures" || words[1] == "concurrent.futures.process") {
      take_names(words, [](std::string_view name) { return name == "ProcessPoolExecutor"; });
    }
    else if (words[1] == "concurrent") {
      called_.emplace_back("futures.ProcessPoolExecutor");
    }
  }

  void take_module(const std::vector<std::string_view>& words)
  {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const bool is_renamed = i + 2 < words.size() && words[i + 1] == "as";
      const std::string here(is_renamed ? words[i + 2] : words[i]);
      if (is_one_of(k_modules, words[i])) {
        for (const std::string_view name : k_names) {
          called_.push_back(fmt::format("{}.{}", here, name));
        }
      }
      else if (words[i] == "concurrent.futures") {
        called_.push_back(here + ".ProcessPoolExecutor");
      }
    }
  }

  template <class IsWanted>
  void take_names(const std::vector<std::string_view>& words, IsWanted is_wanted)
  {
    for (std::size_t i = 3; i < words.size(); ++i) {
      if (is_wanted(words[i])) {
        const bool is_renamed = i + 2 < words.size() && words[i + 1] == "as";
        called_.emplace_back(is_renamed ? words[i + 2] : words[i]);
      }
    }
  }

  template <class List>
  static bool is_one_of(const List& list, std::string_view word)
  {
    return std::ranges::find(list, word) != list.end();
  }

  std::vector<std::string> called_;   // "mp.Pool"
};

}   // namespace

void check_shared_memory(const Audited& image, Findings& findings)
{
  for (const auto& [path, file] : image.tree.files()) {
    const bool is_own = !image.task_root.empty() && is_below(path, image.task_root) &&
                        path.ends_with(".py") && !is_test_data(path) && image.packages.owner_of(path).empty();
    if (!is_own) {
      continue;
    }
    if (const auto line = Module().first_call(file.file->text)) {
      findings.add(
          "EL1147", path,
          fmt::format("line {} makes what lies in shared memory: a pool, a queue or a lock of processes",
                      *line),
          "use threads (ThreadPoolExecutor), or `Process` and `Pipe`");
    }
  }
}

}   // namespace envlift::audit
