// What an image holds and what is wrong with it: for a terminal, and as a page (templates/report.html.mustache).
#pragma once

#include "audit/audit.hpp"
#include "audit/contents.hpp"
#include "audit/inventory.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace envlift::report {

struct ImageReport {
  std::string image;   // as the user named it
  audit::Contents contents;
  std::vector<audit::Finding> findings;
  audit::Inventory inventory = {};
};

struct TextStyle {
  bool colour = false;
  std::size_t width = 80;
};

// Bars, sizes and findings; credentials are redacted here and in the page.
std::string contents_text(const ImageReport& report, const TextStyle& style);

// The page's template, and the values that it is filled with: all HTML, and safe to stand where the template has them.
inline constexpr const char* k_page_template = "report.html.mustache";
std::map<std::string, std::string> contents_page(const ImageReport& report);

}   // namespace envlift::report
