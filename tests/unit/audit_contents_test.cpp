#include "audit/contents.hpp"

#include "audit/base_layers.hpp"
#include "fakes/image_facts.hpp"

#include <numeric>

#include <catch2/catch.hpp>

using namespace envlift;
using audit::Change;
using audit::Part;

namespace {

const audit::Piece& piece_of(const audit::Contents& contents, Part part, const std::string& name = "")
{
  const auto found = std::ranges::find_if(
      contents.pieces, [&](const audit::Piece& piece) { return piece.part == part && piece.name == name; });
  REQUIRE(found != contents.pieces.end());
  return *found;
}

std::vector<Change> changes(const audit::Contents& contents)
{
  std::vector<Change> all;
  for (const audit::LayerContents& layer : contents.layers) {
    all.push_back(layer.change);
  }
  return all;
}

}  // namespace

TEST_CASE("The pieces of an image have all of its bytes, each once", "[audit][contents]")
{
  fakes::ImageFacts image = fakes::good_image();
  const audit::Contents contents = audit::contents(image.facts());
  unsigned long long pieces = 0;
  unsigned long long shares = 0;
  for (const audit::Piece& piece : contents.pieces) {
    pieces += piece.bytes;
    for (const audit::Share& share : piece.shares) {
      shares += share.bytes;
    }
  }
  unsigned long long visible = 0;
  for (const audit::LayerContents& layer : contents.layers) {
    visible += layer.bytes - layer.hidden;
  }
  CHECK(pieces == visible);
  CHECK(shares == pieces);
  CHECK(contents.platform == "linux/amd64");
  CHECK(contents.base_layers == 1);
  CHECK(changes(contents) == std::vector{Change::base, Change::package, Change::launcher, Change::code});
  CHECK(piece_of(contents, Part::pip, "numpy").version == "1.26.4");
  CHECK(piece_of(contents, Part::pip, "numpy").layer == 1);
  CHECK(piece_of(contents, Part::code).shares[0].path == "app.py");
  CHECK(piece_of(contents, Part::launcher).files == 5);
  // The base's own packages are its own affair.
  CHECK(std::ranges::count(contents.pieces, "boto3", &audit::Piece::name) == 0);
}

TEST_CASE("The base's Python is spare where the image runs its own", "[audit][contents]")
{
  fakes::ImageFacts swapped = fakes::good_image();
  unsigned long long language = 0;
  for (const auto& [path, file] : audit::layer_facts(swapped.facts(), 0).files) {
    const bool is_file = file.kind == image::EntryKind::file;
    language +=
        is_file && (path.starts_with("var/lang/") || path.starts_with("var/runtime/")) ? file.size : 0;
  }
  REQUIRE(language > 0);
  CHECK(audit::contents(swapped.facts()).spare_bytes == language);
  fakes::ImageFacts native = fakes::good_image();
  native.link("opt/env/bin/python3.11", "/var/lang/bin/base-python3.11");
  CHECK(audit::contents(native.facts()).spare_bytes == 0);
  fakes::ImageFacts base = fakes::base_image();
  CHECK(audit::contents(base.facts()).spare_bytes == 0);
}

TEST_CASE("What layers above replace or remove is hidden", "[audit][contents]")
{
  fakes::ImageFacts image = fakes::good_image();
  image.file("opt/env/large.bin").size = 5000;
  image.layer();
  image.top().whiteouts = {"opt/env/large.bin"};
  const audit::Contents contents = audit::contents(image.facts());
  CHECK(contents.layers[3].hidden == 5000);
  CHECK(contents.layers[4].change == Change::step);
}

TEST_CASE("Hard links share their bytes", "[audit][contents]")
{
  fakes::ImageFacts image = fakes::good_image();
  image.layer();
  image.file("opt/env/a").size = 700;
  image.link("opt/env/b", "opt/env/a").kind = image::EntryKind::hardlink;
  CHECK(piece_of(audit::contents(image.facts()), Part::unowned).bytes -
            piece_of(audit::contents(fakes::good_image().facts()), Part::unowned).bytes ==
        700);
}

