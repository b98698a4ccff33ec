#include "report/contents.hpp"

#include "fakes/image_facts.hpp"
#include "render/render.hpp"
#include "report/contents_words.hpp"
#include "report/html.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace envlift;

namespace {

report::ImageReport report_of(fakes::ImageFacts image, std::vector<audit::Finding> findings = {})
{
  return {"demo:1", audit::contents(image.facts()), std::move(findings)};
}

// The good image with sizes that one can see.
fakes::ImageFacts sized_image()
{
  fakes::ImageFacts image = fakes::good_image();
  auto& layers = image.facts().layers;
  layers[0].files.at("var/lang/lib/libpython3.11.so.1.0").size = 150'000'000;
  layers[1].files.at(fakes::k_env_site + "/numpy/__init__.py").size = 40'000'000;
  layers[1].files.at(fakes::k_env_site + "/awslambdaric/__init__.py").size = 9'000'000;
  layers[1].files.at("opt/env/lib/libssl.so.3").size = 16'000'000;
  layers[3].files.at("var/task/app.py").size = 5'000'000;
  return image;
}

std::string page_of(const report::ImageReport& report)
{
  const std::string name = report::k_page_template;
  const auto page = render::fill(name, *render::builtin_template(name), report::contents_page(report), {});
  REQUIRE(page);
  return *page;
}

std::size_t count(const std::string& text, const std::string& part)
{
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++number;
  }
  return number;
}

std::string data_of(const std::string& page)
{
  const std::string begin = R"(<script type="application/json" id="data">)";
  const std::size_t at = page.find(begin);
  REQUIRE(at != std::string::npos);
  return page.substr(at + begin.size(), page.find("</script>", at) - at - begin.size());
}

const std::vector<audit::Finding> k_findings = {{"EL1114",
                                                 diag::Severity::error,
                                                 "numpy",
                                                 "/opt/env/a b.so",
                                                 "too old: https://user:hunter22@host/",
                                                 "take a newer one",
                                                 {}},
                                                {"EL1137", diag::Severity::note, "", "", "large", "", {}}};

}  // namespace

TEST_CASE("the page of a small image is as it was looked at", "[report][golden]")
{
  const std::string page = page_of(report_of(sized_image(), k_findings));
  const std::string path = std::string(ENVLIFT_SOURCE_DIR) + "/tests/golden/report.html";
  if (std::getenv("BLESS") != nullptr) {
    std::ofstream(path, std::ios::binary) << page;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string expected((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  INFO("scripts/bless rewrites tests/golden/report.html; look at it in a browser");
  CHECK((page == expected));   // not shown: it is long
}

TEST_CASE("the page needs no network and hides credentials", "[report]")
{
  const std::string page = page_of(report_of(sized_image(), k_findings));
  CHECK(page.find("hunter22") == std::string::npos);
  for (const char* loaded : {"src=", "url(", "@import", "href=\"http", "<link"}) {
    INFO(loaded);
    CHECK(page.find(loaded) == std::string::npos);
  }
  CHECK(count(page, "<svg class=\"map ") == 3);
}

TEST_CASE("names of an image cannot break out of the page", "[report]")
{
  for (const std::string hostile :
       {"</script><script>alert(1)</script>", "<!--<script>", "\"><img src=x onerror=alert(1)>",
        "' onload='x", "a&lt;b", "{{image}}{{#x}}", "]]>", "\x1b[31m\xff\n", "</title></svg><style>*{}"}) {
    INFO(hostile);
    fakes::ImageFacts image = sized_image();
    image.layer();
    const std::string info = fakes::k_env_site + "/evil-1.dist-info/";
    image.file(info + "METADATA", "Name: " + hostile + "\nVersion: 1" + hostile + "\n").size = 60'000'000;
    image.file(fakes::k_env_site + "/" + hostile + "/x.py").size = 70'000'000;
    image.file(info + "RECORD", "evil-1.dist-info/METADATA,,\n\"" + hostile + "/x.py\",,\n");
    image.config().history = {
      {"a", false}, {"b", false}, {"c", false}, {"d", false}, {"envlift: " + hostile, false}};
    report::ImageReport report =
        report_of(image, {{"EL1114", diag::Severity::error, hostile, "/" + hostile, hostile, hostile, {}}});
    report.image = hostile;
    report.contents.platform = hostile;
    const std::string page = page_of(report);
    CHECK(count(page, "<script") == 2);
    CHECK(count(page, "</script") == 2);
    CHECK(count(page, "<!--") == 0);
    CHECK(count(page, "<img") == 0);
    CHECK(count(page, "<style") == 1);
    CHECK(count(page, "onload='") == count(data_of(page), "onload='"));
    CHECK(count(page, "\x1b") == 0);
    const auto json = nlohmann::json::parse(data_of(page));
    CHECK(json["schema"] == 1);
    CHECK(data_of(page).find('<') == std::string::npos);
  }
}

TEST_CASE("HTML and JSON of a script are escaped", "[report]")
{
  CHECK(report::html("<a href=\"x\" b='y'>&amp;") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
  CHECK(report::script_json(R"({"a":"</script><!--&"})") == R"({"a":"\u003c/script\u003e\u003c!--\u0026"})");
  CHECK(nlohmann::json::parse(report::script_json(R"(["</script>"])"))[0] == "</script>");
}

TEST_CASE("the terminal form keeps to its width, and is plain without colour", "[report]")
{
  const report::ImageReport report = report_of(sized_image());
  for (const std::size_t width : {50, 80, 110}) {
    const std::string text = report::contents_text(report, {.colour = false, .width = width});
    CHECK(text.find('\x1b') == std::string::npos);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string line = text.substr(at, end - at);
      const auto columns = std::ranges::count_if(
          line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
      INFO(line);
      CHECK(static_cast<std::size_t>(columns) <= width);
      at = end + 1;
    }
  }
  const std::string text = report::contents_text(report, {});
  CHECK(text.find("  numpy 1.26.4") != std::string::npos);
  CHECK(text.find("with every edit of your code") != std::string::npos);
  CHECK(report::contents_text(report, {.colour = true}).find("\x1b[34m") != std::string::npos);
}

TEST_CASE("a report says when a layer is pushed again", "[report]")
{
  const audit::Contents contents = audit::contents(sized_image().facts());
  CHECK(report::pushed_again(contents, 0) == "when the base image is updated");
  CHECK(report::pushed_again(contents, 1) == "when one of 2 packages changes");
  CHECK(report::pushed_again(contents, 3) == "with every edit of your code");
  CHECK(report::title_of(contents, 1) == "2 packages");
  CHECK(report::holds(contents, 1) == "numpy, awslambdaric");
  CHECK(report::pushes(contents)[0].bytes == 5'000'000);
}

TEST_CASE("a share in percent is never nothing but for nothing", "[report]")
{
  CHECK(report::percent(0, 5) == "0%");
  CHECK(report::percent(1, 100000) == "<0.1%");
  CHECK(report::percent(123, 10000) == "1.2%");
  CHECK(report::percent(9999, 10000) == "100%");
}

TEST_CASE("an instruction of another build names its layer", "[report]")
{
  audit::Contents contents;
  contents.layers.resize(2);
  contents.layers[0].made_by = "COPY /opt/x /x # buildkit";
  contents.layers[1].made_by = "/bin/sh -c #(nop) ADD a b";
  CHECK(report::title_of(contents, 0) == "COPY /opt/x /x");
  CHECK(report::title_of(contents, 1) == "ADD a b");
  contents.layers[0].stored = 7;
  CHECK(report::pushed_bytes(contents.layers[0]) == 7);
}
