// Codes 03: requirements files, and the projects and locks that pip installs from.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_pip()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    // 03: requirements files
    {"EL0301", error, "a line is not a requirement",
     "A line of a requirements file is NAME, then extras, versions and a marker (PEP 508), or `NAME @ URL`.",
     "Correct the line at the place that is underlined.",
     {k_pip, "pandas=>2",
       "pandas>=2"}},
    {"EL0302", error, "an option does not belong into a requirements file, or not into its line",
     "pip takes only some of its options in a requirements file; the rest are for its command line, or need a "
     "line of their own.",
     "Correct the option's name, or give it a line of its own.",
     {k_pip, "--index-ulr https://pypi.example/simple",
       "--index-url https://pypi.example/simple"}},
    {"EL0303", error, "an option's value cannot be used",
     "The value is missing, is empty, holds characters that it cannot have, or names what the build does not see.",
     "Write the value in the form that the message names.",
     {k_pip, "--index-url pypi\nrequests",
       "--index-url https://pypi.org/simple\nrequests"}},
    {"EL0304", error, "a file named by -r or -c cannot be read",
     "The file does not exist, is no regular file, or lies outside of the project. Paths start at the folder of "
     "the file that names them.",
     "Check the path.",
     {k_pip, "-r absent.txt",
       "-r common.txt"}},
    {"EL0305", error, "requirements files include each other",
     "Following the -r and -c lines leads back to a file that is being read.",
     "Remove one of the -r or -c lines.",
     {k_pip, "requests\n-r requirements.txt",
       "requests"}},
    {"EL0306", error, "a requirement or an option carries credentials",
     "A password or token in a URL would lie in the image's layers, where everybody who pulls the image reads it.",
     "Of an index: move the URL into a pip.conf, and name that file with the setting `pip_config`. Of a repository or "
     "a file: write the URL without it, and user and token into a netrc that the setting `netrc` names. The build "
     "mounts both as secrets. A file that is fetched with a signed URL only (`sig=`, `X-Amz-Signature=`) goes into the project.",
     {k_pip, "--index-url https://TOKEN@pypi.example/simple\nrequests",
       "--index-url https://pypi.example/simple\nrequests"}},
    {"EL0307", error, "a requirement's path is of another machine or outside of the project",
     "The build sees only what lies below the project's folder; absolute paths and `file:` URLs are of one "
     "machine.",
     "Copy the package into the project and write its path from there.",
     {k_pip, "/home/ada/lib",
       "./lib"}},
    {"EL0308", error, "a local project or archive cannot be installed",
     "The path names nothing, or a folder that holds neither pyproject.toml nor setup.py, or a file that is no "
     "archive.",
     "Name the folder that has one of them, or the wheel.",
     {k_pip, "./docs",
       "./lib"}},
    {"EL0309", error, "a requirement's URL cannot be used in a build",
     "pip in the build has no ssh key and no client but git, and fetches over http and https only.",
     "Use the `git+https://` URL, or the https:// URL of an archive.",
     {k_pip, "demo @ git+ssh://git@host.example/demo.git",
       "demo @ https://host.example/demo/archive/v1.zip"}},
    {"EL0310", error, "a wheel does not fit the image",
     "A wheel's name says for which Python, ABI and platform it was built; this one does not fit the image. Those "
     "for Windows and macOS are left out with EL0401.",
     "Name the version and let pip choose the wheel, or name the one that fits.",
     {k_pip, "https://host.example/demo-1.0-cp311-cp311-musllinux_1_2_x86_64.whl",
       "demo==1.0"}},
    {"EL0311", error, "a hash is not one that pip takes",
     "pip takes sha256, sha384 and sha512, in hexadecimal digits and in full.",
     "Copy the hash again; `pip hash FILE` computes it.",
     {k_pip, "requests==2.32.3 --hash=sha256:abc",
       "requests==2.32.3 --hash=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
    {"EL0312", error, "a requirement cannot be installed where hashes are checked",
     "One `--hash` or `--require-hashes` makes pip check every package, and then each must be pinned and hashed.",
     "Let a tool write all hashes: `pip-compile --generate-hashes`.",
     {k_pip, "requests==2.32.3 --hash=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nidna>=3",
       "requests==2.32.3\nidna>=3"}},
    {"EL0313", error, "a constraint has a form that only requirements can have",
     "A constraint only narrows versions: it has a name, and neither extras nor `-e`.",
     "Write `NAME==VERSION`; put the extras where the package is required.",
     {k_pip, "requests\n-c with-extras.txt",
       "requests[socks]\n-c constraints.txt"}},
    {"EL0314", error, "two lines want different versions of one package",
     "pip refuses two lines that pin one package to different versions.",
     "Keep one of the two.",
     {k_pip, "idna==3.10\nidna==3.7",
       "idna==3.10"}},
    {"EL0315", error, "a requirement holds characters that cannot be carried",
     "A control character, or a file name with characters beyond those of wheels, cannot be written into the "
     "files of the build.",
     "Remove the character, or give the file the name that its build gave it.",
     {k_pip, "req\001uests",
       "requests"}},
    {"EL0316", error, "a marker compares what cannot be compared",
     "Both sides of a comparison are texts, or the variable does not exist: pip cannot evaluate that.",
     "Compare a variable such as `python_version` or `sys_platform` with a text.",
     {k_pip, "requests; 'linux' == 'linux'",
       "requests; sys_platform == 'linux'"}},
    {"EL0317", warning, "a marker cannot be decided before the build",
     "The marker asks for what shows in the build only (a kernel's release, a patch version). pip decides it "
     "there.",
     "Compare `python_version` or `sys_platform` instead, or remove the marker.",
     {k_pip, "requests; platform_release >= '5'",
       "requests; sys_platform == 'linux'"}},
    {"EL0318", warning, "a path of the machine that built a conda package is replaced",
     "`pip freeze` in a conda environment writes the folder in which conda built a package. It exists on no other "
     "machine, so the package is taken from the index.",
     "Write NAME==VERSION, or `pip list --format=freeze` for the whole file.",
     {k_pip, "idna @ file:///home/conda/feedstock_root/build_artifacts/idna_1726459485162/work",
       "idna==3.10"}},
    {"EL0319", warning, "`pkg-resources==0.0.0` is not a package",
     "Old `pip freeze` on Debian and Ubuntu wrote this line by mistake; no index has such a package. It is left "
     "out.",
     "Remove the line.",
     {k_pip, "requests\npkg-resources==0.0.0",
       "requests"}},
    {"EL0320", warning, "a local version is on none of the named indexes",
     "Versions with `+` (as torch's `+cpu`) are never on PyPI, and no other index is named.",
     "Add the index that has them.",
     {k_pip, "torch==2.4.0+cpu",
       "--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.4.0+cpu"}},
    {"EL0321", warning, "a variable is not set when the image is built",
     "pip replaces `${NAME}` by a variable of the build, and none is set there; pip leaves the text as it is.",
     "Write the URL with its secret into a pip.conf, and name that file with the setting `pip_config`.",
     {k_pip, "--extra-index-url https://pypi.example/${TEAM}/simple\nrequests",
       "--extra-index-url https://pypi.example/data/simple\nrequests"}},
    {"EL0322", warning, "pip ignores an option in the line of a requirement",
     "pip ignores options such as --index-url in the line of a requirement.",
     "Give the option a line of its own, or remove it.",
     {k_pip, "requests --pre",
       "--pre\nrequests"}},
    {"EL0340", error, "the dependencies are dynamic, and only a build could tell them",
     "`dynamic = [\"dependencies\"]` leaves the list to the build backend, whose code envlift does not run.",
     "Write the list under `[project] dependencies`, or give a lock or a requirements file.",
     {k_project, "[project]\nname = \"orders\"\nversion = \"1.0\"\ndynamic = [\"dependencies\"]",
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"requests\"]"}},
    {"EL0341", error, "a dependency group or an extra cannot be put together",
     "Groups may include each other (PEP 735), but not in a circle, and only groups that are there. Names of groups and extras "
     "are compared in their normalised form: `a_b` and `A-b` are one name, which only one list can have.",
     "Correct the `include-group`, or keep one of the lists.",
     {k_shell, "envlift plan . --group dev      # pyproject.toml: dev = [{ include-group = \"tset\" }]",
       "envlift plan . --group dev      # pyproject.toml: dev = [{ include-group = \"test\" }]"}},
    {"EL0342", error, "a text is not one of poetry's constraints",
     "Below `[tool.poetry.dependencies]` stand poetry's constraints: `^1.2`, `~1.2`, `1.2.*`, `>=1,<2`.",
     "Correct the constraint.",
     {k_project, "[tool.poetry.dependencies]\npython = \"^3.12\"\nrequests = \"latest\"",
       "[tool.poetry.dependencies]\npython = \"^3.12\"\nrequests = \"*\""}},
    {"EL0343", error, "one of poetry's constraints has no form that pip takes",
     "Poetry joins versions with `||`, which no requirement can say.",
     "Write one range, or give the poetry.lock.",
     {k_project, "[tool.poetry.dependencies]\npython = \"^3.12\"\nnumpy = \"1.26.4 || 2.1.0\"",
       "[tool.poetry.dependencies]\npython = \"^3.12\"\nnumpy = \"^2.1\""}},
    {"EL0344", error, "a package's source cannot be read or is not there",
     "`[tool.uv.sources]` and their kin say where a package comes from: an index, a repository, a folder. This one is "
     "incomplete, or names what the project has not.",
     "Correct the source.",
     {k_project,
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"prices\"]\n[tool.uv.sources]\n"
       "prices = { index = \"company\" }",
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"prices\"]\n[tool.uv.sources]\n"
       "prices = { index = \"company\" }\n[[tool.uv.index]]\nname = \"company\"\n"
       "url = \"https://pypi.example/simple\""}},
    {"EL0345", warning, "a package may be a pre-release for poetry and not for pip",
     "`allow-prereleases` holds for one package in poetry; pip's `--pre` holds for all.",
     "Pin the pre-release, or give the poetry.lock.",
     {k_project,
       "[tool.poetry.dependencies]\npython = \"^3.12\"\nprices = { version = \"^2.0\", allow-prereleases = true }",
       "[tool.poetry.dependencies]\npython = \"^3.12\"\nprices = \"2.0rc1\""}},
    {"EL0346", warning, "a package is bound to an index, and pip looks into all of them",
     "pip has no index for one package: a package of the same name on another index could be taken.",
     "Give a lock with hashes, or serve all from one index.",
     {k_project,
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"prices\"]\n[tool.uv.sources]\n"
       "prices = { index = \"company\" }\n[[tool.uv.index]]\nname = \"company\"\n"
       "url = \"https://pypi.example/simple\"\nexplicit = true",
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"prices\"]\n[[tool.uv.index]]\n"
       "url = \"https://pypi.example/simple\"\ndefault = true"}},
    {"EL0347", error, "pip has no overrides",
     "`override-dependencies` replaces what packages ask for; pip cannot.",
     "Give the uv.lock, which has them applied.",
     {k_project,
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"requests\"]\n[tool.uv]\n"
       "override-dependencies = [\"urllib3==2.2.3\"]",
       "[project]\nname = \"orders\"\nversion = \"1.0\"\ndependencies = [\"requests\", \"urllib3==2.2.3\"]"}},
    {"EL0350", error, "a lock contradicts itself",
     "Two entries of the lock hold for the same Python and platform, or one names what the lock has not.",
     "Lock again with the lock's own tool.",
     {k_pylock,
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }\n[[packages]]\n"
       "name = \"idna\"\nversion = \"3.7\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/idna-3.7-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0351", warning, "a lock is read for the newest patch release of Python",
     "A marker of the lock asks for the patch release, which the base image decides.",
     "Nothing, where any patch release will do.",
     {k_pylock,
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.7\"\n"
       "marker = \"python_full_version < '3.13.1'\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/idna-3.7-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }\n[[packages]]\n"
       "name = \"idna\"\nversion = \"3.10\"\nmarker = \"python_full_version >= '3.13.1'\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0352", error, "an older poetry.lock has no pyproject.toml beside it",
     "poetry before 2.0 does not write the groups of packages into the lock: the pyproject.toml says which are main.",
     "Put the pyproject.toml beside the lock.",
     {k_poetry_lock,
       "[[package]]\nname = \"idna\"\nversion = \"3.10\"\noptional = false\nfiles = [\n"
       "  { file = \"idna-3.10-py3-none-any.whl\", hash = "
       "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" },\n]\n[metadata]\n"
       "lock-version = \"2.0\"\npython-versions = \"^3.11\"",
       "[[package]]\nname = \"idna\"\nversion = \"3.10\"\noptional = false\ngroups = [\"main\"]\nfiles = [\n"
       "  { file = \"idna-3.10-py3-none-any.whl\", hash = "
       "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" },\n]\n[metadata]\n"
       "lock-version = \"2.1\"\npython-versions = \"^3.11\""}},
    {"EL0353", error, "a lock is for other environments",
     "The lock's `environments` say for which systems and Pythons it was made; the image is none of them.",
     "Lock for the image's platform as well.",
     {k_pylock,
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\nenvironments = [\"sys_platform == 'win32'\"]\n[[packages]]\n"
       "name = \"idna\"\nversion = \"3.10\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\nenvironments = [\"sys_platform == 'linux'\"]\n[[packages]]\n"
       "name = \"idna\"\nversion = \"3.10\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0354", error, "a locked package has no source, or more than one kind",
     "A package of a pylock.toml comes from version control, a folder, an archive, or from wheels and an sdist: exactly "
     "one of these (PEP 751).",
     "Lock again with the lock's own tool.",
     {k_pylock, "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0355", warning, "a poetry.lock is older than its pyproject.toml",
     "poetry writes a hash of the project's dependencies into the lock (`content-hash`); that of the pyproject.toml "
     "beside it is another one. poetry would refuse to install; envlift installs what the lock says.",
     "Run `poetry lock`.",
     {k_shell, "envlift plan .          # pyproject.toml was edited after poetry.lock was written",
       "poetry lock"}},
    {"EL0356", warning, "a key or a table is not known",
     "The file has a key or a table that its tool does not have, so that what it was to say is lost: `dependancies` "
     "installs nothing. Of tables that tools go on adding keys to, those are named that are almost a known one.",
     "Correct the key, or remove it.",
     {k_pipfile, "[package]\nrequests = \"*\"",
       "[packages]\nrequests = \"*\""}},
    {"EL0357", warning, "a lock is of a newer minor version",
     "PEP 751 has a newer minor version read as the one that is known; what is new in it is passed over.",
     "Lock with a tool that writes version 1.0, or see that nothing of what is new matters.",
     {k_pylock,
       "lock-version = \"1.1\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0358", error, "hashes in a Pipfile, which nothing enforces",
     "pipenv asks the index for the hashes that it locks and passes over those of a Pipfile. pip checks hashes only where every "
     "package has one, the dependencies too, which a Pipfile does not name.",
     "Lock with `pipenv lock`: the hashes of the Pipfile.lock are enforced.",
     {k_pipfile,
       "[packages]\nidna = { version = \"==3.10\", hashes = [\n"
       "  \"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\n] }",
       "[packages]\nidna = \"==3.10\""}},
    {"EL0359", warning, "a lock leaves the version of a package open",
     "Another day's build may install another version. pipenv writes `*` where it could not lock a package, as for one that "
     "another system needs, and installs it without a look at hashes.",
     "Lock again with `pipenv lock`, or write the version into the Pipfile first.",
     {k_shell, "envlift plan .          # Pipfile.lock: \"colorama\": {\"version\": \"*\"}",
       "pipenv lock && envlift plan .   # \"colorama\": {\"hashes\": […], \"version\": \"==0.4.6\"}"}},
    {"EL0360", note, "what a Pipfile tells pipenv's resolver does not hold for pip",
     "A Pipfile is solved by pip. pipenv's `skip_resolver` leaves a package's dependencies out, and `use_default_constraints = "
     "false` solves each category by itself; pip takes all dependencies, and solves all that is asked for as one.",
     "Lock with `pipenv lock`: a Pipfile.lock is installed as it is.",
     {k_pipfile, "[packages]\nrequests = { version = \"*\", skip_resolver = true }",
       "[packages]\nrequests = \"*\""}},
    {"EL0370", error, "the text is not an ini file as Python's configparser reads it",
     "setup.cfg is sections, `[NAME]`, of `KEY = VALUE`; lines that are indented deeper go on with the value above.",
     "Correct the line.",
     {k_setup_cfg, "install_requires =\n  requests",
       "[options]\ninstall_requires =\n  requests"}},
    {"EL0371", error, "a section of setup.cfg is none of setuptools",
     "setuptools refuses a file with a section `options.NAME` that it does not have, so that nothing of it would be installed.",
     "Correct the section's name, or remove it.",
     {k_setup_cfg, "[options]\ninstall_requires =\n  requests\n[options.extra_require]\ntest = pytest",
       "[options]\ninstall_requires =\n  requests\n[options.extras_require]\ntest = pytest"}},
  };
  // clang-format on
}

}  // namespace envlift::diag
