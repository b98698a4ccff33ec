// The page's lists: packages, layers, what was left out, findings.
#pragma once

#include "report/contents.hpp"

#include <string>

namespace envlift::report {

std::string package_rows(const ImageReport& report);
std::string push_rows(const audit::Contents& contents);
std::string layer_rows(const audit::Contents& contents);
std::string left_out_rows(const audit::Contents& contents);
std::string finding_cards(const ImageReport& report);

}  // namespace envlift::report
