// What the audit knows of an image: its files with what was read out of them while its layers streamed by.
// Pure data. The facts of a layer depend on its bytes alone, so they can be kept under its diff ID.
#pragma once

#include "image/stored_image.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace envlift::audit {

// "libc.so.6 GLIBC_2.28"
struct VersionNeed {
  std::string library;
  std::string version;
};

// An ELF file's header and dynamic section (elf(5), ld.so(8)).
struct ElfFacts {
  int machine = 0;                       // EM_X86_64 62, EM_AARCH64 183
  bool is_64_bit = true;
  bool is_cut = false;   // a segment, or the table of sections, ends behind the file's end
  bool is_dynamic = false;               // has a dynamic section: a program or shared object that the loader reads
  std::string interpreter;               // PT_INTERP
  std::string soname;
  std::vector<std::string> needed;       // DT_NEEDED, in order
  std::vector<std::string> rpath;        // DT_RPATH split at ':', `$ORIGIN` as it stands
  std::vector<std::string> runpath;      // DT_RUNPATH
  std::vector<VersionNeed> version_needs;
  std::vector<std::string> version_definitions;   // "GLIBC_2.17"
};

// The key of a source's hash in a hash-based pyc is the magic number of the Python that made it: those from 3.11 on,
// whose hash is SipHash-1-3.
inline constexpr std::array<std::uint16_t, 4> k_hashed_magics = {3495, 3531, 3571, 3627};
using SourceHashes = std::array<std::uint64_t, k_hashed_magics.size()>;

// A pyc's first 16 bytes (PEP 552).
struct PycFacts {
  std::uint16_t magic = 0;               // 3495 for 3.11
  bool is_hash_based = false;
  bool is_checked = false;               // of a hash-based one
  std::uint32_t source_mtime = 0;        // of a timestamp one
  std::uint32_t source_size = 0;
  std::uint64_t source_hash = 0;   // of a hash-based one
  bool is_cut = false;   // the code object ends before its end: importing it raises EOFError
};

// A likely secret in a file's bytes.
struct SecretFact {
  std::string kind;                      // "AWS access key", "private key"
  std::size_t line = 0;
};

struct File {
  image::EntryKind kind = image::EntryKind::file;
  unsigned mode = 0;
  long long uid = 0;
  long long gid = 0;
  unsigned long long size = 0;
  long long mtime = 0;
  std::string target;                    // of a link
  std::optional<ElfFacts> elf;
  std::optional<PycFacts> pyc;
  std::optional<SourceHashes> source_hashes;   // of a Python source, by k_hashed_magics
  // Of a Python source, as RECORD writes it: base64url without padding; "" where it is not known.
  std::string sha256;
  std::vector<SecretFact> secrets;
  std::string shebang;                   // "#! …" of a script, without the mark
  // The text of what checks read: package metadata (METADATA, WHEEL, RECORD, conda-meta/*.json), ld.so.conf, the swap's
  // scripts, Python sources outside of package folders. "" for everything else.
  std::string text;
};

// One layer: what it adds, by path, and what it removes.
struct LayerFacts {
  std::map<std::string, File> files;
  std::vector<std::string> whiteouts;          // paths that `.wh.NAME` removes
  std::vector<std::string> opaque_folders;     // folders whose lower content `.wh..wh..opq` removes
  std::vector<std::string> missing_parents;    // folders that an entry lies in and the layer does not have
  bool is_complete = true;                     // no text was left out because the image has too many
};

// The whole image: the layers and the tree that they make together.
struct ImageFacts {
  image::StoredImage image;
  std::vector<LayerFacts> layers;              // by visit; image.layers[i].visit says whose
};

}  // namespace envlift::audit
