// Image references as docker reads them (distribution/reference: grammar.go).
#pragma once

#include <string>
#include <string_view>

namespace envlift::settings {

struct ImageReference {
  std::string_view name;     // domain and path
  std::string_view tag;      // "" when none
  std::string_view digest;   // "" when none
};

// The registry that an image's name begins with, by docker's own rule; "" for one of the default registry.
std::string_view registry_of(std::string_view name);

// `[domain/]path[:tag][@digest]` taken apart; says nothing about the parts' forms.
ImageReference split_reference(std::string_view text);

// The reference with the tag that docker takes for a name alone.
std::string with_tag(std::string_view text);

// Whether the text is a tag alone.
bool is_tag(std::string_view tag);

// Whether the text is an image reference.
bool is_image_reference(std::string_view text);

}  // namespace envlift::settings
