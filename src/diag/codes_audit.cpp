// Codes 11: stored images and what the audit finds in them.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_audit()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    // 11: audit
    {"EL1101", error, "a stored image is damaged",
     "The archive or one of its layers ends early, is no tar archive, or holds more than any image does.",
     "Save the image again, and compare the file's size with that of the original."},
    {"EL1102", error, "there is no image in it",
     "The archive or folder has neither docker's manifest.json nor an OCI index with an image for the platform.",
     "Give what `docker save` or `docker buildx build -o type=oci` wrote.",
     {k_shell, "docker export -o image.tar container\nenvlift audit docker-archive:image.tar",
       "docker save -o image.tar NAME:TAG\nenvlift audit docker-archive:image.tar"}},
    {"EL1103", error, "there are several images in it",
     "An audit is of one image, and the archive or index has more than one that could be meant.",
     "Save the one image alone, or name the platform.",
     {k_shell, "docker save -o image.tar one:1 two:1",
       "docker save -o image.tar one:1"}},
    {"EL1104", error, "a part of a stored image is not what its digest says",
     "Every part of an image is named by the SHA-256 sum of its bytes, and the bytes of this one have another.",
     "Save the image again; do not use this one, its content is not what was built."},
  };
  // clang-format on
}

}  // namespace envlift::diag
