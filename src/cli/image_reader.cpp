#include "cli/image_reader.hpp"

#include "cli/answer.hpp"

namespace envlift::cli {

ImageReader::ImageReader(const Options& options, const settings::Settings& settings, Console& console)
    : options_(options),
      settings_(settings),
      console_(console)
{
  if (!lift::is_stored(options.image)) {
    console.open_log();
  }
}

lift::ImageRequest ImageReader::request() const
{
  return {options_.image, for_image(settings_).handler, settings_.arch};
}

lift::Connect ImageReader::connect()
{
  return [this]() -> Result<engine::Engine*> {
    connected_ = lift::connect(settings_, engine::Need::run, console_);
    return *connected_ ? Result<engine::Engine*>((*connected_)->engine.get()) : fail(connected_->error());
  };
}

}  // namespace envlift::cli
