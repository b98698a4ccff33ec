// How fast the audit reads a layer: `envlift-bench-audit LAYER.tar`, uncompressed. Prints seconds, MB/s, the peak of
// memory and what was found. The tar walk is the least that GNU tar's and Python's archives need.
#include "audit/collector.hpp"
#include "audit/packages.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <string>

#include <sys/resource.h>

#include <fmt/format.h>

using namespace envlift;

namespace {

constexpr std::size_t record = 512;

// The file from where it stands, up to the end of one entry.
class FileSource : public image::ByteSource {
public:
  FileSource(std::ifstream& file, unsigned long long size) : file_(file), left_(size) {}
  Result<std::size_t> read(char* into, std::size_t size) override
  {
    file_.read(into, static_cast<std::streamsize>(std::min<unsigned long long>(size, left_)));
    const auto count = static_cast<std::size_t>(file_.gcount());
    left_ -= count;
    return count;
  }
  // What an archive that streams has to read too.
  void skip_rest(unsigned long long padding)
  {
    left_ += padding;
    std::array<char, 65536> block;
    while (read(block.data(), block.size()).value_or(0) > 0) {}
  }

private:
  std::ifstream& file_;
  unsigned long long left_;
};

std::string field(const std::array<char, record>& header, std::size_t at, std::size_t size)
{
  const std::string text(header.data() + at, size);
  return text.substr(0, text.find('\0'));
}

image::Entry entry_of(const std::array<char, record>& header)
{
  image::Entry entry;
  const std::string prefix = field(header, 345, 155);
  entry.path = (prefix.empty() ? "" : prefix + "/") + field(header, 0, 100);
  entry.mode = static_cast<unsigned>(std::stoul("0" + field(header, 100, 8), nullptr, 8));
  entry.size = std::stoull("0" + field(header, 124, 12), nullptr, 8);
  entry.target = field(header, 157, 100);
  switch (header[156]) {
    case '0': entry.kind = image::EntryKind::file; break;
    case '1': entry.kind = image::EntryKind::hardlink; break;
    case '2': entry.kind = image::EntryKind::symlink; break;
    case '5': entry.kind = image::EntryKind::folder; break;
    default: entry.kind = image::EntryKind::other; break;
  }
  return entry;
}

// "30 path=…\n" of a pax header.
std::string pax_path(const std::string& text)
{
  const std::size_t at = text.find(" path=");
  return at == std::string::npos ? std::string() : text.substr(at + 6, text.find('\n', at) - at - 6);
}

void collect(std::ifstream& file, audit::Collector& collector)
{
  std::string long_path;
  std::array<char, record> header{};
  while (file.read(header.data(), record) && header[0] != '\0') {
    image::Entry entry = entry_of(header);
    FileSource content(file, entry.size);
    if (header[156] == 'x' || header[156] == 'L') {
      std::string text(entry.size, '\0');
      (void)content.read(text.data(), text.size());
      long_path = header[156] == 'x' ? pax_path(text) : text.c_str();
    }
    else {
      entry.path = long_path.empty() ? entry.path : long_path;
      entry.path.resize(entry.path.find_last_not_of('/') + 1);
      long_path.clear();
      (void)collector.on_entry(entry, content);
    }
    content.skip_rest((record - entry.size % record) % record);
  }
}

void report(const audit::ImageFacts& facts, bool is_verbose)
{
  std::size_t elves = 0;
  std::size_t secrets = 0;
  std::size_t text = 0;
  for (const auto& [path, file] : facts.layers[0].files) {
    elves += file.elf ? 1 : 0;
    secrets += file.secrets.size();
    text += file.text.size();
    for (const audit::SecretFact& secret : file.secrets) {
      fmt::print("{}:{}: {}\n", path, secret.line, secret.kind);
    }
    if (is_verbose && file.elf) {
      fmt::print("{} {} soname={} needed={} needs={} rpath={}\n", path, file.elf->machine, file.elf->soname,
                 file.elf->needed.size(), file.elf->version_needs.size(),
                 file.elf->rpath.empty() ? "" : file.elf->rpath[0]);
    }
  }
  fmt::print("{} files, {} ELF files, {} secrets, {} bytes of text\n", facts.layers[0].files.size(), elves,
             secrets, text);
}

double seconds_since(std::chrono::steady_clock::time_point start)
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}   // namespace

int main(int count, char** arguments)
{
  if (count < 2) {
    return 2;
  }
  std::array<char, 1 << 16> buffer;
  std::ifstream file;
  file.rdbuf()->pubsetbuf(buffer.data(), buffer.size());
  file.open(arguments[1], std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto bytes = static_cast<double>(file.tellg());
  file.seekg(0);
  const auto start = std::chrono::steady_clock::now();
  audit::Collector collector;
  collector.on_layer(0);
  collect(file, collector);
  audit::ImageFacts facts;
  facts.layers = collector.take();
  facts.image.layers.resize(1);
  const double collected = seconds_since(start);
  const audit::Tree tree(facts);
  const audit::Packages packages(tree);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  report(facts, count > 2);
  const double cpu =
      static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec) +
      static_cast<double>(usage.ru_stime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_stime.tv_usec);
  fmt::print(
      "{} packages; collected in {:.2f} s wall; all {:.2f} s wall, {:.2f} s CPU = {:.0f} MB/s; peak {} MB\n",
      packages.all().size(), collected, seconds_since(start), cpu, bytes / 1e6 / cpu, usage.ru_maxrss / 1024);
}
