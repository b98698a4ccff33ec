#include "environment/match_spec.hpp"

#include "base/text.hpp"
#include "environment/conda_version.hpp"
#include "environment/subdirs.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace envlift::environment {

namespace {

constexpr std::size_t k_longest_name = 64;      // CEP 26, as for builds
constexpr std::size_t k_longest_spec = 4096;    // no published spec comes near

const std::vector<std::string>& bracket_keys()
{
  static const std::vector<std::string> keys = {"build",   "build_number",   "channel", "features", "fn",
                                                "license", "license_family", "md5",     "name",     "sha256",
                                                "subdir",  "track_features", "url",     "version"};
  return keys;
}

bool is_artifact(std::string_view text)
{
  return text.ends_with(".conda") || text.ends_with(".tar.bz2");
}

// Shown in messages; controls and pieces of UTF-8 sequences are not printable alone.
std::string quoted(char c)
{
  const bool printable = c > ' ' && c < '\x7f';
  return printable ? fmt::format("`{}`", c) : c == ' ' ? "a space" : "this character";
}

class Parser {
public:
  explicit Parser(std::string_view text) : text_(text) {}

  MatchSpecOrProblem parse()
  {
    parse_all();
    for (const std::string_view part : {spec_.name, spec_.version, spec_.build}) {
      // A loose version, `=1.0`, is kept as `1.0.*`.
      if (is_artifact(part) || (part.ends_with(".*") && is_artifact(part.substr(0, part.size() - 2)))) {
        fail("only a package's file ends so, and only its URL can be one", 0);
      }
    }
    if (failed_) {
      return {std::nullopt, std::move(problem_)};
    }
    return {std::move(spec_), {}};
  }

private:
  // A part of the text and where it stands.
  struct Part {
    std::string_view text;
    std::size_t offset = 0;

    Part from(std::size_t begin, std::size_t length = std::string_view::npos) const
    {
      return {text.substr(begin, length), offset + begin};
    }
    Part trimmed() const
    {
      const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
      return {text::trim(text.substr(begin)), offset + begin};
    }
  };

  void fail(std::string message, std::size_t offset)
  {
    if (!failed_) {
      failed_ = true;
      problem_ = {std::move(message), offset};
    }
  }

  void parse_all()
  {
    Part whole{text_, 0};
    check_characters();
    if (failed_) {
      return;
    }
    std::string_view hash;
    if (const std::size_t mark = text_.find('#'); mark != std::string_view::npos) {
      hash = text_.substr(mark + 1);
      whole = whole.from(0, mark);
    }
    // conda takes a bare `numpy=` as `numpy`, but not with a space behind it.
    const bool loose_equals = text::trim(whole.text).ends_with('=') && whole.text.back() != '=';
    whole = whole.trimmed();
    if (loose_equals) {
      fail("no version after `=`", whole.offset + whole.text.size() - 1);
      return;
    }
    if (is_artifact(whole.text)) {
      parse_artifact(whole, hash);
      return;
    }
    if (const std::size_t at = whole.text.find(" if "); at != std::string_view::npos) {
      fail("conda ignores conditions (` if `), so the package would always be installed",
           whole.offset + at + 1);
      return;
    }
    const std::size_t bracket = std::min(whole.text.find('['), whole.text.size());
    parse_positional(whole.from(0, bracket));
    if (!failed_ && bracket < whole.text.size()) {
      parse_brackets(whole.from(bracket));
    }
  }

  void check_characters()
  {
    if (text_.size() > k_longest_spec) {
      fail("the text is too long for a package", k_longest_spec);
    }
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const auto c = static_cast<unsigned char>(text_[at]);
      if ((c < 0x20 && c != '\t') || c == 0x7f) {
        fail("a control character or line break stands here", at);
      }
      else if (c >= 0x80) {
        fail("only ASCII can stand in a package (is this a typographic quote or space?)", at);
      }
      else if (c == '`' || text_.substr(at, 2) == "$(") {
        fail(fmt::format("`{}` cannot stand in a package", c == '`' ? "\\`" : "$("), at);
      }
    }
  }

  // --- CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda, with the hash that CEP 23 puts behind `#` ------------

