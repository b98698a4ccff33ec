// `- pywin32  # [win]`: selectors in comments, which conda-lock honours and conda does not.
#pragma once

#include "diag/diag.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace envlift::input {

struct CommentSelector {
  std::string text;   // "win", "not win"
  bool is_true = true;
  diag::Span span;
};

// By line: those behind entries of a list, with their truth on Linux of `arch` (x86_64 | arm64).
using CommentSelectors = std::map<std::size_t, CommentSelector>;
CommentSelectors find_comment_selectors(const std::string& file, std::string_view text,
                                        std::string_view arch);

}  // namespace envlift::input
