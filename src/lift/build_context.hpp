// A plan's context written for the engine, with the secrets that it is built with.
#pragma once

#include "base/result.hpp"
#include "lift/lift.hpp"

#include <string>
#include <vector>

namespace envlift::lift {

// Of a request: the built-in templates, or those of its folder.
render::TemplateText templates(const Request& request);

// A context in a folder of its own, ready to be built.
struct BuildContext {
  std::string folder;
  std::vector<std::string> arguments;   // render::build_arguments
};

// Writes the context of `plan`, which is the planned one or a form of it, below `folder`; credentials that stand in the
// environment's URLs are written beside it.
Result<BuildContext> write_build_context(const plan::Plan& plan, const Planned& planned, const Request& request,
                                         const std::string& folder);

// A failed build that names packages, shown at the line of the first of them that the user asked for.
Error placed(Error error, const environment::Environment& environment);

}  // namespace envlift::lift
