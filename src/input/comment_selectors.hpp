// `- pywin32  # [win]`: selectors in comments, in conda-build's grammar. conda-lock honours those of one word;
// conda itself reads none.
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
  bool is_known = true;   // false: a comment in brackets that is no selector, and so takes nothing away
  diag::Span span;
};

struct SelectorTarget {
  std::string_view arch;   // x86_64 | arm64
  std::string_view python_minor;   // "3.11"
};

// By line: those behind entries of a list, with their truth on the target's Linux.
using CommentSelectors = std::map<std::size_t, CommentSelector>;
CommentSelectors find_comment_selectors(const std::string& file, std::string_view text,
                                        const SelectorTarget& target);

}  // namespace envlift::input
