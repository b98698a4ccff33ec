// The image put together here, from layers that the engine builds and layers that need no engine.
#pragma once

#include "lift/lift.hpp"

namespace envlift::lift {

// As build(): the same image in all that a function can see, in layers that a second build of the same input makes the
// same. An environment that was built before is not built again; an edited handler needs no build at all.
Result<Built> assemble(engine::Engine& engine, const Planned& planned, const Request& request, report::Talk& talk);

}  // namespace envlift::lift
