// A value that must not be printed. It has no conversion to text and no stream operator;
// reveal() is the one door, and every use of it can be found by its name.
#pragma once

#include <string>
#include <utility>

namespace envlift {

class Secret {
public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

private:
  std::string value_;
};

}  // namespace envlift
