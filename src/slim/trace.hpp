// What a function opened while its events were answered: the lines of templates/tracer.py.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace envlift::slim {

struct Trace {
  std::set<std::string, std::less<>> files;       // paths in the image without the leading slash
  std::set<std::string, std::less<>> libraries;   // names that the loader was asked for: "libfoo.so.1"
};

// Takes the tracer's lines out of the logs of one container after the other.
class TraceReader {
public:
  // Whether the line is one of the tracer's.
  bool take(std::string_view line);
  const Trace& result() const { return trace_; }

private:
  Trace trace_;
};

}   // namespace envlift::slim
