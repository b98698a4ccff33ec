// How often and how soon something is tried again.
#pragma once

#include "registry/registry.hpp"

#include <chrono>
#include <string>

namespace envlift::registry {

class Patience {
public:
  explicit Patience(const World& world) : world_(world) {}

  // Waits before the next try; false when there is none, as after a signal. `retry_after` is the answer's header ("" for
  // none): its seconds are waited, and never more than a minute.
  bool wait(const std::string& retry_after = "");
  // Something was achieved: the count begins anew.
  void renew() { tries_ = 0; }

private:
  const World& world_;
  int tries_ = 0;
};

}   // namespace envlift::registry
