#include "image/failures.hpp"

#include "base/text.hpp"

#include <utility>

#include <fmt/format.h>

namespace envlift::image {

namespace {

Failure failure(std::string code, const std::string& message, std::string hint)
{
  // What a message quotes comes out of the archive.
  return fail({.code = std::move(code),
               .message = text::printable(message),
               .hint = std::move(hint),
               .exit = ExitCode::input_error,
               .tail = {}});
}

}  // namespace

Failure damaged(std::string message)
{
  return failure("EL1101", message, "save the image again, and compare its size with that of the original");
}

Failure no_image(std::string message)
{
  return failure(
      "EL1102", message,
      "give what `docker save -o FILE IMAGE` wrote as docker-archive:FILE, or what `docker buildx build -o "
      "type=oci,tar=false,dest=FOLDER` wrote as oci:FOLDER");
}

Failure several_images(std::string names)
{
  return failure(
      "EL1103", fmt::format("there are several images: {}", names),
      "name one by its tag (`oci:FOLDER:TAG`) or its platform (`--arch`), or save it alone (`docker save -o "
      "image.tar NAME:TAG`)");
}

Failure no_such_tag(const std::string& tag, const std::string& names)
{
  return failure("EL1102", fmt::format("there is no image `{}`, only {}", tag, names),
                 "name one of these behind the folder: `oci:FOLDER:TAG`");
}

Failure other_platform(const std::string& platform, const std::string& names)
{
  const bool is_arm = platform == "linux/arm64";
  const bool has_other = names.find(is_arm ? "linux/amd64" : "linux/arm64") != std::string::npos;
  const std::string build = fmt::format("build it for {}", platform);
  return failure("EL1106", fmt::format("there is no image for {}, only for {}", platform, names),
                 has_other
                     ? fmt::format("{}, or take the other: `--arch {}`", build, is_arm ? "x86_64" : "arm64")
                     : build);
}

Failure refused_manifest(std::string message)
{
  return failure("EL1139", message, "push it as a Docker v2 schema 2 or an OCI image manifest");
}

Failure wrong_digest(const std::string& what, const std::string& wanted, const std::string& found)
{
  return failure("EL1104", fmt::format("{} should be {}, and its bytes are {}", what, wanted, found),
                 "save the image again; do not use this one, its content is not what was built");
}

Failure unwritable(const std::string& path, const std::string& cause)
{
  return failure("EL1105", fmt::format("{} cannot be put into the image: {}", path, cause), "run the command again");
}

Failure inside(const std::string& part, Error error)
{
  error.message = fmt::format("{}: {}", text::printable(part), error.message);
  return fail(std::move(error));
}

}  // namespace envlift::image