  void parse_artifact(const Part& part, std::string_view hash)
  {
    check_url(part);
    spec_.url = part.text;
    spec_.name = "*";
    read_hash(text::trim(hash));
    const std::size_t slash = part.text.rfind('/');
    if (slash == std::string_view::npos || !part.text.starts_with("http")) {
      return;
    }
    if (const std::size_t star = part.text.find('*'); star != std::string_view::npos) {
      fail("the URL of a file is no pattern", part.offset + star);
      return;
    }
    const std::string_view folder = part.text.substr(0, slash);
    const std::size_t subdir = folder.rfind('/');
    if (subdir == std::string_view::npos || !is_subdir(folder.substr(subdir + 1))) {
      return;
    }
    spec_.subdir = folder.substr(subdir + 1);
    set_channel_name(part.from(0, subdir));
    parse_file_name(part.from(slash + 1));
  }

  // Names may hold `-`, versions and builds not.
  void parse_file_name(Part file)
  {
    file.text.remove_suffix(file.text.ends_with(".conda") ? 6 : 8);
    const std::size_t build = file.text.rfind('-');
    const std::size_t version =
        build == 0 || build == std::string_view::npos ? build : file.text.rfind('-', build - 1);
    if (version == std::string_view::npos || version == 0) {
      fail("the file is not named NAME-VERSION-BUILD", file.offset);
      return;
    }
    set_name(file.from(0, version));
    const std::string unescaped =
        text::replace_all(std::string(file.text.substr(version + 1, build - version - 1)), "%21", "!");
    const VersionExpression expression = scan_version(unescaped);
    const bool is_literal = expression.is_single && expression.op.empty() && !unescaped.starts_with('^');
    if (!expression.problem.empty() || expression.end != unescaped.size() || !is_literal) {
      fail("the file's version cannot be read", file.offset + version + 1);
    }
    spec_.version = "==" + unescaped;
    spec_.version_as_written = unescaped;
    set_build(file.from(build + 1));
  }

  void read_hash(std::string_view hash)
  {
    if (hash.starts_with("sha256:")) {
      hash.remove_prefix(7);
    }
    if (text::is_hex(hash) && (hash.size() == 32 || hash.size() == 64)) {
      spec_.keys[hash.size() == 32 ? "md5" : "sha256"] = text::to_lower(hash);
    }
  }

  // --- (channel(/subdir):(namespace):)name(version(build)) -----------------------------------------

  void parse_positional(const Part& part)
  {
    Part rest = part;
    if (const std::size_t colon = part.text.rfind(':'); colon != std::string_view::npos) {
      rest = part.from(colon + 1);
      // What stands between the colons is the namespace, which CEP 29 has parsed and ignored.
      const std::size_t before = colon == 0 ? std::string_view::npos : part.text.rfind(':', colon - 1);
      // A `:` for the `::` behind a URL would make `https` the channel.
      if (const std::size_t slash = part.text.substr(0, colon).rfind('/');
          before != std::string_view::npos && slash != std::string_view::npos && slash > before) {
        fail("a channel and its package are separated by `::`", part.offset + colon);
      }
      else if (before != std::string_view::npos) {
        set_channel(part.from(0, before));
      }
    }
    rest = rest.from(std::min(rest.text.find_first_not_of(" \t"), rest.text.size()));
    const std::size_t name_end = std::min(rest.text.find_first_of(" \t=<>!~("), rest.text.size());
    set_name(rest.from(0, name_end));
    if (!failed_) {
      parse_version_and_build(rest.from(name_end));
    }
  }

  void set_channel(const Part& part)
  {
    std::string_view channel = part.text;
    while (channel.ends_with('/')) {
      channel.remove_suffix(1);
    }
    if (const std::size_t slash = channel.rfind('/');
        slash != std::string_view::npos && is_subdir(channel.substr(slash + 1))) {
      spec_.subdir = channel.substr(slash + 1);
      channel = channel.substr(0, slash);
    }
    check_url({channel, part.offset});
    set_channel_name({channel, part.offset});
  }

  void set_channel_name(const Part& part)
  {
    const std::string name = channel_name(part.text);
    const bool is_url = name.find("://") != std::string::npos || name.starts_with("file:");
    if (!is_url && name.find(':') != std::string::npos) {
      fail("`:` cannot stand in a channel's name", part.offset + part.text.rfind(':'));
    }
    spec_.channel = name == "*" ? "" : name;
  }

  // conda writes the channels of its default host by name.
  static std::string channel_name(std::string_view channel)
  {
    for (const std::string_view host : {"https://conda.anaconda.org/", "http://conda.anaconda.org/"}) {
      if (channel.starts_with(host) && !channel.starts_with(std::string(host) + "t/")) {
        channel.remove_prefix(host.size());
      }
    }
    while (channel.ends_with('/')) {
      channel.remove_suffix(1);
    }
    return std::string(channel);
  }

