// Versions as PEP 440 defines them (its appendix B gives the grammar that is read here).
#include "base/text.hpp"
#include "environment/requirement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace envlift::environment {

namespace {

struct Spelling {
  std::string_view written;
  std::string_view means;
};

// Longer spellings first, so that "a" does not end the look at "alpha".
constexpr std::array<Spelling, 8> k_pre_spellings = {{{"alpha", "a"},
                                                      {"a", "a"},
                                                      {"beta", "b"},
                                                      {"b", "b"},
                                                      {"preview", "rc"},
                                                      {"pre", "rc"},
                                                      {"c", "rc"},
                                                      {"rc", "rc"}}};
constexpr std::array<Spelling, 3> k_post_spellings = {{{"post", "post"}, {"rev", "post"}, {"r", "post"}}};
constexpr std::array<Spelling, 1> k_dev_spellings = {{{"dev", "dev"}}};

bool is_separator(char c)
{
  return c == '.' || c == '-' || c == '_';
}

// Reads a lower-case text from its beginning; every step takes what fits and goes on, or takes nothing.
class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }

  bool take(char c)
  {
    if (at_end() || text_[at_] != c) {
      return false;
    }
    ++at_;
    return true;
  }

  // A number that fits; nothing, and nothing taken, otherwise.
  std::optional<unsigned long> number()
  {
    unsigned long value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc()) {
      return std::nullopt;
    }
    at_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  // `[._-]? WORD [._-]? DIGITS?`; a missing number counts as 0.
  template <std::size_t N>
  std::optional<std::pair<std::string, unsigned long>> segment(const std::array<Spelling, N>& spellings)
  {
    const std::size_t begin = at_;
    skip_separator();
    for (const Spelling& spelling : spellings) {
      if (text_.substr(at_).starts_with(spelling.written)) {
        at_ += spelling.written.size();
        skip_separator();
        return std::pair(std::string(spelling.means), number().value_or(0));
      }
    }
    at_ = begin;
    return std::nullopt;
  }

  // The short form of a post release: `-N`.
  std::optional<unsigned long> dash_number()
  {
    const std::size_t begin = at_;
    if (take('-')) {
      if (const auto value = number()) {
        return value;
      }
    }
    at_ = begin;
    return std::nullopt;
  }

  // `[a-z0-9]+`; empty when there is none.
  std::string_view alphanumerics()
  {
    const std::size_t begin = at_;
    while (!at_end() && text::is_alnum(text_[at_])) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

  bool skip_separator()
  {
    if (!at_end() && is_separator(text_[at_])) {
      ++at_;
      return true;
    }
    return false;
  }

private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool read_release(Reader& reader, Version& version)
{
  auto first = reader.number();
  if (first && reader.take('!')) {
    version.epoch = *first;
    first = reader.number();
  }
  if (!first) {
    return false;
  }
  version.release.push_back(*first);
  // A dot may also begin the next segment: "1.0.dev1".
  for (Reader ahead = reader; ahead.take('.');) {
    const auto number = ahead.number();
    if (!number) {
      break;
    }
    version.release.push_back(*number);
    reader = ahead;
  }
  return true;
}

// A local label's part; numbers lose their leading zeros.
std::string local_part(std::string_view part)
{
  if (!std::ranges::all_of(part, text::is_digit)) {
    return std::string(part);
  }
  const std::size_t significant = std::min(part.find_first_not_of('0'), part.size() - 1);
  return std::string(part.substr(significant));
}

bool read_local(Reader& reader, Version& version)
{
  do {
    const std::string_view part = reader.alphanumerics();
    if (part.empty()) {
      return false;
    }
    version.local.push_back(local_part(part));
  } while (reader.skip_separator());
  return true;
}

int order(unsigned long left, unsigned long right)
{
  return left == right ? 0 : (left < right ? -1 : 1);
}

// Missing parts count as zeros: 1.0 == 1.0.0.
int order_releases(const std::vector<unsigned long>& left, const std::vector<unsigned long>& right)
{
  const auto part = [](const std::vector<unsigned long>& release, std::size_t i) {
    return i < release.size() ? release[i] : 0UL;
  };
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (const int result = order(part(left, i), part(right, i)); result != 0) {
      return result;
    }
  }
  return 0;
}

// Before every pre-release stands the dev release of a final version, behind them the final one.
std::pair<int, unsigned long> pre_rank(const Version& version)
{
  if (version.pre) {
    return {version.pre->first == "a" ? 1 : (version.pre->first == "b" ? 2 : 3), version.pre->second};
  }
  return {!version.post && version.dev ? 0 : 4, 0};
}

int order_pairs(std::pair<int, unsigned long> left, std::pair<int, unsigned long> right)
{
  return left == right ? 0 : (left < right ? -1 : 1);
}

std::pair<int, unsigned long> post_rank(const Version& version)
{
  return {version.post ? 1 : 0, version.post.value_or(0)};
}

std::pair<int, unsigned long> dev_rank(const Version& version)
{
  return {version.dev ? 0 : 1, version.dev.value_or(0)};
}

// Numbers stand behind words; numbers of any length compare by value.
int order_local_parts(const std::string& left, const std::string& right)
{
  const bool left_is_number = std::ranges::all_of(left, text::is_digit);
  const bool right_is_number = std::ranges::all_of(right, text::is_digit);
  if (left_is_number != right_is_number) {
    return left_is_number ? 1 : -1;
  }
  if (left_is_number && left.size() != right.size()) {
    return left.size() < right.size() ? -1 : 1;
  }
  return left.compare(right);
}

int order_locals(const std::vector<std::string>& left, const std::vector<std::string>& right)
{
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const int result = order_local_parts(left[i], right[i]); result != 0) {
      return result < 0 ? -1 : 1;
    }
  }
  return order(left.size(), right.size());
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text)
{
  const std::string lower = text::to_lower(text::trim(text));
  Reader reader(lower);
  reader.take('v');
  Version version;
  if (!read_release(reader, version)) {
    return std::nullopt;
  }
  version.pre = reader.segment(k_pre_spellings);
  version.post = reader.dash_number();
  if (!version.post) {
    if (const auto post = reader.segment(k_post_spellings)) {
      version.post = post->second;
    }
  }
  if (const auto dev = reader.segment(k_dev_spellings)) {
    version.dev = dev->second;
  }
  if (reader.take('+') && !read_local(reader, version)) {
    return std::nullopt;
  }
  return reader.at_end() ? std::optional(std::move(version)) : std::nullopt;
}

int Version::compare(const Version& other) const
{
  if (const int result = order(epoch, other.epoch); result != 0) {
    return result;
  }
  if (const int result = order_releases(release, other.release); result != 0) {
    return result;
  }
  for (const auto rank : {pre_rank, post_rank, dev_rank}) {
    if (const int result = order_pairs(rank(*this), rank(other)); result != 0) {
      return result;
    }
  }
  return order_locals(local, other.local);
}

std::string Version::str() const
{
  std::string result = epoch == 0 ? "" : std::to_string(epoch) + "!";
  for (std::size_t i = 0; i < release.size(); ++i) {
    result += (i == 0 ? "" : ".") + std::to_string(release[i]);
  }
  if (pre) {
    result += pre->first + std::to_string(pre->second);
  }
  if (post) {
    result += ".post" + std::to_string(*post);
  }
  if (dev) {
    result += ".dev" + std::to_string(*dev);
  }
  return local.empty() ? result : result + "+" + text::join(local, ".");
}

bool Version::is_prerelease() const
{
  return pre.has_value() || dev.has_value();
}

}  // namespace envlift::environment
