// The page's treemap: what lies over the base, by package, and by folders within.
#pragma once

#include "report/contents.hpp"

#include <string>

namespace envlift::report {

// The same for three widths of the window, of which the page shows one; each box links to its row of the list.
std::string page_maps(const ImageReport& report);

// The class of a part's colour: "conda".
std::string_view class_of(audit::Part part);

// The worst finding on the piece: "error", "warning", "note"; "" for none.
std::string worst_finding(const ImageReport& report, const audit::Piece& piece);

}   // namespace envlift::report
