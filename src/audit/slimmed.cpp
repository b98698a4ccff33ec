#include "audit/slimmed.hpp"

#include <algorithm>

namespace envlift::audit {

bool is_slimmed(const image::Config& config)
{
  return std::ranges::any_of(config.labels, [](const auto& label) { return label.first == k_slim_label; });
}

bool is_reduced(std::string_view path, const File& file)
{
  return path.ends_with(".py") && file.size == k_reduced_source.size();
}

}   // namespace envlift::audit
