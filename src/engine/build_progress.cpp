#include "engine/build_progress.hpp"

#include "base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::engine {

namespace {

constexpr std::size_t k_lines_kept = 200;
// How the builder's scripts begin their lines, and those that a user should read though all goes well.
constexpr std::string_view k_builder = "envlift: ";
constexpr std::string_view k_builder_warns = "envlift: warning: ";

// What a user wants to read of an instruction: build.py's steps by their names, everything else as it is.
std::string shown_name(std::string_view name)
{
  const std::size_t script = name.find("build.py\"");
  if (script != std::string_view::npos) {
    const std::size_t begin = name.find('"', script + 10);
    const std::size_t end = name.find('"', begin + 1);
    if (begin != std::string_view::npos && end != std::string_view::npos) {
      return fmt::format("builder: {}", name.substr(begin + 1, end - begin - 1));
    }
  }
  return std::string(name);
}

// Steps that are worth a line: instructions, exports; not BuildKit's own housekeeping.
bool is_worth_a_line(std::string_view name)
{
  return name.find("RUN ") != std::string_view::npos || name.starts_with("exporting") ||
         name.find("FROM ") != std::string_view::npos;
}

bool is_time_stamp(std::string_view word)
{
  return !word.empty() && text::is_digit(word.front()) &&
         std::ranges::all_of(word, [](char c) { return text::is_digit(c) || c == '.'; });
}

// BuildKit's frames: around the failing step's output, which was printed before, and around the Dockerfile's lines.
bool is_frame(std::string_view line)
{
  return line == "------" || line == "--------------------";
}

}   // namespace

std::vector<std::string> BuildProgress::last_lines() const
{
  std::vector<std::string> texts;
  for (const Line& line : lines_) {
    if (failed_.empty() || line.step.empty() || line.step == failed_) {
      texts.push_back(line.text);
    }
  }
  return texts;
}

void BuildProgress::keep(std::string_view number, std::string_view line)
{
  if (text::trim(line).empty()) {
    return;
  }
  lines_.push_back({std::string(number), std::string(line)});
  if (lines_.size() > k_lines_kept) {
    lines_.pop_front();
  }
}

void BuildProgress::step_named(std::string_view number, std::string_view name)
{
  names_.insert_or_assign(std::string(number), std::string(name));
  talk_.detail(fmt::format("#{} {}", number, name));
}

// A step is shown from its first sign of life on: those that the cache answers stay silent.
void BuildProgress::step_lives(std::string_view number, std::string_view output)
{
  const auto name = names_.find(number);
  if (running_.empty() && name != names_.end() && is_worth_a_line(name->second)) {
    running_ = number;
    talk_.step_begins(shown_name(name->second));
  }
  if (running_ == number) {
    talk_.step_moves(output);
  }
  else {
    talk_.detail(output);
  }
}

void BuildProgress::step_ended(std::string_view number, std::string_view how)
{
  if (how.starts_with("ERROR")) {
    failed_ = number;
    talk_.detail(fmt::format("#{} {}", number, how));
  }
  if (running_ == number) {
    talk_.step_ends(how.starts_with("DONE")    ? "done"
                    : how.starts_with("ERROR") ? "failed"
                                               : text::to_lower(how));
    running_.clear();
    return;
  }
  const auto name = names_.find(number);
  if (name != names_.end() && is_worth_a_line(name->second)) {
    talk_.detail(fmt::format("{}: {}", shown_name(name->second), text::to_lower(how)));
  }
  else {
    talk_.detail(fmt::format("#{} {}", number, how));
  }
}

void BuildProgress::line(std::string_view text)
{
  if (is_frame(text)) {
    in_frame_ = !in_frame_;
    return;
  }
  if (in_frame_ && !text.starts_with("ERROR: ")) {
    talk_.detail(text);
    return;
  }
  if (!text.starts_with('#')) {
    talk_.detail(text);
    keep("", text);   // the client's own: errors and warnings
    return;
  }
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) {
    return;
  }
  const std::string_view number = text.substr(1, space - 1);
  const std::string_view rest = text.substr(space + 1);
  const std::size_t word_end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, word_end);
  if (word == "DONE" || word == "CACHED" || word == "ERROR:" || word == "ERROR" || word == "CANCELED") {
    step_ended(number, rest);
  }
  else if (is_time_stamp(word)) {
    const std::string_view output = rest.substr(std::min(word_end + 1, rest.size()));
    keep(number, output);
    step_lives(number, output);
    if (output.starts_with(k_builder_warns)) {
      talk_.say(output.substr(k_builder.size()));
    }
  }
  else if (!names_.contains(number)) {
    step_named(number, rest);
  }
  else if (rest == "..." || rest == names_.find(number)->second) {
    // Another step's lines follow; this one's go on.
  }
  else if (!rest.starts_with("sha256:") || rest.find(" / ") != std::string_view::npos) {
    step_lives(number, rest);   // exports and downloads; a bare digest is no sign of life
  }
  else {
    talk_.detail(text);
  }
}

void BuildProgress::finish(bool ok)
{
  if (!running_.empty()) {
    talk_.step_ends(ok ? "done" : "failed");
    running_.clear();
  }
}

}   // namespace envlift::engine
