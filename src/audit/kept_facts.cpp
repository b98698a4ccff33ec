#include "audit/kept_facts.hpp"

#include "base/sha256.hpp"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace envlift::audit {

namespace {

// CBOR of arrays: names would be most of the bytes. Every struct is taken apart by a structured binding, which a new
// member breaks, so that none is forgotten.
using Json = nlohmann::json;

constexpr std::size_t k_sum_length = 64;

// Reads an array's items into as many members, in order.
template <class... Members>
void read_into(const Json& json, Members&... members)
{
  std::size_t next = 0;
  (json.at(next++).get_to(members), ...);
}

Json to_json(const ElfFacts& elf)
{
  const auto& [machine, is_64_bit, is_cut, is_dynamic, interpreter, soname, needed, rpath, runpath,
               version_needs, version_definitions] = elf;
  Json needs = Json::array();
  for (const auto& [library, version] : version_needs) {
    needs.push_back({library, version});
  }
  return Json::array({machine, is_64_bit, is_cut, is_dynamic, interpreter, soname, needed, rpath, runpath,
                      std::move(needs), version_definitions});
}

ElfFacts elf_of(const Json& json)
{
  ElfFacts elf;
  auto& [machine, is_64_bit, is_cut, is_dynamic, interpreter, soname, needed, rpath, runpath, version_needs,
         version_definitions] = elf;
  Json needs;
  read_into(json, machine, is_64_bit, is_cut, is_dynamic, interpreter, soname, needed, rpath, runpath, needs,
            version_definitions);
  for (const Json& need : needs) {
    version_needs.push_back({need.at(0).get<std::string>(), need.at(1).get<std::string>()});
  }
  return elf;
}

Json to_json(const PycFacts& pyc)
{
  const auto& [magic, is_hash_based, is_checked, source_mtime, source_size, source_hash, is_cut] = pyc;
  return Json::array({magic, is_hash_based, is_checked, source_mtime, source_size, source_hash, is_cut});
}

PycFacts pyc_of(const Json& json)
{
  PycFacts pyc;
  auto& [magic, is_hash_based, is_checked, source_mtime, source_size, source_hash, is_cut] = pyc;
  read_into(json, magic, is_hash_based, is_checked, source_mtime, source_size, source_hash, is_cut);
  return pyc;
}

Json to_json(const std::vector<SecretFact>& secrets)
{
  Json list = Json::array();
  for (const auto& [kind, line] : secrets) {
    list.push_back({kind, line});
  }
  return list;
}

template <class Fact>
Json optional_json(const std::optional<Fact>& fact)
{
  return fact ? to_json(*fact) : Json();
}

Json to_json(const File& file)
{
  const auto& [kind, mode, uid, gid, size, mtime, target, elf, pyc, source_hashes, sha256, secrets, shebang,
               text] = file;
  return Json::array({static_cast<int>(kind), mode, uid, gid, size, mtime, target, optional_json(elf),
                      optional_json(pyc), source_hashes ? Json(*source_hashes) : Json(), sha256,
                      to_json(secrets), shebang, text});
}

File file_of(const Json& json)
{
  File file;
  auto& [kind, mode, uid, gid, size, mtime, target, elf, pyc, source_hashes, sha256, secrets, shebang, text] =
      file;
  kind = static_cast<image::EntryKind>(json.at(0).get<int>());
  json.at(1).get_to(mode);
  json.at(2).get_to(uid);
  json.at(3).get_to(gid);
  json.at(4).get_to(size);
  json.at(5).get_to(mtime);
  json.at(6).get_to(target);
  elf = json.at(7).is_null() ? std::nullopt : std::optional(elf_of(json.at(7)));
  pyc = json.at(8).is_null() ? std::nullopt : std::optional(pyc_of(json.at(8)));
  source_hashes = json.at(9).is_null() ? std::nullopt : std::optional(json.at(9).get<SourceHashes>());
  json.at(10).get_to(sha256);
  for (const Json& secret : json.at(11)) {
    secrets.push_back({secret.at(0).get<std::string>(), secret.at(1).get<std::size_t>()});
  }
  json.at(12).get_to(shebang);
  json.at(13).get_to(text);
  return file;
}

LayerFacts layer_of(const Json& json)
{
  LayerFacts layer;
  auto& [files, whiteouts, opaque_folders, missing_parents, is_complete] = layer;
  for (const Json& file : json.at(0)) {
    files.emplace_hint(files.end(), file.at(0).get<std::string>(), file_of(file.at(1)));
  }
  json.at(1).get_to(whiteouts);
  json.at(2).get_to(opaque_folders);
  json.at(3).get_to(missing_parents);
  json.at(4).get_to(is_complete);
  return layer;
}

}   // namespace

std::string packed(const LayerFacts& facts)
{
  const auto& [files, whiteouts, opaque_folders, missing_parents, is_complete] = facts;
  Json list = Json::array();
  for (const auto& [path, file] : files) {
    list.push_back({path, to_json(file)});
  }
  std::string bytes;
  Json::to_cbor(Json::array({std::move(list), whiteouts, opaque_folders, missing_parents, is_complete}),
                bytes);
  return sha256_hex(bytes) + bytes;
}

std::optional<LayerFacts> unpacked(std::string_view bytes)
{
  if (bytes.size() < k_sum_length ||
      sha256_hex(bytes.substr(k_sum_length)) != bytes.substr(0, k_sum_length)) {
    return std::nullopt;
  }
  try {
    return layer_of(Json::from_cbor(bytes.substr(k_sum_length)));
  }
  catch (const Json::exception&) {
    return std::nullopt;   // another envlift's
  }
}

}   // namespace envlift::audit