TEST_CASE("A step of the history that holds a secret is not shown", "[audit][contents]")
{
  fakes::ImageFacts image = fakes::good_image();
  image.config().history.assign(image.facts().image.layers.size(), {"COPY / /", false});
  image.config().history.back().created_by = "RUN |1 DB_PASSWORD=hunter2 make";
  const audit::Contents contents = audit::contents(image.facts());
  CHECK(contents.layers.front().made_by == "COPY / /");
  CHECK(contents.layers.back().made_by == "(a step with a secret: not shown)");
}

TEST_CASE("A package's list tells what of it is not shipped", "[audit][contents]")
{
  fakes::ImageFacts image = fakes::good_image();
  image.layer();
  image.file(
      "opt/env/conda-meta/zlib-1-0.json",
      R"({"name":"zlib","version":"1","files":["lib/libz.so","lib/libz.a","lib/same.so","share/z.txt"],)"
      R"("sizes":[1500,400,300,90]})");
  image.elf("opt/env/lib/libz.so");   // 1000 bytes
  image.link("opt/env/lib/same.so", "libz.so");
  image.file("opt/env/share/z.txt", "shorter: no part of what stripping saved");
  image.file("opt/env/conda-meta/pip-24-0.json",
             R"({"name":"pip","version":"24","files":["lib/pip.py"],"sizes":[60]})");
  const audit::Contents contents = audit::contents(image.facts());
  const auto zlib = piece_of(contents, Part::conda, "zlib").installed;
  REQUIRE(zlib);
  CHECK(zlib->bytes == 2290);
  CHECK(zlib->left_out == 400);
  CHECK(zlib->reduced == 800);
  CHECK(piece_of(contents, Part::conda, "pip").installed->left_out == 60);
  CHECK_FALSE(piece_of(contents, Part::code).installed);
}

TEST_CASE("A layer changes with what it holds", "[audit][contents]")
{
  fakes::ImageFacts image = fakes::base_image();
  image.layer();   // an instruction of the base without files
  image.folder("var/task");
  image.layer();
  image.file("srv/data").size = 10;
  image.layer();
  image.file("opt/env/etc/profile").size = 10;
  image.layer();
  image.distribution(fakes::k_env_site, "six");
  image.file("var/task/app.py", "x = 1\n");
  for (const char* made : {"base", "WORKDIR", "COPY data /srv", "envlift: of no package", "COPY . /"}) {
    image.config().history.push_back({made, false});
    image.config().history.push_back({"ENV x=1", true});
  }
  const audit::Contents contents = audit::contents(image.facts());
  CHECK(changes(contents) ==
        std::vector{Change::base, Change::base, Change::step, Change::environment, Change::step});
  CHECK(contents.base_layers == 2);
  CHECK(contents.layers[2].made_by == "COPY data /srv");
}

TEST_CASE("A piece's shares are its largest folders and files, with the small ones together",
          "[audit][contents]")
{
  fakes::ImageFacts image = fakes::base_image();
  image.layer();
  image.file("var/task/app.py").size = 1000;
  image.file("var/task/models/large.bin").size = 50000;
  for (int i = 0; i < 100; ++i) {
    image.file("var/task/data/" + std::to_string(i)).size = 300;
    image.file("var/task/small/" + std::to_string(i)).size = 1;
  }
  const auto shares = piece_of(audit::contents(image.facts()), Part::code).shares;
  CHECK(shares.size() <= 24);
  CHECK(shares.front().path == "models/large.bin");
  CHECK(shares.back().path.empty());
  CHECK(std::ranges::find(shares, "app.py", &audit::Share::path) != shares.end());
  CHECK(std::accumulate(shares.begin(), shares.end(), 0ULL,
                        [](auto sum, const auto& share) { return sum + share.bytes; }) == 81100);
}
