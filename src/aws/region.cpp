#include "aws/region.hpp"

#include "aws/instance.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace envlift::aws {

std::optional<Region> configured_region(const Session& session)
{
  if (!session.asked.region.empty()) {
    return Region{session.asked.region, "the command line"};
  }
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (session.machine.has(variable)) {
      return Region{session.machine.value(variable), variable};
    }
  }
  if (session.profile.has("region")) {
    return Region{session.profile.text("region"),
                  fmt::format("the profile `{}`", text::shown(session.profile_name))};
  }
  return std::nullopt;
}

Result<Region> find_region(const Session& session)
{
  if (auto region = configured_region(session)) {
    return *std::move(region);
  }
  const auto metadata = InstanceMetadata::open(session);
  const auto region = metadata ? metadata->read("placement/region") : std::nullopt;
  if (!region) {
    return fail({"EL1302",
                 "no AWS region is set",
                 "set AWS_REGION, or `region` in the AWS profile",
                 ExitCode::push_failed,
                 {}});
  }
  return Region{std::string(text::trim(region->reveal())), "the instance's metadata"};
}

}  // namespace envlift::aws
