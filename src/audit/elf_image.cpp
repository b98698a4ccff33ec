#include "audit/elf_image.hpp"

#include "audit/stream.hpp"

#include <algorithm>
#include <utility>

#include <elf.h>

namespace envlift::audit {

namespace {

// What is kept of one segment and of all: string tables lie at a segment's beginning.
constexpr std::uint64_t most_of_segment = 32 << 20;
constexpr std::uint64_t most_of_file = 48 << 20;
constexpr std::uint64_t most_of_dynamic = 1 << 20;

}   // namespace

ElfImage::ElfImage(std::string head)
{
  const std::string_view bytes = head;
  if (bytes.size() >= sizeof(Elf32_Ehdr) && bytes.starts_with(ELFMAG)) {
    is_64_bit_ = bytes[EI_CLASS] == ELFCLASS64;
    is_big_endian_ = bytes[EI_DATA] == ELFDATA2MSB;
    machine_ = u16(bytes, offsetof(Elf64_Ehdr, e_machine));
    const bool is_known = is_64_bit_ || bytes[EI_CLASS] == ELFCLASS32;
    is_readable_ = is_known && bytes.size() >= (is_64_bit_ ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr));
  }
  if (is_readable_) {
    headers_at_ = word(bytes, is_64_bit_ ? offsetof(Elf64_Ehdr, e_phoff) : offsetof(Elf32_Ehdr, e_phoff));
    header_size_ =
        u16(bytes, is_64_bit_ ? offsetof(Elf64_Ehdr, e_phentsize) : offsetof(Elf32_Ehdr, e_phentsize));
    header_count_ = u16(bytes, is_64_bit_ ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum));
    const std::uint64_t sections_at =
        word(bytes, is_64_bit_ ? offsetof(Elf64_Ehdr, e_shoff) : offsetof(Elf32_Ehdr, e_shoff));
    const std::uint64_t size =
        u16(bytes, is_64_bit_ ? offsetof(Elf64_Ehdr, e_shentsize) : offsetof(Elf32_Ehdr, e_shentsize));
    const std::uint64_t count =
        u16(bytes, is_64_bit_ ? offsetof(Elf64_Ehdr, e_shnum) : offsetof(Elf32_Ehdr, e_shnum));
    sections_end_ = sections_at == 0 ? 0 : sections_at + size * count;
  }
  parts_.push_back({0, std::move(head)});
}

std::uint64_t ElfImage::number(std::string_view bytes, std::size_t offset, std::size_t size) const
{
  if (offset > bytes.size() || bytes.size() - offset < size) {
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = is_big_endian_ ? i : size - 1 - i;
    value = value << 8U | static_cast<unsigned char>(bytes[offset + at]);
  }
  return value;
}

std::uint16_t ElfImage::u16(std::string_view bytes, std::size_t offset) const
{
  return static_cast<std::uint16_t>(number(bytes, offset, 2));
}

std::uint32_t ElfImage::u32(std::string_view bytes, std::size_t offset) const
{
  return static_cast<std::uint32_t>(number(bytes, offset, 4));
}

std::uint64_t ElfImage::u64(std::string_view bytes, std::size_t offset) const
{
  return number(bytes, offset, 8);
}

std::uint64_t ElfImage::word(std::string_view bytes, std::size_t offset) const
{
  return number(bytes, offset, word_size());
}

void ElfImage::read_segments()
{
  const std::string_view table = at(headers_at_, std::uint64_t{header_size_} * header_count_);
  const std::size_t least = is_64_bit_ ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
  for (std::size_t i = 0; header_size_ >= least && (i + 1) * header_size_ <= table.size(); ++i) {
    const std::string_view header = table.substr(i * header_size_, header_size_);
    Segment segment;
    segment.type = u32(header, 0);
    if (is_64_bit_) {
      segment.is_executable = (u32(header, offsetof(Elf64_Phdr, p_flags)) & PF_X) != 0;
      segment.offset = u64(header, offsetof(Elf64_Phdr, p_offset));
      segment.address = u64(header, offsetof(Elf64_Phdr, p_vaddr));
      segment.size = u64(header, offsetof(Elf64_Phdr, p_filesz));
    }
    else {
      segment.is_executable = (u32(header, offsetof(Elf32_Phdr, p_flags)) & PF_X) != 0;
      segment.offset = u32(header, offsetof(Elf32_Phdr, p_offset));
      segment.address = u32(header, offsetof(Elf32_Phdr, p_vaddr));
      segment.size = u32(header, offsetof(Elf32_Phdr, p_filesz));
    }
    segments_.push_back(segment);
  }
}

