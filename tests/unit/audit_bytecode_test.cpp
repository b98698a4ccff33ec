#include "audit/marshal.hpp"
#include "audit/pyc.hpp"
#include "audit/source_hash.hpp"

#include "fakes/image_facts.hpp"

#include <catch2/catch.hpp>

using namespace envlift;
using fakes::good_image;
using fakes::k_env_site;

namespace {

constexpr std::uint16_t k_magic = 3495;   // of Python 3.11

std::string number(unsigned value)
{
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    bytes += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
  }
  return bytes;
}

std::string text(const std::string& bytes)
{
  return "s" + number(static_cast<unsigned>(bytes.size())) + bytes;
}

// A code object of Python 3.11 with constants of several types.
std::string code_object()
{
  const std::string constants = std::string(")\x05") + "N" + "\xe9" + number(7) + "l" + number(0xFFFFFFFEU) +
                                "abcd" + "g12345678" + "(" + number(1) + "T";
  const std::string names = std::string(")\x01") + "Z\x02os";
  return "\xe3" + std::string(20, '\0') + text("bytecode") + constants + names + ")" + std::string(1, '\0') +
         text("") + text("a.py") + text("f") + text("f") + number(1) + text("lines") + text("");
}

}  // namespace

TEST_CASE("an object of marshal's is passed over to its end, or known to be cut", "[audit]")
{
  const std::string bytes = code_object();
  CHECK_FALSE(audit::is_cut_marshal(bytes, k_magic));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK(audit::is_cut_marshal(bytes.substr(0, size), k_magic));
  }
  CHECK_FALSE(audit::is_cut_marshal("?", k_magic));     // a type that is not known
  CHECK_FALSE(audit::is_cut_marshal("c", 4000));        // a code object of a Python that is not known
  CHECK(audit::is_cut_marshal("(" + number(0xFFFFFFFFU), k_magic));
  CHECK_FALSE(audit::is_cut_marshal(std::string(100000, '('), k_magic));
}

TEST_CASE("a source's hashes are those of _imp.source_hash", "[audit]")
{
  const audit::SourceHashes hashes = audit::hash_source("x = 'caf\xc3\xa9, twice'\n");
  CHECK(hashes[0] == 0x40AF7CC59C35C589U);   // 3.11
  CHECK(hashes[1] == 0x6377EEFE28A3D8DCU);   // 3.12
  CHECK(hashes[2] == 0xA908A936EBA49D12U);   // 3.13
  CHECK(hashes[3] == 0x38DBFDF6CCD90DDDU);   // 3.14
}

TEST_CASE("bytecode that is cut off is an error, an empty one beside its source is not used", "[audit]")
{
  auto image = good_image();
  image.module(k_env_site + "/numpy/a.py");
  image.at(k_env_site + "/numpy/__pycache__/a.cpython-311.pyc").pyc->is_cut = true;
  CHECK(image.findings_of("EL1149").size() == 1);
  CHECK(image.findings_of("EL1124").empty());
  image.file(k_env_site + "/numpy/__pycache__/a.cpython-311.pyc");
  CHECK(image.findings_of("EL1149").empty());
  CHECK(image.findings_of("EL1124").size() == 1);
  image.file(k_env_site + "/numpy/alone.pyc");
  CHECK(image.findings_of("EL1149").size() == 1);
}

TEST_CASE("unchecked bytecode of another text than its source is found", "[audit]")
{
  auto image = good_image();
  const std::string source = k_env_site + "/numpy/a.py";
  const std::string pyc = k_env_site + "/numpy/__pycache__/a.cpython-311.pyc";
  image.module(source);
  image.at(source).source_hashes = audit::hash_source("x = 1\n");
  image.at(pyc).pyc->source_hash = audit::hash_source("x = 1\n")[0];
  CHECK(image.findings_of("EL1150").empty());
  image.at(source).source_hashes = audit::hash_source("x = 2\n");
  CHECK(image.findings_of("EL1150").size() == 1);
  image.at(pyc).pyc->is_checked = true;
  CHECK(image.findings_of("EL1150").empty());
  CHECK(image.findings_of("EL1124").size() == 1);
}

TEST_CASE("packages beside the function's code need bytecode, the code itself does not", "[audit]")
{
  auto image = good_image();
  image.distribution("var/task", "demo");
  CHECK(image.findings_of("EL1125").empty());
  image.top().files.erase("var/task/demo/__pycache__/__init__.cpython-311.pyc");
  CHECK(image.findings_of("EL1125").size() == 1);
}
