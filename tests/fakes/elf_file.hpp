// Shared objects without code: what the loader reads of one, made in memory.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <elf.h>

namespace envlift::fakes {

class ElfFile {
public:
  std::uint16_t machine = EM_X86_64;
  std::string interpreter;
  std::string soname;
  std::vector<std::string> needed;
  std::string rpath;
  std::string runpath;
  std::vector<std::pair<std::string, std::vector<std::string>>> version_needs;   // library, versions
  std::vector<std::string> version_definitions;
  // Bytes of code between the string table and the dynamic section.
  std::size_t code_bytes = 0;

  // Little-endian, 64 bits; without section headers, as strip leaves it.
  std::string bytes()
  {
    strings_ = std::string(1, '\0');
    const std::size_t headers = sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Phdr);
    const std::string needs = need_table();
    const std::string definitions = definition_table();
    std::vector<Elf64_Dyn> dynamic = named_entries();
    const std::uint64_t needs_at = headers;
    const std::uint64_t definitions_at = needs_at + needs.size();
    const std::uint64_t interpreter_at = definitions_at + definitions.size();
    const std::uint64_t strings_at = interpreter_at + interpreter.size() + 1;
    const std::uint64_t code_at = strings_at + strings_.size();
    const std::uint64_t dynamic_at = code_at + code_bytes;
    add(dynamic, DT_STRTAB, strings_at);
    add(dynamic, DT_STRSZ, strings_.size());
    if (!version_needs.empty()) {
      add(dynamic, DT_VERNEED, needs_at);
      add(dynamic, DT_VERNEEDNUM, version_needs.size());
    }
    if (!version_definitions.empty()) {
      add(dynamic, DT_VERDEF, definitions_at);
      add(dynamic, DT_VERDEFNUM, version_definitions.size() + 1);
    }
    add(dynamic, DT_NULL, 0);
    const std::uint64_t dynamic_size = dynamic.size() * sizeof(Elf64_Dyn);
    std::string file = header();
    append(file, segment(PT_LOAD, PF_R, 0, code_at, 0));
    append(file, segment(PT_LOAD, PF_R | PF_W, dynamic_at, dynamic_size, 0x200000));
    append(file, segment(PT_DYNAMIC, PF_R | PF_W, dynamic_at, dynamic_size, 0x200000));
    append(file, segment(interpreter.empty() ? PT_NULL : PT_INTERP, PF_R, interpreter_at,
                         interpreter.size() + 1, 0));
    file += needs + definitions + interpreter + '\0' + strings_ + std::string(code_bytes, '\x90');
    for (const Elf64_Dyn& entry : dynamic) {
      append(file, entry);
    }
    return file;
  }

private:
  template <typename T>
  static void append(std::string& to, const T& value)
  {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  static void add(std::vector<Elf64_Dyn>& dynamic, Elf64_Sxword tag, std::uint64_t value)
  {
    Elf64_Dyn entry{};
    entry.d_tag = tag;
    entry.d_un.d_val = value;
    dynamic.push_back(entry);
  }

  static Elf64_Phdr segment(Elf64_Word type, Elf64_Word flags, std::uint64_t at, std::uint64_t size,
                            std::uint64_t shift)
  {
    return {type, flags, at, at + shift, at + shift, size, size, 0x1000};
  }

  Elf64_Word string(const std::string& text)
  {
    const std::size_t at = strings_.size();
    strings_ += text + '\0';
    return static_cast<Elf64_Word>(at);
  }

  std::string header() const
  {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_DYN;
    header.e_machine = machine;
    header.e_phoff = sizeof header;
    header.e_ehsize = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 4;
    std::string bytes;
    append(bytes, header);
    return bytes;
  }

  std::vector<Elf64_Dyn> named_entries()
  {
    std::vector<Elf64_Dyn> dynamic;
    for (const std::string& library : needed) {
      add(dynamic, DT_NEEDED, string(library));
    }
    for (const auto& [tag, text] :
         std::map<int, std::string>{{DT_SONAME, soname}, {DT_RPATH, rpath}, {DT_RUNPATH, runpath}}) {
      if (!text.empty()) {
        add(dynamic, tag, string(text));
      }
    }
    return dynamic;
  }

  std::string need_table()
  {
    std::string table;
    for (std::size_t i = 0; i < version_needs.size(); ++i) {
      const auto& [library, versions] = version_needs[i];
      const auto size =
          static_cast<Elf64_Word>(sizeof(Elf64_Verneed) + versions.size() * sizeof(Elf64_Vernaux));
      append(table, Elf64_Verneed{1, static_cast<Elf64_Half>(versions.size()), string(library),
                                  sizeof(Elf64_Verneed), i + 1 < version_needs.size() ? size : 0});
      for (std::size_t j = 0; j < versions.size(); ++j) {
        const Elf64_Word next = j + 1 < versions.size() ? sizeof(Elf64_Vernaux) : 0;
        append(table, Elf64_Vernaux{0, 0, 2, string(versions[j]), next});
      }
    }
    return table;
  }

  // The first one, of the file itself, has VER_FLG_BASE.
  std::string definition_table()
  {
    std::string table;
    std::vector<std::string> names = version_definitions;
    names.insert(names.begin(), soname);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Elf64_Word next = i + 1 < names.size() ? sizeof(Elf64_Verdef) + sizeof(Elf64_Verdaux) : 0;
      append(table, Elf64_Verdef{1, static_cast<Elf64_Half>(i == 0 ? VER_FLG_BASE : 0), 1, 1, 0,
                                 sizeof(Elf64_Verdef), next});
      append(table, Elf64_Verdaux{string(names[i]), 0});
    }
    return table;
  }

  std::string strings_;
};

}   // namespace envlift::fakes
