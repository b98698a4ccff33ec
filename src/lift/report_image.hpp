// An image, stored or the engine's -> what a report shows of it.
#pragma once

#include "base/result.hpp"
#include "lift/image_facts.hpp"
#include "lift/lift.hpp"
#include "report/contents.hpp"
#include "report/talk.hpp"

#include <string>

namespace envlift::lift {

// Fails where the image cannot be had or read, as the audit does.
Result<report::ImageReport> report_image(const ImageRequest& request, const Connect& connect,
                                         report::Talk& talk);

// The page; EL0711 where a template of the user's does not fit.
Result<std::string> report_page(const report::ImageReport& report, const Request& request);

}  // namespace envlift::lift
