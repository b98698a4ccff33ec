// Text that comes to stand in a page.
#pragma once

#include <string>
#include <string_view>

namespace envlift::report {

// Safe between tags and in quoted attributes; redacted, and without control characters.
std::string html(std::string_view text);

// JSON that may stand in a <script> element: no "</script>", no "<!--".
std::string script_json(std::string json);

}  // namespace envlift::report
