// Where the time of a cold start goes: for a terminal, for programs (docs/schema/init-profile.schema.json), and as a page
// (templates/init.html.mustache).
#pragma once

#include "suite/init_profile.hpp"

#include <map>
#include <string>
#include <vector>

namespace envlift::report {

// The parts, the most expensive packages, and the tree of the expensive imports.
std::string init_profile_text(const suite::InitProfile& profile);

// {"schema": 1, "image": …, "init_ms": …, "parts": …, "packages": […], "imports": […]} with a newline at its end.
std::string init_profile_json(const suite::InitProfile& profile);

// The page's template, and the values that it is filled with: all HTML, and safe to stand where the template has them.
inline constexpr const char* k_init_template = "init.html.mustache";
std::map<std::string, std::string> init_profile_page(const suite::InitProfile& profile);

// The page's drawing of time from left to right and of imports from the top down, in three sizes.
std::string init_icicles(const suite::InitProfile& profile);

// The four parts of an init, in their order; their names are of the field, their classes the page's.
struct InitPart {
  const char* name;
  const char* css_class;
  double ms;
};
std::vector<InitPart> parts_of(const suite::InitProfile& profile);

// "12 ms", "1.24 s".
std::string shown_ms(double milliseconds);
// Of the profiled init: "12%".
std::string share_of(double milliseconds, const suite::InitProfile& profile);

}   // namespace envlift::report