// Sorted, none overlapping. Code is left out unless it shares its segment with the file's header, as linkers without
// -z separate-code have it.
std::vector<ElfImage::Range> ElfImage::needed(std::uint64_t file_size) const
{
  std::vector<Range> ranges;
  std::uint64_t left = most_of_file;
  for (const Segment& segment : segments_) {
    std::uint64_t most = 0;
    if (segment.type == PT_DYNAMIC || segment.type == PT_INTERP) {
      most = most_of_dynamic;
    }
    else if (segment.type == PT_LOAD && (!segment.is_executable || segment.offset == 0)) {
      most = std::min(most_of_segment, left);
    }
    const std::uint64_t begin = std::min(segment.offset, file_size);
    const std::uint64_t end = begin + std::min({segment.size, most, file_size - begin});
    if (begin < end) {
      ranges.push_back({begin, end});
      left -= std::min(left, end - begin);
    }
  }
  std::ranges::sort(ranges, {}, &Range::begin);
  std::vector<Range> merged;
  for (const Range& range : ranges) {
    if (!merged.empty() && range.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, range.end);
    }
    else {
      merged.push_back(range);
    }
  }
  return merged;
}

Result<> ElfImage::read(image::ByteSource& content, unsigned long long file_size)
{
  const std::uint64_t headers = std::uint64_t{header_size_} * header_count_;
  if (headers_at_ <= most_of_file && headers_at_ + headers <= most_of_file) {
    ENVLIFT_TRY(read_up_to(content, parts_.front().bytes, headers_at_ + headers));
  }
  read_segments();
  std::uint64_t position = parts_.front().bytes.size();
  for (const Range& range : needed(file_size)) {
    if (range.end <= position) {
      continue;
    }
    if (range.begin > position) {
      ENVLIFT_TRY_ASSIGN(const bool is_there, skip(content, range.begin - position));
      if (!is_there) {
        break;
      }
      position = range.begin;
      parts_.push_back({position, {}});
    }
    Part& part = parts_.back();
    ENVLIFT_TRY(read_up_to(content, part.bytes, range.end - part.offset));
    position = part.offset + part.bytes.size();
  }
  return {};
}

bool ElfImage::is_cut(unsigned long long file_size) const
{
  // Sums are compared as differences: a damaged header claims any number.
  const auto ends_behind = [&](const Segment& segment) {
    return segment.type == PT_LOAD && segment.size > 0 &&
           (segment.offset > file_size || segment.size > file_size - segment.offset);
  };
  return sections_end_ > file_size || std::ranges::any_of(segments_, ends_behind);
}

const Segment* ElfImage::segment(std::uint32_t type) const
{
  const auto found = std::ranges::find(segments_, type, &Segment::type);
  return found == segments_.end() ? nullptr : &*found;
}

std::string_view ElfImage::at(std::uint64_t offset, std::uint64_t size) const
{
  for (const Part& part : parts_) {
    if (offset >= part.offset && offset - part.offset < part.bytes.size()) {
      return std::string_view(part.bytes).substr(offset - part.offset, size);
    }
  }
  return {};
}

std::optional<std::uint64_t> ElfImage::offset_of(std::uint64_t address) const
{
  for (const Segment& segment : segments_) {
    if (segment.type == PT_LOAD && address >= segment.address && address - segment.address < segment.size) {
      return segment.offset + (address - segment.address);
    }
  }
  return std::nullopt;
}

}   // namespace envlift::audit
