// An event is looked at before anything starts: the runtime's own words for a bad one come late and speak of Python.
#include "invoke/invoke.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::invoke {

namespace {

using Json = nlohmann::json;

// What the parser says, without its name, the place and the bytes around it: "invalid literal; expected …".
std::string reason_in(std::string what)
{
  if (const std::size_t begin = what.rfind(" - "); begin != std::string::npos) {
    what.erase(0, begin + 3);
  }
  const std::size_t read = what.find("; last read: '");
  if (read != std::string::npos) {
    const std::size_t expected = what.find("'; expected ", read);
    what.erase(read, expected == std::string::npos ? std::string::npos : expected + 1 - read);
  }
  return what;
}

// The line and column of the byte at an offset.
Place place_of(const std::string& name, std::string_view text, std::size_t offset)
{
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t line_begin = before.rfind('\n') + 1;   // npos + 1 = 0: the first line
  return {name, static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
          before.size() - line_begin + 1};
}

tl::unexpected<Error> not_json(std::string reason, std::string hint, Place place)
{
  Error error{
    "EL1002", "the event is not JSON: " + std::move(reason), std::move(hint), ExitCode::input_error, {}};
  error.place = std::move(place);
  return fail(std::move(error));
}

}   // namespace

Result<> check_event(const std::string& event, const std::string& name)
{
  if (event.find_first_not_of(" \t\r\n") == std::string::npos) {
    return not_json("it is empty", "write {} for an event without content", {name, 0, 0});
  }
  try {
    const Json parsed = Json::parse(event);
  }
  catch (const Json::parse_error& error) {
    return not_json(reason_in(error.what()),
                    "write names and texts in double quotes, and no comma after the last member",
                    place_of(name, event, error.byte == 0 ? 0 : error.byte - 1));
  }
  catch (const Json::exception&) {
    // JSON all the same: a number that is too large for us.
  }
  return {};
}

}   // namespace envlift::invoke
