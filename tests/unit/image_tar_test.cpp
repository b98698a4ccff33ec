// Tar archives: plain, packed, damaged, hostile.
#include "fakes/stored_image.hpp"
#include "image/tar.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::Tar;
using image::Compression;
using image::Entry;
using image::EntryKind;

namespace {

struct ReadTar {
  std::vector<Entry> entries;
  std::vector<std::string> contents;   // of every entry
  std::string error;                   // "CODE: message"; "" for none
  Compression compression = Compression::none;
  bool has_end_mark = false;

  std::string content_of(const std::string& path) const
  {
    const auto entry = std::ranges::find(entries, path, &Entry::path);
    return entry == entries.end() ? "no such entry"
                                  : contents[static_cast<std::size_t>(entry - entries.begin())];
  }
};

ReadTar read_tar(image::ByteSource& source, bool with_contents = true)
{
  image::TarReader reader(source);
  ReadTar read;
  while (true) {
    const auto entry = reader.next();
    read.compression = reader.compression();
    if (!entry) {
      read.error = entry.error().code + ": " + entry.error().message;
      CHECK(reader.next().error().message == entry.error().message);
      return read;
    }
    if (!*entry) {
      read.has_end_mark = reader.has_end_mark();
      CHECK(reader.next().value() == std::nullopt);
      return read;
    }
    read.entries.push_back(**entry);
    const auto content = with_contents ? image::read_text(reader.content(), 1U << 20U) : "";
    read.contents.push_back(content ? *content : content.error().code);
  }
}

ReadTar read_tar(const std::string& bytes, bool with_contents = true)
{
  image::TextSource source(bytes);
  return read_tar(source, with_contents);
}

// Gives a few bytes at a time, as a pipe may.
struct Trickle : image::ByteSource {
  image::TextSource rest;
  std::size_t step;
  Trickle(std::string_view text, std::size_t size) : rest(text), step(size) {}
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    return rest.read(into, std::min(size, step));
  }
};

// A head, then as many bytes of one kind as are asked for.
struct Endless : image::ByteSource {
  image::TextSource head;
  unsigned long long left;
  Endless(std::string_view text, unsigned long long count) : head(text), left(count) {}
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    if (const auto count = head.read(into, size); *count > 0) {
      return count;
    }
    const auto count = static_cast<std::size_t>(std::min<unsigned long long>(size, left));
    std::fill_n(into, count, 'x');
    left -= count;
    return count;
  }
};

Tar small_tar()
{
  Tar tar;
  tar.folder("usr")
      .file("usr/a.txt", "hello")
      .file("usr/b.bin", std::string(1500, 'b'))
      .symlink("usr/link", "a.txt");
  return tar;
}

}  // namespace

TEST_CASE("a tar archive's entries have their kinds, owners, modes and contents")
{
  Tar tar;
  tar.folder("usr", 0750)
      .add({.path = "usr/a.txt", .content = "hello", .mode = 04755, .uid = 1000, .gid = 1001, .mtime = 42})
      .symlink("usr/link", "../etc//x")
      .hardlink("usr/hard", "./usr/a.txt")
      .add({.path = "dev/null", .type = '3'});
  const ReadTar read = read_tar(tar.bytes());
  REQUIRE(read.error.empty());
  REQUIRE(read.entries.size() == 5);
  CHECK(read.entries[0].kind == EntryKind::folder);
  CHECK(read.entries[0].path == "usr");
  CHECK(read.entries[0].mode == 0750);
  CHECK(read.entries[1].kind == EntryKind::file);
  CHECK(read.entries[1].mode == 04755);
  CHECK(read.entries[1].uid == 1000);
  CHECK(read.entries[1].gid == 1001);
  CHECK(read.entries[1].size == 5);
  CHECK(read.entries[1].mtime == 42);
  CHECK(read.contents[1] == "hello");
  CHECK(read.entries[2].kind == EntryKind::symlink);
  CHECK(read.entries[2].target == "../etc//x");
  CHECK(read.entries[3].kind == EntryKind::hardlink);
  CHECK(read.entries[3].target == "usr/a.txt");
  CHECK(read.entries[3].size == 0);
  CHECK(read.entries[4].kind == EntryKind::other);
  CHECK(read.has_end_mark);
  CHECK(read.compression == Compression::none);
}

