// Codes 04: the environment as a whole.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_environment()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    // 04: the environment as a whole
    {"EL0401", note, "packages of another platform are not installed",
     "Packages that exist for another system only (pywin32, vs2015_runtime, appnope, …) are left out by their "
     "exact name; each is listed with the reason.",
     "Remove them from the file once you agree.",
     {k_conda, "dependencies:\n  - numpy\n  - pywin32",
       "dependencies:\n  - numpy"}},
    {"EL0402", warning, "a package is asked for from conda and from pip",
     "pip would overwrite the files of conda's package, and conda would not know of it.",
     "Keep one of the two.",
     {k_conda, "dependencies:\n  - pip\n  - requests\n  - pip:\n      - requests",
       "dependencies:\n  - pip\n  - requests"}},
    {"EL0403", note, "there is more than one environment file",
     "The project has several files that could be meant. One is taken in this order: conda-lock.yml, conda-linux-64.lock, "
     "pixi.lock, pylock.toml, uv.lock, poetry.lock, Pipfile.lock, environment.yml, pixi.toml, a list of conda, "
     "requirements.txt, Pipfile, pyproject.toml, setup.cfg.",
     "Name the file to make the choice yours.",
     {k_shell, "envlift plan .",
       "envlift plan . --environment requirements.txt"}},
    {"EL0404", error, "two different credentials for one host",
     "The build's netrc has one login for a host; the file's URLs have two.",
     "Keep one; put the others into a pip.conf or condarc that a setting names.",
     {k_pip,
       "--index-url https://ada:PASSWORD@pypi.example/simple\n"
       "--extra-index-url https://bob:PASSWORD@pypi.example/team/simple\nrequests",
       "--index-url https://ada:PASSWORD@pypi.example/simple\n"
       "--extra-index-url https://ada:PASSWORD@pypi.example/team/simple\nrequests"}},
    {"EL0405", warning, "the file carries credentials, which are moved to a secret of the build",
     "User and password were taken out of the URLs: the build gets them as a netrc secret, and no layer, log or report "
     "holds them. The file itself still does. Who builds a context that `render` wrote gives that netrc.",
     "Keep them in a netrc and name it with the setting `netrc`.",
     {k_pip, "--index-url https://ada:PASSWORD@pypi.example/simple\nrequests",
       "--index-url https://pypi.example/simple\nrequests"}},
    {"EL0410", error, "a group is asked for that the file does not have",
     "`--group` names a dependency group (PEP 735, poetry, pipenv, a category of conda-lock).",
     "Name one that the message lists.",
     {k_shell, "envlift plan . --group tests      # pyproject.toml: [dependency-groups] test = [\"pytest\"]",
       "envlift plan . --group test"}},
    {"EL0411", error, "an extra is asked for that the file does not have",
     "`--extra` names one of the project's optional dependencies.",
     "Name one that the message lists.",
     {k_shell, "envlift plan . --extra asw      # pyproject.toml: [project.optional-dependencies] aws = [\"boto3\"]",
       "envlift plan . --extra aws"}},
    {"EL0412", error, "a pixi environment is asked for that the file does not have",
     "`--pixi-environment` names an environment of the pixi file; `default` is taken without it.",
     "Name one that the message lists.",
     {k_shell, "envlift plan . --pixi-environment date      # pixi.toml: [environments] data = [\"data\"]",
       "envlift plan . --pixi-environment data"}},
    {"EL0413", error, "a locked package has no file for the image's platform and Python",
     "A lock names the files that were found when it was made. None of this package's can be installed on Lambda's Linux "
     "with this Python and architecture.",
     "Lock again for that platform, or take another Python or architecture.",
     {k_pylock,
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"numpy\"\nversion = \"2.1.0\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/numpy-2.1.0-cp313-cp313-macosx_14_0_arm64.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"numpy\"\nversion = \"2.1.0\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/numpy-2.1.0-cp313-cp313-manylinux_2_17_x86_64.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0414", error, "the lock is for another Python",
     "The lock says which Python it was made for, and the image would run another one.",
     "Choose the Python with `--python`, or lock again.",
     {k_shell, "envlift plan . --python 3.11      # pylock.toml: requires-python = \">=3.12\"",
       "envlift plan . --python 3.12"}},
    {"EL0415", note, "groups and extras that are not asked for are not installed",
     "Groups and extras are installed when they are asked for by name; so are, without being asked for, the groups of "
     "`default-groups` in [tool.uv] and poetry's that are not optional. Those of development (`dev`, `test`, `docs`, `lint`) "
     "are left out there too: a function needs none.",
     "Ask with `--group NAME` or `--extra NAME`, or ignore this.",
     {k_shell, "envlift plan .          # pyproject.toml: [dependency-groups] test = [\"pytest\"]",
       "envlift plan . --group test"}},
    {"EL0490", note, "the environment may be too large for a zip",
     "By the known sizes of its largest packages the environment may pass Lambda's 250 MB for a zip. An image "
     "holds 10 GB.",
     "Nothing: `envlift up` builds the image and tells the exact size.",
     {k_shell, "zip -r function.zip .",
       "envlift up ."}},
    {"EL0495", note, "a leaner variant of a package is published",
     "The same project publishes a package that leaves out what Lambda cannot use, as GPUs and windows, or what few "
     "programs use. Nothing is exchanged without you.",
     "Write the leaner name where your code does without the rest, or ignore this.",
     {k_pip, "opencv-python==4.10.0.84",
       "opencv-python-headless==4.10.0.84"}},
  };
  // clang-format on
}

}  // namespace envlift::diag
