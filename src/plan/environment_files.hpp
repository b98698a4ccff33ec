// The normalized environment as files of the build context: what an installer reads in the builder.
#pragma once

#include "environment/environment.hpp"
#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace envlift::plan {

struct EnvironmentFiles {
  std::vector<ContextEntry> entries;    // below environment/
  std::string conda;                    // the file that conda is given; "" = no conda
  std::vector<std::string> pip;         // the files of pip's own runs, in order
};

// What conda is given. Where the environment is locked, explicit.txt (CEP 23): a URL and a checksum each,
// nothing solved, and the pip side apart. Else environment.yml: every string quoted, the Python minor pinned,
// pip present, the pip section flattened; `channels` are written as they stand.
EnvironmentFiles conda_files(const environment::Environment& environment, const std::string& python_minor,
                             const std::vector<std::string>& channels);

// What conda_files adds to the solve: the Python minor where the environment allows others, and pip, which
// installs the runtime interface client. Nothing is added to a lock.
bool adds_python(const environment::Environment& environment, const std::string& python_minor);
bool adds_pip(const environment::Environment& environment);

// pip's requirements.txt. A lock's requirements without a hash (version control, local projects) are a second
// file: with one hash in a file, pip asks for all.
EnvironmentFiles pip_files(const environment::Environment& environment);

}  // namespace envlift::plan
