// The image that `audit` and `report` read: a stored one needs no engine, and none is looked for.
#pragma once

#include "cli/console.hpp"
#include "cli/options.hpp"
#include "lift/audit_image.hpp"

#include <optional>

namespace envlift::cli {

class ImageReader {
public:
  // Opens the log where an engine will be asked. Options, settings and console must outlive the reader.
  ImageReader(const Options& options, const settings::Settings& settings, Console& console);

  lift::ImageRequest request() const;
  // Looks for the engine when it is called; the reader must outlive what it returns.
  lift::Connect connect();

private:
  const Options& options_;
  const settings::Settings& settings_;
  Console& console_;
  std::optional<Result<lift::Connected>> connected_;
};

}  // namespace envlift::cli
