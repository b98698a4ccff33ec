#include "audit/elf.hpp"

#include "audit/elf_image.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

#include <elf.h>

namespace envlift::audit {

namespace {

// Bounds on what a damaged file can claim; real ones stay far below.
constexpr std::size_t longest_name = 4096;
constexpr std::size_t longest_path_list = 65536;
constexpr std::size_t most_entries = 16384;

// The dynamic section's entries that the audit needs.
struct Dynamic {
  std::uint64_t strings = 0;        // DT_STRTAB, an address
  std::uint64_t strings_size = 0;
  std::uint64_t needs = 0;          // DT_VERNEED, an address
  std::uint64_t needs_count = 0;
  std::uint64_t definitions = 0;    // DT_VERDEF, an address
  std::uint64_t definitions_count = 0;
  std::vector<std::uint64_t> needed;   // offsets of strings, as those below
  std::optional<std::uint64_t> soname;
  std::optional<std::uint64_t> rpath;
  std::optional<std::uint64_t> runpath;
};

void take_entry(Dynamic& dynamic, std::uint64_t tag, std::uint64_t value)
{
  switch (tag) {
    case DT_STRTAB: dynamic.strings = value; break;
    case DT_STRSZ: dynamic.strings_size = value; break;
    case DT_VERNEED: dynamic.needs = value; break;
    case DT_VERNEEDNUM: dynamic.needs_count = value; break;
    case DT_VERDEF: dynamic.definitions = value; break;
    case DT_VERDEFNUM: dynamic.definitions_count = value; break;
    case DT_SONAME: dynamic.soname = value; break;
    case DT_RPATH: dynamic.rpath = value; break;
    case DT_RUNPATH: dynamic.runpath = value; break;
    case DT_NEEDED:
      if (dynamic.needed.size() < most_entries) {
        dynamic.needed.push_back(value);
      }
      break;
    default: break;
  }
}

Dynamic read_dynamic(const ElfImage& image, const Segment& segment)
{
  Dynamic dynamic;
  const std::string_view entries = image.at(segment.offset, segment.size);
  const std::size_t size = 2 * image.word_size();
  for (std::size_t at = 0; at + size <= entries.size(); at += size) {
    const std::uint64_t tag = image.word(entries, at);
    if (tag == DT_NULL) {
      break;
    }
    take_entry(dynamic, tag, image.word(entries, at + image.word_size()));
  }
  return dynamic;
}

// The strings and version tables that a dynamic section points to.
class Tables {
public:
  Tables(const ElfImage& image, const Dynamic& dynamic) : image_(image), dynamic_(dynamic)
  {
    if (const auto offset = image.offset_of(dynamic.strings)) {
      strings_ = image.at(*offset, dynamic.strings_size);
    }
  }

  std::string string(std::uint64_t offset, std::size_t longest = longest_name) const
  {
    if (offset >= strings_.size()) {
      return {};
    }
    const std::string_view rest = strings_.substr(offset, longest);
    return std::string(rest.substr(0, rest.find('\0')));
  }

  std::vector<std::string> paths(const std::optional<std::uint64_t>& offset) const
  {
    const std::string list = offset ? string(*offset, longest_path_list) : std::string();
    std::vector<std::string> paths;
    for (const std::string_view path :
         list.empty() ? std::vector<std::string_view>() : text::split(list, ':')) {
      paths.emplace_back(path);
    }
    return paths;
  }

  // Verneed and Vernaux have the same layout in both classes, as have Verdef and Verdaux.
  std::vector<VersionNeed> needs() const
  {
    std::vector<VersionNeed> needs;
    std::string_view need = table(dynamic_.needs);
    for (std::uint64_t i = 0; i < dynamic_.needs_count && i < most_entries && !need.empty(); ++i) {
      const std::string library = string(image_.u32(need, offsetof(Elf64_Verneed, vn_file)));
      const std::size_t count = image_.u16(need, offsetof(Elf64_Verneed, vn_cnt));
      std::string_view version = next(need, image_.u32(need, offsetof(Elf64_Verneed, vn_aux)));
      for (std::size_t j = 0; j < count && needs.size() < most_entries && !version.empty(); ++j) {
        needs.push_back({library, string(image_.u32(version, offsetof(Elf64_Vernaux, vna_name)))});
        version = next(version, image_.u32(version, offsetof(Elf64_Vernaux, vna_next)));
      }
      need = next(need, image_.u32(need, offsetof(Elf64_Verneed, vn_next)));
    }
    return needs;
  }

  std::vector<std::string> definitions() const
  {
    std::vector<std::string> definitions;
    std::string_view definition = table(dynamic_.definitions);
    for (std::uint64_t i = 0; i < dynamic_.definitions_count && i < most_entries && !definition.empty();
         ++i) {
      // The base definition names the file itself.
      if ((image_.u16(definition, offsetof(Elf64_Verdef, vd_flags)) & VER_FLG_BASE) == 0) {
        const std::string_view name =
            next(definition, image_.u32(definition, offsetof(Elf64_Verdef, vd_aux)));
        definitions.push_back(string(image_.u32(name, offsetof(Elf64_Verdaux, vda_name))));
      }
      definition = next(definition, image_.u32(definition, offsetof(Elf64_Verdef, vd_next)));
    }
    return definitions;
  }

private:
  std::string_view table(std::uint64_t address) const
  {
    const auto offset = address == 0 ? std::nullopt : image_.offset_of(address);
    return offset ? image_.at(*offset, std::string_view::npos) : std::string_view();
  }

  // What lies `distance` further on; nothing for 0, which ends a chain.
  static std::string_view next(std::string_view at, std::uint32_t distance)
  {
    return distance == 0 || distance >= at.size() ? std::string_view() : at.substr(distance);
  }

  const ElfImage& image_;
  const Dynamic& dynamic_;
  std::string_view strings_;
};

void add_dynamic(ElfFacts& facts, const ElfImage& image, const Segment& segment)
{
  const Dynamic dynamic = read_dynamic(image, segment);
  const Tables tables(image, dynamic);
  facts.is_dynamic = true;
  facts.soname = dynamic.soname ? tables.string(*dynamic.soname) : std::string();
  for (const std::uint64_t offset : dynamic.needed) {
    facts.needed.push_back(tables.string(offset));
  }
  std::erase(facts.needed, std::string());
  facts.rpath = tables.paths(dynamic.rpath);
  facts.runpath = tables.paths(dynamic.runpath);
  facts.version_needs = tables.needs();
  facts.version_definitions = tables.definitions();
}

}   // namespace

bool is_elf(std::string_view head)
{
  return head.starts_with(ELFMAG);
}

Result<ElfFacts> read_elf(std::string head, image::ByteSource& content, unsigned long long size)
{
  ElfImage image(std::move(head));
  ElfFacts facts;
  facts.machine = image.machine();
  facts.is_64_bit = image.is_64_bit();
  if (!image.is_readable()) {
    return facts;
  }
  ENVLIFT_TRY(image.read(content, size));
  facts.is_cut = image.is_cut(size);
  if (const Segment* interpreter = image.segment(PT_INTERP)) {
    const std::string_view path =
        image.at(interpreter->offset, std::min<std::uint64_t>(interpreter->size, longest_name));
    facts.interpreter = path.substr(0, path.find('\0'));
  }
  if (const Segment* dynamic = image.segment(PT_DYNAMIC)) {
    add_dynamic(facts, image, *dynamic);
  }
  return facts;
}

}   // namespace envlift::audit