TEST_CASE("paths are those below the image's root, wherever they try to lead")
{
  const auto [written, path] = GENERATE(table<std::string, std::string>({
    {"./usr/bin", "usr/bin"},
    {"/usr/bin", "usr/bin"},
    {"//usr///bin//", "usr/bin"},
    {"./", ""},
    {".", ""},
    {"usr/../etc/passwd", "etc/passwd"},
    {"../../../etc/passwd", "etc/passwd"},
    {"/../../etc/passwd", "etc/passwd"},
    {"usr/..", ""},
    {"usr/..hidden/...", "usr/..hidden/..."},
    {".wh..wh..opq", ".wh..wh..opq"},
  }));
  Tar tar;
  tar.add({.path = written, .type = '5'}).hardlink("link", written);
  const ReadTar read = read_tar(tar.bytes());
  REQUIRE(read.entries.size() == 2);
  CHECK(read.entries[0].path == path);
  CHECK(read.entries[1].target == path);
}

TEST_CASE("long names, GNU's and pax's")
{
  const std::string path = "usr/" + std::string(300, 'n') + "/" + std::string(200, 'm');
  Tar tar;
  tar.file(path, "gnu").symlink("usr/s", path);
  tar.pax({{"path", "pax/" + path}, {"mtime", "1234.5"}, {"uid", "3000000"}}).file("short", "pax");
  tar.pax({{"linkpath", path}}).hardlink("usr/h", "x");
  const ReadTar read = read_tar(tar.bytes());
  REQUIRE(read.error.empty());
  REQUIRE(read.entries.size() == 4);
  CHECK(read.content_of(path) == "gnu");
  CHECK(read.entries[1].target == path);
  CHECK(read.content_of("pax/" + path) == "pax");
  CHECK(read.entries[2].mtime == 1234);
  CHECK(read.entries[2].uid == 3'000'000);
  CHECK(read.entries[3].target == path);
}

TEST_CASE("names that are not ASCII, and not even UTF-8, come as their bytes")
{
  const std::string name =
      GENERATE("r\xC3\xA9sum\xC3\xA9.txt", "\xE6\x97\xA5\xE6\x9C\xAC", "latin-\xE9", "\xFF\xFE");
  Tar tar;
  tar.file("plain/" + name, "1").symlink("s1", name);
  tar.pax({{"path", "pax/" + name}}).file("x", "2");
  tar.pax({{"linkpath", name}}).symlink("s2", "x");
  const ReadTar read = read_tar(tar.bytes());
  REQUIRE(read.error.empty());
  REQUIRE(read.entries.size() == 4);
  CHECK(read.entries[0].path == "plain/" + name);
  CHECK(read.entries[1].target == name);
  CHECK(read.entries[2].path == "pax/" + name);
  CHECK(read.contents[2] == "2");
  CHECK(read.entries[3].target == name);
}

TEST_CASE("packed archives are told by their bytes")
{
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::size_t step = GENERATE(1, 7, 4096, 1'000'000);
  const std::string bytes = fakes::packed(small_tar().bytes(), compression);
  Trickle source(bytes, step);
  const ReadTar read = read_tar(source);
  CHECK(read.error.empty());
  CHECK(read.compression == compression);
  CHECK(read.entries.size() == 4);
  CHECK(read.content_of("usr/b.bin") == std::string(1500, 'b'));
}

TEST_CASE("several gzip or zstd streams behind each other are one archive")
{
  const std::string bytes = small_tar().bytes();
  const std::string first = bytes.substr(0, 700);
  const std::string second = bytes.substr(700);
  CHECK(read_tar(fakes::gzip(first) + fakes::gzip("") + fakes::gzip(second)).entries.size() == 4);
  CHECK(read_tar(fakes::gzip(first) + fakes::gzip(second) + std::string(100, '\0')).entries.size() == 4);
  CHECK(read_tar(fakes::zstd(first) + fakes::zstd("") + fakes::zstd(second)).entries.size() == 4);
}

