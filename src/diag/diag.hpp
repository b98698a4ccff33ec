// What envlift says about the user's text: findings with a stable code, a place and an action.
// Stages collect them; nothing here prints. diag/printer.hpp renders them for the user.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::diag {

enum class Severity { note, warning, error };

std::string_view to_string(Severity severity);

// A place in a source, 1-based; line 0 means "the file as a whole". `length` is in bytes of that
// line; 0 underlines the token that starts at the column.
struct Span {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 0;
};

// One finding. `code` is a row of diag/codes.hpp.
struct Diagnostic {
  std::string code;
  Severity severity = Severity::error;
  std::string message;
  std::string hint;
  Span span;
  std::vector<std::string> notes;
};

// The findings of one run, in the order they were made.
class Diagnostics {
public:
  // Adds a finding whose severity is the one of its code.
  Diagnostic& add(std::string_view code, std::string message, std::string hint, Span span = {});
  void append(const Diagnostics& other);
  // The same but for the findings of one code.
  Diagnostics without(std::string_view code) const;

  const std::vector<Diagnostic>& all() const { return all_; }
  bool has_errors() const;
  std::size_t count(Severity severity) const;

private:
  std::vector<Diagnostic> all_;
};

// The texts that spans point into, by file name as shown to the user.
class Sources {
public:
  void add(std::string file, std::string text);
  void merge(Sources&& other);
  // The 1-based line without its line end; empty when the file or line is unknown.
  std::string_view line(std::string_view file, std::size_t number) const;

private:
  struct Text {
    std::string text;
    std::vector<std::size_t> starts;
  };
  std::map<std::string, Text, std::less<>> texts_;
};

}  // namespace envlift::diag
