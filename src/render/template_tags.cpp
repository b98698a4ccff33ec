#include "render/template_tags.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace envlift::render {

namespace {

struct RawTag {
  char sign = ' ';           // '#', '^', '/', '!', '>', '=', or ' ' for a value
  std::string key;
  std::size_t line = 0;
  std::size_t end = 0;       // offset behind the tag
};

bool is_key(std::string_view key)
{
  return !key.empty() && std::ranges::all_of(key, [](char c) { return text::is_alnum(c) || c == '_'; });
}

// The tag that opens at `begin`; nothing when it does not close.
std::optional<RawTag> raw_tag(std::string_view text, std::size_t begin)
{
  const bool triple = text.substr(begin).starts_with("{{{");
  const std::string_view closing = triple ? "}}}" : "}}";
  const std::size_t end = text.find(closing, begin);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view key = text::trim(text.substr(begin + closing.size(), end - begin - closing.size()));
  RawTag tag;
  if (!triple && !key.empty() && std::string_view("#^/!>=&").find(key.front()) != std::string_view::npos) {
    tag.sign = key.front() == '&' ? ' ' : key.front();
    key = text::trim(key.substr(1));
  }
  tag.key = key;
  tag.line = 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, begin), '\n'));
  tag.end = end + closing.size();
  return tag;
}

class Reader {
public:
  explicit Reader(std::string_view text) : text_(text) {}

  TagsOrProblem read()
  {
    TagsOrProblem result;
    result.tags = read_inside(nullptr);
    result.problem = problem_;
    return result;
  }

private:
  // The tags up to the end of the open section, or of the text.
  std::vector<Tag> read_inside(const Tag* section)
  {
    std::vector<Tag> tags;
    while (problem_.empty()) {
      const std::size_t begin = text_.find("{{", at_);
      if (begin == std::string_view::npos) {
        if (section != nullptr) {
          problem_ = fmt::format("line {}: the section `{}` is not closed", section->line, section->key);
        }
        return tags;
      }
      const auto raw = raw_tag(text_, begin);
      if (!raw) {
        problem_ = "a tag is not closed";
        return tags;
      }
      at_ = raw->end;
      if (raw->sign == '/') {
        check_end(*raw, section);
        return tags;
      }
      add(*raw, tags);
    }
    return tags;
  }

  void check_end(const RawTag& raw, const Tag* section)
  {
    if (section == nullptr || section->key != raw.key) {
      problem_ = fmt::format("line {}: `{}` ends a section that is not open", raw.line, raw.key);
    }
  }

  void add(const RawTag& raw, std::vector<Tag>& tags)
  {
    if (raw.sign == '!') {
      return;
    }
    if (raw.sign == '>' || raw.sign == '=' || !is_key(raw.key)) {
      problem_ = fmt::format("line {}: `{}` is neither a value nor a section", raw.line, raw.key);
      return;
    }
    Tag tag{raw.sign == ' ' ? Tag::Kind::value : Tag::Kind::section, raw.key, raw.line, {}};
    if (tag.kind == Tag::Kind::section) {
      tag.inside = read_inside(&tag);
    }
    tags.push_back(std::move(tag));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string problem_;
};

}  // namespace

TagsOrProblem read_tags(std::string_view text)
{
  return Reader(text).read();
}

}  // namespace envlift::render