TEST_CASE("an archive whose first name looks like a packed one's mark is plain")
{
  const std::string name = GENERATE("BZh.txt", "\x1f\x8b.txt", "{}.json");
  Tar tar;
  tar.file(name, "x");
  const ReadTar read = read_tar(tar.bytes());
  CHECK(read.error.empty());
  CHECK(read.entries.at(0).path == name);
}

TEST_CASE("what is no tar archive")
{
  const std::string bytes =
      GENERATE(std::string(), std::string("hello"), std::string(2000, 'x'), std::string("BZh91AY&SY"),
               std::string("\xfd\x37zXZ\0\0", 7), fakes::gzip("hello"), fakes::gzip(""), fakes::zstd("hello"),
               fakes::gzip(fakes::gzip(small_tar().bytes())), std::string("\x1f\x8b"),
               std::string("\x28\xb5\x2f\xfd"));
  CHECK(read_tar(bytes).error.starts_with("EL1101: "));
}

TEST_CASE("an archive without entries")
{
  const ReadTar read = read_tar(Tar().bytes());
  CHECK(read.error.empty());
  CHECK(read.entries.empty());
  CHECK(read.has_end_mark);
}

TEST_CASE("an archive cut at any block is refused, or ends between two entries and says so")
{
  const std::string whole = small_tar().bytes();
  const std::size_t content = small_tar().without_end_mark().size();
  for (std::size_t cut = 0; cut < content; cut += Tar::k_block) {
    INFO("cut at " << cut);
    const ReadTar read = read_tar(whole.substr(0, cut), cut % 1024 == 0);
    // Behind usr, usr/a.txt and usr/b.bin.
    const bool is_between = cut == 512 || cut == 1536 || cut == 3584;
    CHECK(read.error.empty() == is_between);
    CHECK_FALSE(read.has_end_mark);
  }
  CHECK_FALSE(read_tar(whole.substr(0, content)).has_end_mark);
  CHECK(read_tar(whole.substr(0, content + Tar::k_block)).has_end_mark);
}

TEST_CASE("a packed archive cut at any byte is refused")
{
  const auto compression = GENERATE(Compression::gzip, Compression::zstd);
  const std::string whole = fakes::packed(small_tar().bytes(), compression);
  const std::size_t all_blocks = whole.size() - 8;   // without the sums at the end
  for (std::size_t cut = 0; cut < all_blocks; ++cut) {
    INFO("cut at " << cut);
    const ReadTar read = read_tar(whole.substr(0, cut));
    CHECK((read.error.starts_with("EL1101") || !read.has_end_mark));
  }
}

TEST_CASE("any byte of an archive may be another one")
{
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::string whole = fakes::packed(small_tar().bytes(), compression);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char flipped : {'\x00', '\xff', '7', static_cast<char>(whole[at] ^ '\x01')}) {
      std::string bytes = whole;
      bytes[at] = flipped;
      const ReadTar read = read_tar(bytes);
      CHECK((read.error.empty() || read.error.starts_with("EL1101: ")));
      CHECK(read.entries.size() < 20);
    }
  }
}

