// Texts of JSON objects that may be anything. A template, so that no header needs the library.
#pragma once

#include <string>
#include <string_view>

namespace envlift {

// The member's text; "" where the value is no object, has no such member, or has another kind of it.
template <class Json>
std::string text_member(const Json& object, std::string_view key)
{
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->template get<std::string>() : std::string();
}

}  // namespace envlift