  void check_url(const Part& part)
  {
    for (std::size_t at = 0; at < part.text.size(); ++at) {
      const char c = part.text[at];
      if (!text::is_alnum(c) && std::string_view("-._~:/@%+=&!*${}").find(c) == std::string_view::npos) {
        fail(fmt::format("{} cannot stand in a channel", quoted(c)), part.offset + at);
      }
    }
  }

  // CEP 26: letters, digits, `.`, `_`, `-`; `*` makes it a pattern.
  void set_name(const Part& part)
  {
    if (part.text.empty()) {
      fail("a package's name is missing here", part.offset);
      return;
    }
    if (part.text.size() > k_longest_name) {
      fail(fmt::format("a package's name has at most {} characters", k_longest_name),
           part.offset + k_longest_name);
    }
    for (std::size_t at = 0; at < part.text.size(); ++at) {
      const char c = part.text[at];
      const bool inner = at > 0 && (c == '-' || c == '.');
      if (!text::is_alnum(c) && c != '_' && c != '*' && !inner) {
        fail(fmt::format("{} cannot stand in a package's name", quoted(c)), part.offset + at);
      }
    }
    spec_.name = text::to_lower(part.text);
  }

  void parse_version_and_build(const Part& raw)
  {
    const Part rest = raw.trimmed();
    if (rest.text.empty() || raw.text == "=") {
      return;
    }
    const VersionExpression expression = scan_version(rest.text);
    if (!expression.problem.empty()) {
      fail(expression.problem, rest.offset + expression.problem_at);
      return;
    }
    spec_.version_as_written = text::trim(rest.text.substr(0, expression.end));
    const Part behind = rest.from(expression.end);
    const Part build = parse_separator(behind);
    if (failed_) {
      return;
    }
    // `numpy =1.2 py38_0` keeps the operator: there spaces separate (CEP 29, "version expression parsing").
    const bool spaces_separate = raw.offset != rest.offset && !behind.trimmed().text.starts_with('=');
    const bool exact = !build.text.empty() && !spaces_separate;
    spec_.version = canonical_version(expression, exact ? SingleEquals::exact : SingleEquals::fuzzy);
    if (!build.text.empty()) {
      set_build(build);
    }
  }

  // Goes over the spaces or the `=` before a build; "" when there is none.
  Part parse_separator(const Part& behind)
  {
    const Part rest = behind.trimmed();
    if (rest.text.empty()) {
      return rest;
    }
    if (rest.text.starts_with('=') && !rest.text.starts_with("==")) {
      const Part build = rest.from(1).trimmed();
      if (build.text.empty()) {
        fail("no build string after `=`", rest.offset);
      }
      return build;
    }
    const bool separated = rest.offset != behind.offset;
    if (separated && rest.text.find_first_of("=<>!~") == 0) {
      fail("two version clauses need a `,` between them", rest.offset);
    }
    else if (!separated) {
      fail(fmt::format("{} cannot stand in a version", quoted(rest.text.front())), rest.offset);
    }
    return rest;
  }

  // CEP 26: letters, digits, `_`, `.`, `+`; with `*` a pattern, within `^…$` a regular expression.
  void set_build(const Part& part)
  {
    const bool is_regex = part.text.size() > 1 && part.text.starts_with('^') && part.text.ends_with('$');
    for (std::size_t at = 0; at < part.text.size(); ++at) {
      const char c = part.text[at];
      const std::string_view others = is_regex ? "_.+*^$|?()[]{}\\-" : "_.+*";
      if (!text::is_alnum(c) && others.find(c) == std::string_view::npos) {
        fail(fmt::format("{} cannot stand in a build string", quoted(c)), part.offset + at);
      }
    }
    if (part.text.size() > k_longest_name) {
      fail(fmt::format("a build string has at most {} characters", k_longest_name),
           part.offset + k_longest_name);
    }
    spec_.build = part.text;
  }

  // --- [key=value, key='value'] --------------------------------------------------------------------

  void parse_brackets(const Part& part)
  {
    std::size_t at = 1;
    const auto skip = [&] { at = std::min(part.text.find_first_not_of(", \t", at), part.text.size()); };
    for (skip(); !failed_ && at < part.text.size() && part.text[at] != ']'; skip()) {
      at = parse_pair(part, at);
    }
    if (failed_) {
      return;
    }
    if (at == part.text.size()) {
      fail("the bracket is not closed", part.offset);
    }
    else if (at + 1 < part.text.size()) {
      fail("nothing can follow the brackets", part.offset + at + 1);
    }
  }

