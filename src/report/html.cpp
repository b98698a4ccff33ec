#include "report/html.hpp"

#include "base/text.hpp"

namespace envlift::report {

std::string html(std::string_view text)
{
  std::string safe;
  for (const char c : text::shown(text)) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

// In JSON these characters stand in strings only, where an escape says the same.
std::string script_json(std::string json)
{
  json = text::replace_all(std::move(json), "<", "\\u003c");
  json = text::replace_all(std::move(json), ">", "\\u003e");
  return text::replace_all(std::move(json), "&", "\\u0026");
}

}  // namespace envlift::report
