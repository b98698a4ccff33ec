// An image that was put together here, handed to the engine.
#pragma once

#include "lift/assembled_image.hpp"

#include <cstddef>
#include <string>

namespace envlift::lift {

// Hands the image to the engine, which has its first `there` layers. Without a tag ("") it has its ID alone.
Result<engine::Image> hand_to_engine(const EnvironmentBuild& work, const AssembledImage& assembled,
                                     std::size_t there, const std::string& tag);

}   // namespace envlift::lift
