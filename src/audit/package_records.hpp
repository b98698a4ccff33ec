// What the metadata files of an image say about its packages.
#pragma once

#include "audit/packages.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

// Those of conda-meta/*.json.
std::vector<Package> conda_packages(const Tree& tree);
// Those of *.dist-info and *.egg-info.
std::vector<Package> pip_packages(const Tree& tree);
// Those of dpkg's status file or, in images without a package manager, of its status.d folder.
std::vector<Package> system_packages(const Tree& tree);

// The text of a file that was kept; "" for none.
std::string_view text_of(const Tree& tree, std::string_view path);

// The source of a pyc: "a/__pycache__/b.cpython-311.opt-1.pyc" -> "a/b.py"; "" for another path.
std::string source_of(std::string_view path);

}   // namespace envlift::audit
