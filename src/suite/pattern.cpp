#include "suite/pattern.hpp"

#include <stdexcept>

#include <boost/regex.hpp>
#include <fmt/format.h>

namespace envlift::suite {

namespace {

constexpr auto k_syntax = boost::regex::perl | boost::regex::no_mod_m | boost::regex::no_mod_s;

// Boost's words up to what it shows of the pattern.
std::string reason_in(std::string_view what)
{
  const std::size_t end = what.find("  The error occurred");
  const std::string_view first = what.substr(0, end == std::string_view::npos ? what.find('\n') : end);
  return std::string(first.substr(0, first.find_last_not_of(". ") + 1));
}

}   // namespace

struct Pattern::Compiled {
  boost::regex expression;
};

std::optional<std::string> pattern_fault(const std::string& pattern)
{
  if (pattern.size() > k_longest_pattern) {
    return fmt::format("it is longer than {} bytes", k_longest_pattern);
  }
  try {
    const boost::regex compiled(pattern, k_syntax);
    return std::nullopt;
  }
  catch (const std::runtime_error& error) {
    return reason_in(error.what());
  }
}

Pattern::Pattern(const std::string& pattern)
{
  if (!pattern_fault(pattern)) {
    compiled_ = std::make_unique<Compiled>(Compiled{boost::regex(pattern, k_syntax)});
  }
}

Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Pattern::Found Pattern::search(std::string_view text) const
{
  if (!compiled_) {
    return Found::no;
  }
  const std::string_view searched = text.substr(0, k_longest_searched);
  try {
    return boost::regex_search(searched.begin(), searched.end(), compiled_->expression) ? Found::yes
                                                                                        : Found::no;
  }
  catch (const std::runtime_error&) {
    return Found::gave_up;
  }
}

}   // namespace envlift::suite
