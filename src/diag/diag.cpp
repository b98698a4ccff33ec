#include "diag/diag.hpp"

#include "base/text.hpp"
#include "diag/codes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace envlift::diag {

std::string_view to_string(Severity severity)
{
  switch (severity) {
    case Severity::note: return "note";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
  }
  return "error";
}

Diagnostic& Diagnostics::add(std::string_view code, std::string message, std::string hint, Span span)
{
  Diagnostic diagnostic;
  diagnostic.code = std::string(code);
  diagnostic.severity = code_info(code).severity;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostic.span = std::move(span);
  const bool is_counted = most_of_a_file_ != static_cast<std::size_t>(-1);
  if (is_counted && ++counts_[{diagnostic.span.file, diagnostic.severity}] > most_of_a_file_) {
    return suppressed_ = std::move(diagnostic);
  }
  return all_.emplace_back(std::move(diagnostic));
}

void Diagnostics::note_suppressed()
{
  const auto counts = std::exchange(counts_, {});
  for (const auto& [key, count] : counts) {
    if (count > most_of_a_file_) {
      const std::size_t more = count - most_of_a_file_;
      add("EL0123",
          fmt::format("and {} more {}{} like these in {}", more, to_string(key.second), more == 1 ? "" : "s",
                      key.first),
          "mend those that are listed, and look again", {.file = key.first});
    }
  }
}

void Diagnostics::append(const Diagnostics& other)
{
  all_.insert(all_.end(), other.all_.begin(), other.all_.end());
}

Diagnostics Diagnostics::without(std::string_view code) const
{
  Diagnostics rest = *this;
  std::erase_if(rest.all_, [&](const Diagnostic& diagnostic) { return diagnostic.code == code; });
  return rest;
}

bool Diagnostics::has_errors() const
{
  return count(Severity::error) > 0;
}

std::size_t Diagnostics::count(Severity severity) const
{
  return static_cast<std::size_t>(std::ranges::count(all_, severity, &Diagnostic::severity));
}

std::string_view Sources::add(std::string file, std::string text)
{
  return texts_.insert_or_assign(std::move(file), Text{std::move(text)}).first->second.text;
}

void Sources::Text::find_lines() const
{
  starts.push_back(0);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text::ends_line(text, at)) {
      starts.push_back(at + 1);
    }
  }
}

void Sources::merge(Sources&& other)
{
  texts_.merge(other.texts_);
}

std::string_view Sources::line(std::string_view file, std::size_t number) const
{
  const auto found = texts_.find(file);
  if (found == texts_.end() || number == 0) {
    return {};
  }
  const Text& entry = found->second;
  if (entry.starts.empty()) {
    entry.find_lines();
  }
  if (number > entry.starts.size()) {
    return {};
  }
  std::string_view rest = std::string_view(entry.text).substr(entry.starts[number - 1]);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

}  // namespace envlift::diag
