// Image -> findings. checks.cpp is THE LIST of checks.
#pragma once

#include "audit/facts.hpp"
#include "diag/diag.hpp"

#include <string>
#include <vector>

namespace envlift::audit {

// One finding on an image; `code` is a row of diag/codes_*.cpp, which gives the severity.
struct Finding {
  std::string code;
  diag::Severity severity = diag::Severity::error;
  std::string package;     // "" where no package is concerned
  std::string path;        // in the image, with a leading '/'; "" for the image as a whole
  std::string message;
  std::string hint;
  std::vector<std::string>
      paths;   // all that the finding is about, `path` first; empty where `path` is the only one
};

struct Options {
  std::string handler;     // "" = the image's CMD
};

// All findings, errors first, then by path.
std::vector<Finding> audit(const ImageFacts& facts, const Options& options);

// The errors that an image's manifest and configuration tell without its files; `unpacked_bytes` are those of all layers.
std::vector<Finding> audit_manifest(const image::StoredImage& image, unsigned long long unpacked_bytes);

}  // namespace envlift::audit
