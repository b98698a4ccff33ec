// Encodings, sums and words.
#include "base/encoding.hpp"
#include "base/sha256.hpp"
#include "base/shell_words.hpp"

#include <catch2/catch.hpp>

using namespace envlift;

TEST_CASE("base 64 by RFC 4648's vectors, and what is none")
{
  for (const auto& [encoded, bytes] :
       {std::pair{"", ""}, std::pair{"Zg==", "f"}, std::pair{"Zm8=", "fo"}, std::pair{"Zm9vYmFy", "foobar"},
        std::pair{"Zg", "f"}, std::pair{"//79", "\xff\xfe\xfd"}}) {
    CHECK(base64_decoded(encoded) == std::string(bytes));
  }
  for (const char* text : {"Z", "Zm9vY", "Zm 9v", "Zm9v\n", "-_"}) {
    CHECK_FALSE(base64_decoded(text));
  }
}

TEST_CASE("bytes in base 64 are read back")
{
  for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar", "\xff\xfe\xfd\x01"}) {
    CHECK(base64_encoded(bytes).size() % 4 == 0);
    CHECK(base64_decoded(base64_encoded(bytes)) == bytes);
  }
  CHECK(base64_encoded("fooba") == "Zm9vYmE=");
  CHECK(base64url_encoded("\xFB\xFF\xFEx") == "-__-eA");
}

TEST_CASE("all but unreserved characters are escaped")
{
  CHECK(percent_encoded("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encoded("a b&c=d/\xc3\xa9+%") == "a%20b%26c%3Dd%2F%C3%A9%2B%25");
}

TEST_CASE("SHA-1 by its standard's vector")
{
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST_CASE("a command line's words")
{
  const auto words = shell_words("  a 'b c' d\"e \\\" f\"g\\ h");
  REQUIRE(words);
  REQUIRE(words->size() == 3);
  CHECK((*words)[1].text == "b c");
  CHECK((*words)[1].offset == 4);
  CHECK((*words)[2].text == "de \" fg h");
  CHECK_FALSE(shell_words("'a"));
  CHECK_FALSE(shell_words("a\\"));
}
