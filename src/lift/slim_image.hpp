// `--slim trace`: an image without what the events of its project do not open (docs/decisions/0013-slim-by-trace.md).
#pragma once

#include "diag/diag.hpp"
#include "lift/assembled_image.hpp"

namespace envlift::lift {

// EL0917: only an image that is put together here can be slimmed.
Error slims_assembled_only(const std::string& reason, const std::string& cure);

struct Slimmed {
  AssembledImage image;   // its layers are in the store
  diag::Diagnostics findings;   // why it is the whole one; none where it is slim
};

// Asks the whole image every event with a tracer in it, leaves out what was not opened, and asks the slim image the same
// events again. The whole one is kept where it does not do what its cases expect (EL0918), and where the slim one answers
// otherwise (EL0919).
Result<Slimmed> slimmed_image(const EnvironmentBuild& work, const AssembledImage& whole);

}   // namespace envlift::lift
