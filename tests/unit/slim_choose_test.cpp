#include "slim/slim.hpp"

#include "fakes/elf_file.hpp"
#include "fakes/layer_facts.hpp"
#include "slim/pattern.hpp"

#include <catch2/catch.hpp>

namespace envlift::slim {
namespace {

using fakes::ElfFile;
using fakes::LayerBuilder;

const Place place{"opt/env", "opt/env/lib/python3.11"};
const std::string library = place.library + "/";
const std::string site = library + "site-packages/";

// Longer than what a reduced one is.
const std::string source(200, '#');

std::string object(std::vector<std::string> needed, std::string soname = "")
{
  ElfFile file;
  file.needed = std::move(needed);
  file.soname = std::move(soname);
  return file.bytes();
}

// Bytecode that Python takes without a look at its source (PEP 552: flags 0b01).
std::string unchecked_pyc()
{
  return std::string("\xa7\x0d\x0d\x0a\x01\0\0\0", 8) + std::string(8, 'h');
}

std::string timestamp_pyc()
{
  return std::string("\xa7\x0d\x0d\x0a\0\0\0\0", 8) + std::string(8, 't');
}

Fates chosen(const LayerBuilder& layer, std::set<std::string, std::less<>> files,
             std::set<std::string, std::less<>> libraries = {}, const std::vector<std::string>& kept = {})
{
  return choose(fakes::image_of({layer}).layers, {std::move(files), std::move(libraries)}, place, kept);
}

TEST_CASE("Slimming leaves out modules that nobody opened, with their bytecode", "[slim]")
{
  const std::string cache = site + "pkg/__pycache__/";
  const LayerBuilder layer = LayerBuilder()
                                 .file(site + "pkg/__init__.py", source)
                                 .file(cache + "__init__.cpython-311.pyc", unchecked_pyc())
                                 .file(site + "pkg/used.py", source)
                                 .file(cache + "used.cpython-311.pyc", timestamp_pyc())
                                 .file(site + "pkg/idle.py", source)
                                 .file(cache + "idle.cpython-311.pyc", unchecked_pyc());
  const Fates fates = chosen(layer, {cache + "__init__.cpython-311.pyc", cache + "used.cpython-311.pyc"});
  CHECK(fates == Fates{{site + "pkg/__init__.py", Fate::reduced},
                       {site + "pkg/idle.py", Fate::left_out},
                       {cache + "idle.cpython-311.pyc", Fate::left_out}});
  // A source that was read, as of a traceback, stays as it was.
  CHECK(!chosen(layer, {cache + "__init__.cpython-311.pyc", site + "pkg/__init__.py"})
             .contains(site + "pkg/__init__.py"));
}

TEST_CASE("A package that nobody imported goes with its data and its folders", "[slim]")
{
  const LayerBuilder layer = LayerBuilder()
                                 .folder(site + "idle")
                                 .file(site + "idle/__init__.py", source)
                                 .folder(site + "idle/data")
                                 .file(site + "idle/data/table.bin", "bytes")
                                 .file(site + "idle-1.dist-info/METADATA", "Name: idle")
                                 .file(site + "used/__init__.py", source)
                                 .file(site + "used/table.bin", "bytes")
                                 .file(site + "used/api.h", "header")
                                 .file("opt/env/share/unread.txt", "text");
  const Fates fates = chosen(layer, {site + "used/__init__.py"});
  CHECK(fates == Fates{{site + "idle", Fate::left_out},
                       {site + "idle/__init__.py", Fate::left_out},
                       {site + "idle/data", Fate::left_out},
                       {site + "idle/data/table.bin", Fate::left_out},
                       {site + "used/api.h", Fate::left_out}});
}

TEST_CASE("Shared objects go only where all that ask for them by name go", "[slim]")
{
  const std::string lib = "opt/env/lib/";
  const LayerBuilder layer =
      LayerBuilder()
          .file(library + "lib-dynload/_used.cpython-311.so", object({"libused.so.1"}))
          .file(library + "lib-dynload/_idle.cpython-311.so", object({"libidle.so.0", "libused.so.1"}))
          .symlink(lib + "libused.so.1", "libused.so.1.2")
          .file(lib + "libused.so.1.2", object({"libdeep.so"}, "libused.so.1"))
          .file(lib + "libdeep.so", object({}))
          .symlink(lib + "libidle.so.0", "libidle.so.0.8")
          .file(lib + "libidle.so.0.8", object({}, "libidle.so.0"))
          .file(lib + "libplugin.so", object({}))
          .file("opt/env/bin/tool", object({}));
  const std::string used = library + "lib-dynload/_used.cpython-311.so";
  const Fates idle_out{{library + "lib-dynload/_idle.cpython-311.so", Fate::left_out},
                       {lib + "libidle.so.0", Fate::left_out},
                       {lib + "libidle.so.0.8", Fate::left_out}};
  CHECK(chosen(layer, {used}) == idle_out);
  // ctypes asks for a name.
  CHECK(chosen(layer, {used}, {"libidle.so.0"}) ==
        Fates{{library + "lib-dynload/_idle.cpython-311.so", Fate::left_out}});
}

TEST_CASE("Codecs, records, certificates and what is named stay though nobody opened them", "[slim]")
{
  const LayerBuilder layer = LayerBuilder()
                                 .file(library + "encodings/cp1252.py", source)
                                 .file(library + "os.py", source)
                                 .file(library + "pdb.py", source)
                                 .file(site + "certifi/__init__.py", source)
                                 .file(site + "certifi/cacert.pem", "certificates")
                                 .file(site + "named/__init__.py", source)
                                 .file(site + "named/part.py", source)
                                 .file("opt/env/conda-meta/x.json", "{}");
  CHECK(chosen(layer, {}, {}, {"lib/**/named/part.py"}) == Fates{{library + "pdb.py", Fate::left_out}});
}

TEST_CASE("What a failed run misses is found by the module's and the file's name", "[slim]")
{
  const Fates fates{{site + "lazy/part.py", Fate::left_out},
                    {"opt/env/lib/libidle.so.0", Fate::left_out},
                    {site + "other.py", Fate::reduced}};
  CHECK(missed("No module named 'lazy.part'", fates, place) ==
        std::vector<std::string>{site + "lazy/part.py"});
  CHECK(missed("libidle.so.0: cannot open shared object file", fates, place) ==
        std::vector<std::string>{"opt/env/lib/libidle.so.0"});
  CHECK(missed("No module named 'other'", fates, place).empty());
}

TEST_CASE("Patterns of `keep` fit as the builder reads them", "[slim]")
{
  CHECK(fits("share/doc/a/b", "share/doc/**"));
  CHECK(fits("share/doc/a/b", "/share/doc/"));
  CHECK(fits("lib/python3.11/x.py", "**/x.py"));
  CHECK(fits("x.py", "**/x.py"));
  CHECK(fits("lib/x1.py", "lib/x[0-9].py"));
  CHECK_FALSE(fits("lib/xa.py", "lib/x[0-9].py"));
  CHECK(fits("lib/xa.py", "lib/x[!0-9].py"));
  CHECK_FALSE(fits("lib/a/x.py", "lib/*.py"));
  CHECK_FALSE(fits("lib/a", "tests:numpy"));
}

TEST_CASE("The tracer's lines are taken out of a log", "[slim]")
{
  TraceReader reader;
  CHECK(reader.take("envlift-trace: /opt/env/lib/./x.py"));
  CHECK(reader.take("no line end envlift-trace: libz.so.1"));
  CHECK_FALSE(reader.take("a line of the function"));
  CHECK(reader.result().files == std::set<std::string, std::less<>>{"opt/env/lib/x.py"});
  CHECK(reader.result().libraries == std::set<std::string, std::less<>>{"libz.so.1"});
}

}   // namespace
}   // namespace envlift::slim
