#include "aws/xml.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::aws {

std::optional<std::string> xml_text(std::string_view xml, std::string_view name)
{
  const std::string open = fmt::format("<{}>", name);
  const std::size_t begin = xml.find(open);
  const std::size_t end = xml.find(fmt::format("</{}>", name), begin == std::string_view::npos ? 0 : begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) {
    return std::nullopt;
  }
  std::string text(text::trim(xml.substr(begin + open.size(), end - begin - open.size())));
  for (const auto& [entity, character] :
       {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"}, std::pair{"&quot;", "\""}, std::pair{"&apos;", "'"},
        std::pair{"&amp;", "&"}}) {
    text = text::replace_all(std::move(text), entity, character);
  }
  return text;
}

}  // namespace envlift::aws