  // Returns the offset behind the pair that begins at `begin`.
  std::size_t parse_pair(const Part& part, std::size_t begin)
  {
    const std::size_t equals = std::min(part.text.find_first_of("=,] '\"", begin), part.text.size());
    const Part key = part.from(begin, equals - begin);
    if (equals == part.text.size() || part.text[equals] != '=' || key.text.empty()) {
      fail("brackets hold KEY=VALUE (extras exist for pip only)", key.offset);
      return part.text.size();
    }
    std::size_t value_begin = equals + 1;
    std::size_t value_end = 0;
    std::size_t next = 0;
    const char quote = value_begin < part.text.size() ? part.text[value_begin] : '\0';
    if (quote == '\'' || quote == '"') {
      value_end = part.text.find(quote, ++value_begin);
      next = value_end + 1;
    }
    else {
      value_end = next = std::min(part.text.find_first_of(", ]", value_begin), part.text.size());
    }
    if (value_end == std::string_view::npos) {
      fail("the quote is not closed", part.offset + value_begin - 1);
      return part.text.size();
    }
    set_key(key, part.from(value_begin, value_end - value_begin));
    if (part.text.substr(next, 1).find_first_not_of(", \t]") == 0) {
      fail("a `,` is missing before this item", part.offset + next);   // conda would drop the one before it
    }
    return next;
  }

  void set_key(const Part& key, const Part& value)
  {
    if (std::ranges::find(bracket_keys(), key.text) == bracket_keys().end()) {
      unknown_key(key);
      return;
    }
    // Regular expressions have `\`; whether the value is one is looked at where it is read.
    const bool may_escape = key.text == "version" || key.text == "build";
    const std::size_t bad = value.text.find_first_of(may_escape ? "'\"" : "'\"\\");
    if (value.text.empty() || bad != std::string_view::npos) {
      fail(value.text.empty() ? fmt::format("`{}` has no value", key.text)
                              : "quotes and `\\` cannot stand here",
           value.offset + (value.text.empty() ? 0 : bad));
      return;
    }
    if (key.text == "version") {
      set_version(value);
    }
    else if (key.text == "build") {
      set_build(value);
    }
    else if (key.text == "channel") {
      set_channel(value);
    }
    else if (key.text == "subdir") {
      spec_.subdir = value.text;
    }
    else if (key.text == "url") {
      check_url(value);
      spec_.url = value.text;
    }
    else if (key.text != "name") {   // CEP 29: the positional name stands
      set_plain_key(key, value);
    }
  }

  void set_version(const Part& value)
  {
    const VersionExpression expression = scan_version(value.text);
    if (!expression.problem.empty() || expression.end != value.text.size()) {
      fail(expression.problem.empty() ? "this is not a version" : expression.problem,
           value.offset + (expression.problem.empty() ? expression.end : expression.problem_at));
      return;
    }
    spec_.version = canonical_version(expression, SingleEquals::fuzzy);
    spec_.version_as_written = value.text;
  }

  void set_plain_key(const Part& key, const Part& value)
  {
    const std::size_t digits = key.text == "md5" ? 32 : key.text == "sha256" ? 64 : 0;
    if (digits != 0 && (value.text.size() != digits || !text::is_hex(value.text))) {
      fail(fmt::format("`{}` has {} hexadecimal digits", key.text, digits), value.offset);
    }
    if (key.text == "build_number" &&
        value.text.find_first_not_of("0123456789<>=!*,| ") != std::string_view::npos) {
      fail("`build_number` is a number, with an operator where needed", value.offset);
    }
    const bool ignores_case = digits != 0 || key.text.starts_with("license");
    spec_.keys[std::string(key.text)] = ignores_case ? text::to_lower(value.text) : std::string(value.text);
  }

  void unknown_key(const Part& key)
  {
    if (key.text == "extras" || key.text == "flags" || key.text == "when") {
      fail(fmt::format("`{}` is known to conda's rattler solver only", key.text), key.offset);
      return;
    }
    const auto near = text::nearest(key.text, bracket_keys());
    fail(fmt::format("`{}` is no key of a package", key.text) +
             (near ? fmt::format("; did you mean `{}`?", *near) : ""),
         key.offset);
  }

  std::string_view text_;
  MatchSpec spec_;
  bool failed_ = false;
  MatchSpecProblem problem_;
};

}   // namespace

MatchSpecOrProblem parse_match_spec(std::string_view text)
{
  return Parser(text).parse();
}

}   // namespace envlift::environment
