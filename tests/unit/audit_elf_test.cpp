#include "audit/elf.hpp"

#include "fakes/elf_file.hpp"

#include "audit/pyc.hpp"
#include "audit/stream.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <random>

namespace envlift::audit {
namespace {

constexpr std::size_t head_size = 64 * 1024;

// As the collector does it: a head, and the rest from a source.
ElfFacts facts_of(const std::string& bytes, std::size_t head = head_size)
{
  image::TextSource rest(std::string_view(bytes).substr(std::min(head, bytes.size())));
  const auto facts = read_elf(bytes.substr(0, head), rest, bytes.size());
  REQUIRE(facts);
  return *facts;
}

fakes::ElfFile library()
{
  fakes::ElfFile file;
  file.soname = "libx.so.1";
  file.needed = {"libm.so.6", "libc.so.6"};
  file.rpath = "$ORIGIN/../lib:/opt/lib";
  file.runpath = "$ORIGIN";
  file.version_needs = {{"libm.so.6", {"GLIBC_2.29"}}, {"libc.so.6", {"GLIBC_2.2.5", "GLIBC_2.34"}}};
  file.version_definitions = {"X_1.0", "X_1.1"};
  return file;
}

void check_library(const ElfFacts& facts)
{
  CHECK(facts.machine == EM_X86_64);
  CHECK(facts.is_64_bit);
  CHECK(facts.is_dynamic);
  CHECK(facts.soname == "libx.so.1");
  CHECK(facts.needed == std::vector<std::string>{"libm.so.6", "libc.so.6"});
  CHECK(facts.rpath == std::vector<std::string>{"$ORIGIN/../lib", "/opt/lib"});
  CHECK(facts.runpath == std::vector<std::string>{"$ORIGIN"});
  REQUIRE(facts.version_needs.size() == 3);
  CHECK(facts.version_needs[0].library == "libm.so.6");
  CHECK(facts.version_needs[0].version == "GLIBC_2.29");
  CHECK(facts.version_needs[2].library == "libc.so.6");
  CHECK(facts.version_needs[2].version == "GLIBC_2.34");
  CHECK(facts.version_definitions == std::vector<std::string>{"X_1.0", "X_1.1"});
}

TEST_CASE("A library's dynamic section is read without section headers", "[audit][elf]")
{
  check_library(facts_of(library().bytes()));
}

TEST_CASE("A dynamic section behind megabytes of code is read", "[audit][elf]")
{
  fakes::ElfFile file = library();
  file.code_bytes = 3 << 20;
  const std::string bytes = file.bytes();
  check_library(facts_of(bytes));
  check_library(facts_of(bytes, 64));
}

TEST_CASE("A program names its interpreter and machine", "[audit][elf]")
{
  fakes::ElfFile file;
  file.machine = EM_AARCH64;
  file.interpreter = "/lib/ld-linux-aarch64.so.1";
  file.needed = {"libc.so.6"};
  const ElfFacts facts = facts_of(file.bytes());
  CHECK(facts.machine == EM_AARCH64);
  CHECK(facts.interpreter == "/lib/ld-linux-aarch64.so.1");
  CHECK(facts.version_needs.empty());
}

TEST_CASE("The program that runs this test is read", "[audit][elf]")
{
  std::ifstream self("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(self), std::istreambuf_iterator<char>()};
  REQUIRE(is_elf(bytes));
  const ElfFacts facts = facts_of(bytes);
  CHECK(facts.is_dynamic);
  CHECK(facts.interpreter.starts_with("/lib"));
  CHECK(std::ranges::find(facts.needed, "libc.so.6") != facts.needed.end());
  CHECK(std::ranges::any_of(facts.version_needs, [](const VersionNeed& need) {
    return need.library == "libc.so.6" && need.version.starts_with("GLIBC_2.");
  }));
}

TEST_CASE("A file that ends early gives what it has", "[audit][elf]")
{
  const std::string bytes = library().bytes();
  for (std::size_t size = 4; size < bytes.size(); ++size) {
    const ElfFacts facts = facts_of(bytes.substr(0, size), 64);
    CHECK(facts.needed.size() <= 2);
  }
  CHECK(facts_of(bytes.substr(0, 64)).machine == EM_X86_64);
}

TEST_CASE("Damaged files crash nothing", "[audit][elf][property]")
{
  std::mt19937 random(5);
  std::uniform_int_distribution<int> byte(0, 255);
  const std::string good = library().bytes();
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    const int changes = 1 + round % 8;
    for (int i = 0; i < changes; ++i) {
      bytes[4 + random() % (bytes.size() - 4)] = static_cast<char>(byte(random));
    }
    facts_of(bytes, 64 + random() % bytes.size());
  }
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(random() % 300, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(byte(random)); });
    parse_pyc(bytes);
    facts_of(bytes, 64);
    facts_of("\x7f"
             "ELF\x02\x01" +
                 bytes,
             64);
  }
}

TEST_CASE("A pyc's header tells how it is validated", "[audit][pyc]")
{
  const std::string magic = "\xa7\x0d\r\n";
  const auto timestamp = parse_pyc(magic + std::string("\0\0\0\0\x01\x02\0\0\x10\0\0\0", 12));
  REQUIRE(timestamp);
  CHECK(timestamp->magic == 3495);
  CHECK_FALSE(timestamp->is_hash_based);
  CHECK(timestamp->source_mtime == 0x201);
  CHECK(timestamp->source_size == 16);
  const auto unchecked = parse_pyc(magic + std::string("\x01\0\0\0hashhash", 12));
  REQUIRE(unchecked);
  CHECK(unchecked->is_hash_based);
  CHECK_FALSE(unchecked->is_checked);
  CHECK(unchecked->source_mtime == 0);
  const auto checked = parse_pyc(magic + std::string("\x03\0\0\0hashhash", 12));
  REQUIRE(checked);
  CHECK(checked->is_checked);
  CHECK_FALSE(parse_pyc(magic));
  CHECK_FALSE(parse_pyc("import numpy as np"));
  CHECK_FALSE(parse_pyc(magic + std::string("\x04\0\0\0hashhash", 12)));
}

}   // namespace
}   // namespace envlift::audit

namespace envlift::audit {

TEST_CASE("a file that is shorter than its headers say is cut", "[audit][elf]")
{
  fakes::ElfFile file = library();
  file.code_bytes = 100000;
  const std::string bytes = file.bytes();
  CHECK_FALSE(facts_of(bytes).is_cut);
  CHECK(facts_of(bytes.substr(0, bytes.size() / 2)).is_cut);
  CHECK(facts_of(bytes.substr(0, 200)).is_cut);
}

}   // namespace envlift::audit
