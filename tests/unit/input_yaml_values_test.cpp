#include "input/yaml_values.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace envlift::input;

namespace {

std::string text_of(const std::string& scalar)
{
  YamlNode node;
  node.kind = YamlKind::scalar;
  node.scalar = scalar;
  node.plain = true;
  return python_text(node).value_or("nothing");
}

}  // namespace

// The right column is what Python prints of the value that ruamel.yaml 0.19 reads, as conda stores and sets it.
TEST_CASE("plain scalars as conda's variables have them", "[yaml]")
{
  const std::vector<std::pair<std::string, std::string>> rows = {
    {"true", "True"},
    {"FALSE", "False"},
    {"yes", "yes"},
    {"on", "on"},
    {"y", "y"},
    {"010", "10"},
    {"0o10", "8"},
    {"08", "8"},
    {"00", "0"},
    {"-0", "0"},
    {"+5", "5"},
    {"-5", "-5"},
    {"1_000", "1000"},
    {"1__0_", "10"},
    {"_1", "_1"},
    {"0x1F", "31"},
    {"-0x1f", "-31"},
    {"0b11", "3"},
    {"-0o17", "-15"},
    {"0o18", "0o18"},
    {"0b", "0b"},
    {"0O7", "0O7"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"1e3", "1000.0"},
    {"1E+3", "1000.0"},
    {"1.", "1.0"},
    {".5", "0.5"},
    {".5e3", ".5e3"},
    {".5e+3", "500.0"},
    {"3.10", "3.1"},
    {"+1.50", "1.5"},
    {"-.5", "-0.5"},
    {"-0.0", "-0.0"},
    {"1_0.5", "10.5"},
    {"1.e3", "1000.0"},
    {"1e-7", "1e-07"},
    {"0.0001", "0.0001"},
    {"0.00001", "1e-05"},
    {"1e15", "1000000000000000.0"},
    {"1e16", "1e+16"},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"1e400", "inf"},
    {"1e5_0", "1e5_0"},
    {"12e03", "12000.0"},
    {".inf", "inf"},
    {"-.INF", "-inf"},
    {"+.inf", "inf"},
    {".NaN", "nan"},
    {".", "."},
    {"-", "-"},
    {"e3", "e3"},
    {"1.2.3", "1.2.3"},
    {"1:30", "1:30"},
    {"2026-01-31", "nothing"},
    {"2026-01-31 10:00:00", "nothing"},
    {"2026-01-31T10:00:00Z", "nothing"},
    {"2026-01-31-x", "2026-01-31-x"},
    {"2026-1", "2026-1"},
    {"text", "text"},
    {"", ""},
  };
  for (const auto& [scalar, due] : rows) {
    CAPTURE(scalar);
    CHECK(text_of(scalar) == due);
  }
}

TEST_CASE("a quoted scalar is its text", "[yaml]")
{
  YamlNode node;
  node.kind = YamlKind::scalar;
  node.scalar = "010";
  node.quoted = true;
  CHECK(python_text(node) == "010");
}
