// What audits know of layers that they read before, in the cache folder. What is not there is read again.
#pragma once

#include "audit/facts.hpp"
#include "lift/text_cache.hpp"

#include <optional>
#include <string>

namespace envlift::lift {

class KeptFacts {
public:
  // Of this version of envlift: another one may look for more.
  KeptFacts();

  std::optional<audit::LayerFacts> find(const std::string& diff_id) const;
  // Those of the image's layers that are whole and not there yet.
  void keep(const audit::ImageFacts& facts) const;

private:
  TextCache texts_;
};

}   // namespace envlift::lift
