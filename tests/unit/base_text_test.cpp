#include "base/path.hpp"
#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

TEST_CASE("lines end at LF, CRLF and a lone CR", "[text]")
{
  CHECK(text::lines("a\nb\r\nc\rd") == std::vector<std::string_view>{"a", "b", "c", "d"});
  CHECK(text::lines("a\n\n") == std::vector<std::string_view>{"a", ""});
  CHECK(text::lines("").empty());
}

TEST_CASE("hexadecimal digits", "[text]")
{
  CHECK(text::is_hex("09afAF"));
  CHECK_FALSE(text::is_hex("0g"));
  CHECK(text::is_lower_hex("09af"));
  CHECK_FALSE(text::is_lower_hex("0A"));
}

TEST_CASE("percent escapes are decoded, and nothing else", "[text]")
{
  CHECK(text::percent_decoded("a%20b%2Bc%2b") == "a b+c+");
  CHECK(text::percent_decoded("100%, %2, %zz%") == "100%, %2, %zz%");
}

TEST_CASE("a path is taken apart at its last slash", "[text]")
{
  CHECK(path::parent("a/b/c") == "a/b");
  CHECK(path::parent("c") == ".");
  CHECK(path::parent("/c") == "/");
  CHECK(path::file_name("a/b/c") == "c");
  CHECK(path::file_name("c") == "c");
  CHECK(path::file_name("a/").empty());
  CHECK(path::folder_of("a/b/c") == "a/b");
  CHECK(path::folder_of("c").empty());
  CHECK(path::folder_of("/c").empty());
}

TEST_CASE("a path is resolved as text", "[text]")
{
  CHECK(path::normal("/usr/./lib//../bin/") == "usr/bin");
  CHECK(path::normal("../../a") == "a");
  CHECK(path::joined("usr/lib", "../b") == "usr/b");
  CHECK(path::joined("usr/lib", "/b") == "b");
  CHECK(path::project_path("a/b", "../c") == "a/c");
  CHECK(path::project_path("a", "..") == ".");
  CHECK(path::project_path("a", "../../a") == std::nullopt);
  CHECK(path::project_path("", "/a") == std::nullopt);
}

TEST_CASE("UTF-8 is checked as Unicode defines it", "[text]")
{
  CHECK(text::is_valid_utf8("plain, \xC3\xA9, \xE2\x82\xAC, \xF0\x9F\x90\x8D"));
  CHECK(text::first_invalid_utf8("ab\xFF") == 2U);
  CHECK(text::first_invalid_utf8("\xC0\xAF") == 0U);           // overlong
  CHECK(text::first_invalid_utf8("x\xED\xA0\x80") == 1U);      // surrogate
  CHECK(text::first_invalid_utf8("\xF4\x90\x80\x80") == 0U);   // beyond U+10FFFF
  CHECK(text::first_invalid_utf8("\xE2\x82") == 0U);           // cut off
}

TEST_CASE("a terminal never sees control characters", "[text]")
{
  CHECK(text::printable("a\x1b[31mb") == "a\xEF\xBF\xBD[31mb");
  CHECK(text::printable("\xC2\x9B" "c") == "\xEF\xBF\xBD" "c");
  CHECK(text::printable("tab\tand \xC3\xA9") == "tab\tand \xC3\xA9");
}

TEST_CASE("credentials in URLs are redacted", "[text]")
{
  CHECK(text::redact("https://user:p@ss@host/simple") == "https://****@host/simple");
  CHECK(text::redact("https://****:pw@host/") == "https://****@host/");
  CHECK(text::redact("https://token@host/") == "https://****@host/");
  CHECK(text::redact("see https://conda.anaconda.org/t/ab-12345678/team") == "see https://conda.anaconda.org/t/****/team");
  // Every word there is a token to conda; folders by first letter hold what is named like them.
  CHECK(text::redact("https://host/t/12345/chan::a") == "https://host/t/****/chan::a");
  CHECK(text::redact("https://host/x/t/a.b/chan") == "https://host/x/t/****/chan");
  CHECK(text::redact("- https://host/t/1::a") == "- https://host/t/****::a");
  for (const char* plain : {"/home/t/12345/x", "https://host/t/${TOKEN}/c", "https://host/t/<TOKEN>/c", "https://host/t//c",
                            "https://h/packages/source/t/tensorflow/tensorflow-1.0.tar.gz", "https://host/t/a.whl",
                            "https://host/a and /t/b/c"}) {
    CHECK(text::redact(plain) == plain);
  }
  CHECK(text::redact(text::redact("https://host/t/12345/c")) == "https://host/t/****/c");
  CHECK(text::redact("git+ssh://git@github.com/a/b") == "git+ssh://git@github.com/a/b");
  CHECK(text::redact("a @ https://h/a.zip?sv=1&sig=S%3D&se=2 ; os") ==
        "a @ https://h/a.zip?sv=1&sig=****&se=2 ; os");
  CHECK(text::redact("https://h/s?X-Amz-Security-Token=S&X-Amz-Signature=S#sha256=1") ==
        "https://h/s?X-Amz-Security-Token=****&X-Amz-Signature=****#sha256=1");
  for (const std::string name :
       {"token", "access_token", "private_token", "api_key", "apikey", "password", "Signature"}) {
    CHECK(text::redact("https://h/?" + name + "=S") == "https://h/?" + name + "=****");
  }
  CHECK(text::redact("https://h/?token=${TOKEN}&x=1&keep=token&sig=") ==
        "https://h/?token=${TOKEN}&x=1&keep=token&sig=");
  CHECK(text::redact("https://host/path?x=a@b") == "https://host/path?x=a@b");
  CHECK_FALSE(text::has_credentials("https://conda.anaconda.org/conda-forge"));
  CHECK(text::has_credentials("--index-url https://u:p@h/simple"));
}

TEST_CASE("the nearest word is suggested, a far one is not", "[text]")
{
  CHECK(text::nearest("dependancies", {"name", "dependencies", "channels"}) == "dependencies");
  CHECK(text::nearest("chanels", {"name", "dependencies", "channels"}) == "channels");
  CHECK(text::nearest("dependancies", {"dependencies"}, 1) == "dependencies");
  CHECK(text::nearest("dve", {"docs", "dev"}) == "dev");
  CHECK(text::nearest("tset", {"test"}) == "test");
  CHECK(text::nearest("gti", {"git"}) == "git");
  CHECK_FALSE(text::nearest("ved", {"dev"}));
  CHECK_FALSE(text::nearest("docs-packages", {"dev-packages"}, 1));
  CHECK_FALSE(text::nearest("kernel", {"name", "dependencies", "channels"}));
}

TEST_CASE("words are quoted for a shell only where needed", "[text]")
{
  CHECK(text::shell_line({"docker", "build", "--tag=a:b", "my dir", "it's", ""}) ==
        "docker build --tag=a:b 'my dir' 'it'\\''s' ''");
}

TEST_CASE("JSON strings survive any bytes", "[text]")
{
  CHECK(text::json_quote("a\"b\\c\n\xFF\xC3\xA9") == "\"a\\\"b\\\\c\\u000a\xEF\xBF\xBD\xC3\xA9\"");
}

TEST_CASE("sizes are told in powers of ten", "[text]")
{
  CHECK(text::human_bytes(999) == "999 B");
  CHECK(text::human_bytes(523'400'000) == "523.4 MB");
}
