// Codes 14: pushing to a registry.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_registry()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    {"EL1401", error, "the registry was not reached",
     "No connection, or one that ended early, several times; a certificate that nothing here vouches for; or a registry "
     "without TLS.",
     "Check the host, the network and its proxy; name the registry's CA with --ca-bundle; add --plain-http for one without "
     "TLS.",
     {k_shell, "envlift push image --repository fn --registry registry.example",
       "envlift push image --repository fn --registry registry.example --ca-bundle ca.pem"}},
    {"EL1402", error, "the registry has a fault of its own",
     "It answered 429 or 5xx each time that it was asked again. What was sent stays there.",
     "Push again in a while."},
    {"EL1403", error, "the registry does not accept who you are",
     "No login is known for it, it ran out, or it was refused. docker's login for the host is taken, and else that of ECR, "
     "by the AWS credentials.",
     "Log in with `docker login HOST`, or see to it that AWS credentials are found (`envlift doctor`).",
     {k_shell, "envlift push image --repository fn --registry registry.example",
       "docker login registry.example\nenvlift push image --repository fn --registry registry.example"}},
    {"EL1404", error, "the registry lets you not push there",
     "It knows you and denies the right to push to the repository.",
     "Ask the repository's owner for it."},
    {"EL1405", error, "there is no such repository",
     "The registry makes no repository by itself.",
     "Correct --repository, or create it (in ECR: --create-repository).",
     {k_shell, "envlift push image --repository fn",
       "envlift push image --repository fn --create-repository"}},
    {"EL1406", error, "the registry refused a part of the image",
     "It answered an error that trying again would not change; its own words stand in the message.",
     "Do what they say."},
    {"EL1407", error, "the tag is taken and may not be moved",
     "The repository's tags are immutable, and the tag names another image.",
     "Push under another tag; the default one is made of the image's content.",
     {k_shell, "envlift push image --repository fn --tag v1",
       "envlift push image --repository fn"}},
    {"EL1408", error, "other bytes arrived than were sent",
     "The registry's sums say so, each time. Something between here and there changes them.",
     "Look at the proxies on the way, and push again."},
    {"EL1409", error, "a packed layer on this machine is damaged",
     "The cache has other bytes than were written. They are removed.",
     "Push again: the layer is packed anew."},
    {"EL1410", error, "the repository lost layers while the image was pushed",
     "A manifest that was there a moment ago, or its layers, were removed.",
     "Push again."},
    {"EL1411", error, "the image is not one that Lambda takes",
     "Its manifest, its configuration or its size is one that Lambda refuses; nothing was sent.",
     "Build it as the finding says."},
    {"EL1412", error, "the image is for another architecture than the settings say",
     "The function would not start.",
     "Build for the function's architecture, or correct `arch`.",
     {k_shell, "envlift push arm-image --repository fn --arch x86_64",
       "envlift push arm-image --repository fn --arch arm64"}},
    {"EL1413", error, "the project cannot be put together without an engine",
     "Its environment or its base was not built on this machine since they changed, or its code is so large that the "
     "environment's Python compiles it.",
     "Build it, and push the image by its tag.",
     {k_shell, "envlift push . --repository fn",
       "envlift build . && envlift push my-function --repository fn"}},
    {"EL1414", error, "a push has no place to go",
     "The repository or the registry is not said, or is not one.",
     "Name them with --repository and --registry, or in envlift.yaml.",
     {k_shell, "envlift push image --repository My_Fn",
       "envlift push image --repository my-fn"}},
    {"EL1415", error, "a text is no tag",
     "A tag has letters, digits, `_`, `.` and `-`, 128 at most, and begins with a letter, a digit or `_`. With the setting "
     "`push_tag: git` it is what `git describe` says, which outside of a work tree is nothing.",
     "Correct it.",
     {k_shell, "envlift push image --repository fn --tag v1/beta",
       "envlift push image --repository fn --tag v1-beta"}},
    {"EL1416", error, "a credential helper gave no login",
     "docker's configuration names a program for this registry, and it failed.",
     "Run the program by itself, or log in with `docker login`."},
    {"EL1417", error, "the engine could not push the image",
     "With --engine-push the engine pushes, and this is what it says.",
     "Do what it says, or push without --engine-push."},
  };
  // clang-format on
}

}  // namespace envlift::diag
