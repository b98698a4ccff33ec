// The parts of an ELF file that its dynamic section can point to.
#pragma once

#include "image/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

struct Segment {
  std::uint32_t type = 0;      // PT_LOAD, …
  bool is_executable = false;
  std::uint64_t offset = 0;    // in the file
  std::uint64_t address = 0;
  std::uint64_t size = 0;      // in the file
};

class ElfImage {
public:
  // The file's header is read from `head`; is_readable() says whether it is one.
  explicit ElfImage(std::string head);
  bool is_readable() const { return is_readable_; }
  bool is_64_bit() const { return is_64_bit_; }
  int machine() const { return machine_; }

  // Reads the program headers, and of the segments what may be needed.
  Result<> read(image::ByteSource& content, unsigned long long file_size);

  // Whether the file has fewer bytes than its headers say, once they are read.
  bool is_cut(unsigned long long file_size) const;
  const std::vector<Segment>& segments() const { return segments_; }
  const Segment* segment(std::uint32_t type) const;
  // Up to `size` bytes from an offset on; "" for what was not read.
  std::string_view at(std::uint64_t offset, std::uint64_t size) const;
  // The file's offset of an address in memory.
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const;

  // Numbers in the file's byte order; 0 when `bytes` ends before.
  std::uint16_t u16(std::string_view bytes, std::size_t offset) const;
  std::uint32_t u32(std::string_view bytes, std::size_t offset) const;
  std::uint64_t u64(std::string_view bytes, std::size_t offset) const;
  // Of the file's class: 4 or 8 bytes.
  std::uint64_t word(std::string_view bytes, std::size_t offset) const;
  std::size_t word_size() const { return is_64_bit_ ? 8 : 4; }

private:
  struct Part {
    std::uint64_t offset = 0;
    std::string bytes;
  };
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  std::uint64_t number(std::string_view bytes, std::size_t offset, std::size_t size) const;
  void read_segments();
  std::vector<Range> needed(std::uint64_t file_size) const;

  std::vector<Part> parts_;   // by offset; the first one is the file's beginning
  std::vector<Segment> segments_;
  bool is_readable_ = false;
  bool is_64_bit_ = true;
  bool is_big_endian_ = false;
  int machine_ = 0;
  std::uint64_t headers_at_ = 0;
  std::size_t header_size_ = 0;
  std::size_t header_count_ = 0;
  std::uint64_t sections_end_ = 0;   // of the table of sections; 0 for none
};

}   // namespace envlift::audit
