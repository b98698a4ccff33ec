// The little XML that STS answers with: elements without attributes, each name once where it is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace envlift::aws {

// The text of the first element of this name; nothing where there is none.
std::optional<std::string> xml_text(std::string_view xml, std::string_view name);

}  // namespace envlift::aws
