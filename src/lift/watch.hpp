// `test --watch`: what changed in a project between two looks, and the code as the image would hold it.
#pragma once

#include "base/result.hpp"
#include "lift/lift.hpp"
#include "lift/test_image.hpp"
#include "sys/stamps.hpp"

#include <set>
#include <string>
#include <vector>

namespace envlift::lift {

// The project's files at one time.
struct Look {
  sys::Stamps project;                // below its folder, without those of cases
  sys::Stamps cases;                  // by the names that the cases' places have
};
Look look_at(const std::string& root, const CaseFiles& files);

struct Change {
  std::vector<std::string> files;     // all that changed, by name
  std::set<std::string> case_files;   // those of them that hold cases
  bool is_code = false;               // a file of the code layer changed, came or went
  bool is_build = false;   // so did another one: of the environment, of the settings, of a local package
  bool is_none() const { return files.empty(); }
};

// `code` are the files of the code layer before and after.
Change change_between(const Look& before, const Look& after, const std::set<std::string>& code);

// The sources of a plan's code layer, below the project's folder.
std::set<std::string> code_sources(const Planned& planned);

// Copies the code layer's files into a new folder that every user may read.
Result<> copy_code(const Planned& planned, const std::string& folder);

}   // namespace envlift::lift
