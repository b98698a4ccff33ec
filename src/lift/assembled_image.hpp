// The image that a built environment and the function's code make together.
#pragma once

#include "image/image_writer.hpp"
#include "lift/environment_build.hpp"

#include <string>

namespace envlift::lift {

struct AssembledImage {
  image::NewImage image;
  std::string config;   // its text
};

// With its configuration.
AssembledImage assembled(const BuildWork& work, image::NewImage image);

// Of the builder's index.json; writes the layer of the code into the store. Without an engine, code that has to be
// compiled is EL1413.
Result<AssembledImage> assembled_image(const BuildWork& work, const std::string& index,
                                       engine::Engine* engine);

}   // namespace envlift::lift