TEST_CASE("sizes that no archive has are refused and take no memory")
{
  // Octal and base 256; up to 8 EiB, and negative.
  const std::string field =
      GENERATE(std::string("77777777777"), std::string("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12),
               std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12),
               std::string("\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12));
  const char type = GENERATE('0', 'L', 'K', 'x', 'g', '5', '1', '2', 'S', 'V', 'A', 'D', 'M');
  Tar tar;
  tar.add({.path = "x", .type = type, .content = std::string(600, 'c'), .size_field = field}).file("y", "y");
  const ReadTar read = read_tar(tar.bytes());
  CHECK((read.error.empty() || read.error.starts_with("EL1101: ")));
  Tar by_pax;
  by_pax.pax({{"size", "9223372036854775807"}}).file("x", "content");
  CHECK(read_tar(by_pax.bytes()).error.starts_with("EL1101: "));
}

TEST_CASE("headers that only announce headers end")
{
  Tar tar;
  for (int i = 0; i < 10'000; ++i) {
    tar.add({.path = "././@LongLink", .type = i % 2 == 0 ? 'L' : 'K', .content = std::string("name\0", 5)});
  }
  tar.file("x", "");
  CHECK(read_tar(tar.bytes()).error.starts_with("EL1101: "));
}

TEST_CASE("a file of many gigabytes streams, and what is not read of it is skipped")
{
  constexpr unsigned long long size = 9ULL << 30U;   // more than ustar's octal field can say
  Tar tar;
  tar.pax({{"size", std::to_string(size)}}).file("large", "");
  const std::string head_bytes = tar.without_end_mark();
  Endless source(head_bytes, size);
  image::TarReader reader(source);
  const auto entry = reader.next();
  INFO((entry ? "" : entry.error().message));
  REQUIRE(entry);
  CHECK((*entry)->size == size);
  std::vector<char> head(100);
  CHECK(reader.content().read(head.data(), head.size()).value() == head.size());
  CHECK(head == std::vector<char>(100, 'x'));
  CHECK(reader.next().value() == std::nullopt);
  CHECK(source.left == 0);
}

TEST_CASE("a sparse file's holes cannot be read without end")
{
  Tar tar;
  tar.pax({{"GNU.sparse.major", "1"},
           {"GNU.sparse.minor", "0"},
           {"GNU.sparse.name", "sparse"},
           {"GNU.sparse.realsize", "4611686018427387904"}})
      .file("GNUSparseFile.0/sparse", "1\n4611686018427387900\n4\n" + std::string(512 - 24, '\0') + "tail");
  const std::string bytes = tar.bytes();
  image::TextSource source(bytes);
  image::TarReader reader(source);
  const auto entry = reader.next();
  REQUIRE(entry);
  CHECK((*entry)->path == "sparse");
  std::vector<char> buffer(std::size_t{64} << 20U);
  Result<std::size_t> count = 1;
  while (count && *count > 0) {
    count = reader.content().read(buffer.data(), buffer.size());
  }
  REQUIRE_FALSE(count);
  CHECK(count.error().code == "EL1101");
}

TEST_CASE("a source's own error comes through as it is")
{
  struct Failing : image::ByteSource {
    image::TextSource head;
    explicit Failing(std::string_view text) : head(text) {}
    Result<std::size_t> read(char* into, std::size_t size) override
    {
      if (const auto count = head.read(into, size); *count > 0) {
        return count;
      }
      return fail({.code = "EL0801", .message = "the engine went away", .hint = "", .tail = {}});
    }
  };
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::string bytes = fakes::packed(small_tar().without_end_mark(), compression);
  const std::size_t kept = GENERATE(0, 10, 600);
  Failing source(std::string_view(bytes).substr(0, kept));
  CHECK(read_tar(source).error == "EL0801: the engine went away");
}

TEST_CASE("a source's exception comes through libarchive")
{
  struct Throwing : image::ByteSource {
    Result<std::size_t> read(char* into, std::size_t size) override
    {
      if (is_first) {
        is_first = false;
        return image::TextSource(std::string_view(bytes).substr(0, 512)).read(into, size);
      }
      throw std::runtime_error("broken");
    }
    bool is_first = true;
    std::string bytes = small_tar().bytes();
  };
  Throwing source;
  image::TarReader reader(source);
  CHECK_THROWS_WITH(reader.next(), "broken");
}

TEST_CASE("the text of a source, up to a limit")
{
  image::TextSource source("0123456789");
  CHECK(image::read_text(source, 4).value() == "0123");
  CHECK(image::read_text(source, 4).value().empty());
  image::TextSource other("0123456789");
  CHECK(image::read_text(other, 10).value() == "0123456789");
  image::TextSource long_one(std::string_view{});
  CHECK(image::read_text(long_one, 0).value().empty());
}
