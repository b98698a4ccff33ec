// An image -> a registry.
#pragma once

#include "lift/push_source.hpp"
#include "registry/registry.hpp"
#include "report/push.hpp"
#include "report/talk.hpp"
#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

struct PushRequest {
  registry::Place place;
  registry::FetchLogin login;
  std::vector<std::string> tags;   // none: one of the image's content
};

// EL1411 with what Lambda would refuse, EL1412 where the settings name another architecture.
Result<> check_before_push(const ImageToPush& image, const settings::Settings& settings);

// Sends what the repository has not, and then the manifest under its digest and the tags. Fails as registry::Repository
// does.
Result<report::PushReport> push_image(const ImageToPush& image, const PushRequest& request,
                                      report::Talk& talk);

}   // namespace envlift::lift
