// `--slim trace`: an image without what the events of its project do not open (docs/decisions/0012-slim-by-trace.md).
#pragma once

#include "lift/assembled_image.hpp"

namespace envlift::lift {

// Asks the whole image every event with a tracer in it, leaves out what was not opened, and asks the slim image the same
// events again. Its layers are in the store then. EL0918 when the whole image does not do what its cases expect, EL0919
// when the slim one answers otherwise; neither has got a tag.
Result<AssembledImage> slimmed_image(const EnvironmentBuild& work, const AssembledImage& whole);

// EL0917: only an image that is put together here can be slimmed.
Error slims_assembled_only(const std::string& reason, const std::string& cure);

}   // namespace envlift::lift
