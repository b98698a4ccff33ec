// How a report speaks of an image's parts: the same words on a terminal and on a page.
#pragma once

#include "report/contents.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace envlift::report {

// "numpy 2.1.2", "your code". Nothing in what these return is a control character or a credential.
std::string title_of(const audit::Piece& piece);

// "numpy 2.1.2", "small packages 3", "launcher"; of another tool's build its instruction.
std::string title_of(const audit::Contents& contents, std::size_t layer);
// What the layer holds: its largest packages, "certifi, six and 3 more"; "" where the title says it.
std::string holds(const audit::Contents& contents, std::size_t layer);
// "when numpy changes".
std::string pushed_again(const audit::Contents& contents, std::size_t layer);

// What a base without a language would save; "" where nothing.
std::string spare_of(const audit::Contents& contents);

// "12.3%"; "<0.1%" of what is not nothing.
std::string percent(unsigned long long part, unsigned long long whole);

// A layer's bytes as they are pushed, where the image has them packed; else unpacked.
unsigned long long pushed_bytes(const audit::LayerContents& layer);

// What is pushed after a change, at most.
struct Push {
  std::string when;                // "an edit of your code"
  std::string what;                // "1 layer"
  unsigned long long bytes = 0;
};
std::vector<Push> pushes(const audit::Contents& contents);

// Of all packages whose lists say it.
audit::Installed all_installed(const audit::Contents& contents);

}  // namespace envlift::report
