// What envlift says about the user's text: findings with a stable code, a place and an action.
// Stages collect them; nothing here prints. diag/printer.hpp renders them for the user.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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
  Diagnostics() = default;
  // Keeps that many of each severity for a file, and counts the others for note_suppressed().
  explicit Diagnostics(std::size_t most_of_a_file) : most_of_a_file_(most_of_a_file) {}

  // Adds a finding whose severity is the one of its code. The reference is good until the next call.
  Diagnostic& add(std::string_view code, std::string message, std::string hint, Span span = {});
  void append(const Diagnostics& other);
  // Adds what says, a file, how many findings were not kept.
  void note_suppressed();
  // The same but for the findings of one code.
  Diagnostics without(std::string_view code) const;

  const std::vector<Diagnostic>& all() const { return all_; }
  bool has_errors() const;
  std::size_t count(Severity severity) const;

private:
  std::vector<Diagnostic> all_;
  std::size_t most_of_a_file_ = static_cast<std::size_t>(-1);
  std::map<std::pair<std::string, Severity>, std::size_t> counts_;
  Diagnostic suppressed_;   // what a caller may still write notes into
};

// The texts that spans point into, by file name as shown to the user.
class Sources {
public:
  // Returns the text where it is kept now.
  std::string_view add(std::string file, std::string text);
  void merge(Sources&& other);
  // The 1-based line without its line end; empty when the file or line is unknown.
  std::string_view line(std::string_view file, std::size_t number) const;

private:
  struct Text {
    std::string text;
    // Of its lines. Empty until one is asked for: most files have no finding.
    mutable std::vector<std::size_t> starts = {};
    void find_lines() const;
  };
  std::map<std::string, Text, std::less<>> texts_;
};

}  // namespace envlift::diag
