#include "lift/file_bytes.hpp"

namespace envlift::lift {

Result<std::string> write_summed(image::ByteSource& content, const std::string& path)
{
  ENVLIFT_TRY_ASSIGN(FileSink file, FileSink::create(path));
  SummedSink sink(file);
  std::string buffer(std::size_t{256} * 1024, '\0');
  while (true) {
    ENVLIFT_TRY_ASSIGN(const std::size_t got, content.read(buffer.data(), buffer.size()));
    if (got == 0) {
      return sink.digest();
    }
    ENVLIFT_TRY(sink.write({buffer.data(), got}));
  }
}

}  // namespace envlift::lift
