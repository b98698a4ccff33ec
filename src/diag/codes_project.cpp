// Codes 05 to 07: code, settings and suites, plan.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_project()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    // 05: handler and code
    {"EL0501", error, "the handler is not MODULE.NAME",
     "Lambda calls a handler by module and name, with a dot between; folders before the module are separated by "
     "dots or slashes.",
     "Write it as MODULE.NAME.",
     {k_settings, "handler: app",
       "handler: app.lambda_handler"}},
    {"EL0502", error, "the handler's module is not in the code",
     "No file of the code gives that module.",
     "Correct the name, or point the setting `code` at the folder that has it.",
     {k_shell, "envlift plan . --handler ap.lambda_handler",
       "envlift plan . --handler app.lambda_handler"}},
    {"EL0503", error, "the handler's module does not bind its name",
     "The module is there, and reading it shows every name that it binds: the handler's is not among them.",
     "Correct the name, or define the function.",
     {k_code, "def handle(event, context):\n    return 1",
       "def handler(event, context):\n    return 1"}},
    {"EL0504", error, "no handler was found",
     "Without the setting `handler` envlift looks for the usual modules and names, and found none of them.",
     "Name the function.",
     {k_shell, "envlift up .",
       "envlift up . --handler jobs.nightly.run"}},
    {"EL0505", warning, "the handler's name cannot be seen in its module",
     "The module binds names that only running it shows (a star import, `globals()`), so that the handler may be "
     "there.",
     "Import the handler by its name.",
     {k_code, "from library import *",
       "from library import handler"}},
    {"EL0506", warning, "the handler's module is compiled",
     "The module is a compiled file, which envlift does not read.",
     "Invoke the image once before you rely on it.",
     {k_shell, "envlift plan . --handler app.handler       # app.cpython-313-x86_64-linux-gnu.so",
       "envlift plan . --handler main.handler      # main.py: from app import handler"}},
    {"EL0507", warning, "the handler's module comes from a package",
     "The module is not in the code, but a package of the environment may bring it.",
     "Invoke the image once before you rely on it.",
     {k_shell, "envlift plan . --handler orders.handler      # requirements.txt: orders==1.0",
       "envlift plan . --handler app.handler         # app.py: from orders import handler"}},
    {"EL0508", error, "the handler does not take two arguments",
     "Lambda calls the handler with the event and the context.",
     "Let it take two arguments.",
     {k_code, "def handler(event):\n    return 1",
       "def handler(event, context):\n    return 1"}},
    {"EL0509", error, "the handler is a coroutine function",
     "Lambda calls the handler and does not await what it returns.",
     "Name a plain function that runs the coroutine.",
     {k_code, "async def handler(event, context):\n    return 1",
       "import asyncio\nasync def work(event):\n    return 1\ndef handler(event, context):\n    return "
       "asyncio.run(work(event))"}},
    {"EL0510", error, "a file's name cannot be carried into an image safely",
     "The name of a file holds a quote, a backslash, `$` or a control character, which a Dockerfile would read as "
     "its own.",
     "Rename the file, or point `code` at a folder without it.",
     {k_shell, "envlift plan .          # the code has a file it's.py",
       "mv \"it's.py\" its.py"}},
    {"EL0511", note, "there is more than one usual handler",
     "More than one of the usual handlers exists; the first by the documented order is taken.",
     "Set `handler` to make the choice yours.",
     {k_shell, "envlift up .",
       "envlift up . --handler app.lambda_handler"}},
    {"EL0512", error, "the handler's module has the name of a built-in one",
     "A module that is built into Python is found before the file, and Lambda's runtime client refuses such a "
     "handler.",
     "Rename the file.",
     {k_shell, "envlift up . --handler time.handler",
       "envlift up . --handler timing.handler"}},
    {"EL0513", warning, "a link is left out of the code",
     "The link leads out of the project or nowhere. What it leads to would not be the same on another machine.",
     "Copy the file or folder into the project.",
     {k_shell, "ln -s ../shared/tools.py tools.py",
       "cp ../shared/tools.py tools.py"}},
    {"EL0514", error, "the handler's module has a syntax error",
     "Python does not take the module: Lambda says Runtime.UserCodeSyntaxError at every start. Brackets, strings, colons and "
     "indentation are looked at, not the whole grammar.",
     "Correct the line.",
     {k_code, "def handler(event, context:\n    return 1",
       "def handler(event, context):\n    return 1"}},
    // 06: settings
    {"EL0601", error, "a key is no setting",
     "The settings file has a key that envlift does not know, so it would have no effect.",
     "Correct it; docs/settings.md lists all keys.",
     {k_settings, "handlr: app.lambda_handler",
       "handler: app.lambda_handler"}},
    {"EL0602", error, "a setting's value is of the wrong kind",
     "A list stands where a single value is due, or the other way round.",
     "Write it in the form that the message names.",
     {k_settings, "memory: [1024]",
       "memory: 1024"}},
    {"EL0603", error, "a setting's value has not its form",
     "The value is not one that the setting can have.",
     "The hint names the form; docs/settings.md has all of them.",
     {k_settings, "memory: 1 GB",
       "memory: 1024"}},
    {"EL0604", error, "a conda installer and its checksum do not go together",
     "An installer runs as root in the build, so it is taken only with the checksum that stands beside its URL.",
     "Set `installer.url` and `installer.sha256` together, or neither; `installer.kind: miniforge` needs both.",
     {k_settings, "installer:\n  url: https://host.example/Miniconda3.sh",
       "installer:\n  url: https://host.example/Miniconda3.sh\n  sha256: "
       "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
    {"EL0605", error, "a setting carries credentials",
     "A password or token in a setting would stay in the image.",
     "Move it into a condarc or a pip.conf, and name that file with `condarc` or `pip_config`.",
     {k_settings, "channel_alias: https://ada:PASSWORD@conda.example",
       "channel_alias: https://conda.example\ncondarc: ./condarc"}},
    {"EL0606", error, "a setting is given twice in one file",
     "The same setting stands twice in one file, once nested and once with a dot.",
     "Keep one of the two.",
     {k_settings, "installer.kind: miniconda\ninstaller:\n  kind: miniconda",
       "installer:\n  kind: miniconda"}},
    {"EL0607", warning, "an ENVLIFT_ variable names no setting",
     "A variable begins with ENVLIFT_, and no setting has that name, so it has no effect.",
     "Correct or unset it.",
     {k_shell, "ENVLIFT_MEMROY=2048 envlift up .",
       "ENVLIFT_MEMORY=2048 envlift up ."}},
    // 062x: event suites
    {"EL0621", error, "a key is no key of a suite",
     "A suite, a case, its expectation or its context has a key that envlift does not know.",
     "Correct the name; docs/suites.md has them all.",
     {k_suite, "cases:\n  - name: an order\n    evnet: {order: 7}",
       "cases:\n  - name: an order\n    event: {order: 7}"}},
    {"EL0622", error, "a value of a suite is of the wrong kind",
     "A list stands where a single value belongs, or the other way round.",
     "Write the value as docs/suites.md shows it.",
     {k_suite, "cases:\n  name: an order",
       "cases:\n  - name: an order"}},
    {"EL0623", error, "a value of a suite has not its form",
     "A duration without unit, a regular expression that is none, a JSON pointer without its slash, an unknown verdict or "
     "ready-made event.",
     "Write it in its form; the finding's hint has it.",
     {k_suite, "cases:\n  - name: an order\n    max_duration: 500",
       "cases:\n  - name: an order\n    max_duration: 500 ms"}},
    {"EL0624", error, "keys of a case contradict each other, or one is missing",
     "A case has one event and a name of its own, and expects either an answer or an error.",
     "Keep one of the keys, or add the one that is missing.",
     {k_suite, "cases:\n  - name: an order\n    event: {order: 7}\n    ready_made: sqs",
       "cases:\n  - name: an order\n    ready_made: sqs"}},
    {"EL0625", error, "a suite has no case",
     "Nothing would be tested.",
     "Write `cases:` and a case below it.",
     {k_suite, "cases: []",
       "cases:\n  - name: an order\n    event: {order: 7}"}},
    // 07: plan and base
    {"EL0701", warning, "no base image has this Python",
     "AWS publishes base images for some minor versions of Python only; `inspect` goes on, `plan` would end with "
     "EL0702.",
     "Choose a Python that has a base image.",
     {k_conda, "dependencies:\n  - python=3.6",
       "dependencies:\n  - python=3.12"}},
    {"EL0702", error, "no base image has this Python, so no image can be planned",
     "AWS publishes base images for some minor versions of Python only.",
     "Choose one of those, in the environment file or with the setting `python`.",
     {k_conda, "dependencies:\n  - python=3.6",
       "dependencies:\n  - python=3.12"}},
    {"EL0703", error, "the setting `python` contradicts the environment",
     "The setting asks for one Python, the environment file pins another.",
     "Change one of the two.",
     {k_shell, "envlift plan . --python 3.12      # environment.yml: python=3.11",
       "envlift plan . --python 3.11"}},
    {"EL0704", error, "the base image has another Python",
     "The base image's tag names another Python than the environment needs.",
     "Use the base of that Python, or `{python}` in its tag.",
     {k_settings, "base: public.ecr.aws/lambda/python:3.12",
       "base: \"public.ecr.aws/lambda/python:{python}\""}},
    {"EL0705", warning, "the base image's runtime is deprecated",
     "AWS no longer patches this runtime, and stops creating functions for its managed form. The image still "
     "builds.",
     "Move the environment to a later Python.",
     {k_conda, "dependencies:\n  - python=3.8",
       "dependencies:\n  - python=3.13"}},
    {"EL0706", error, "the strategy does not fit the environment",
     "`native` installs with pip on the base's Python, which conda packages cannot do; `swap` and `os-only` do both. "
     "`custom` stands on a base that you name.",
     "Leave the setting `strategy` out, or set it to swap or os-only; for custom, set `base` too.",
     {k_shell, "envlift plan . --strategy native",
       "envlift plan ."}},
    {"EL0707", error, "the default channels need the user's consent",
     "Anaconda's channels have terms of service that may ask for a licence; only you can agree to them. A file "
     "without `channels` means these channels.",
     "Use conda-forge; or read the terms and accept them with --accept-tos.",
     {k_conda, "channels: [defaults]\ndependencies:\n  - numpy",
       "channels: [conda-forge]\ndependencies:\n  - numpy"}},
    {"EL0708", error, "a text cannot stand in a Dockerfile",
     "A quote, a space, `$` or a line break in a base image's name or in a handler could change what the "
     "Dockerfile does.",
     "Use letters, digits, and . _ - / : @ only.",
     {k_shell, "envlift plan . --handler app.händler",
       "envlift plan . --handler app.handler"}},
    {"EL0709", error, "a text of the plan holds credentials",
     "A variable, an option or a file of the build would carry a password into the image's layers.",
     "Set it in the function's configuration, or move it into a file that `pip_config` or `condarc` names.",
     {k_conda, "dependencies: [python]\nvariables:\n  DATABASE_URL: postgres://ada:PASSWORD@host.example/db",
       "dependencies: [python]"}},
    {"EL0710", warning, "a requirement needs a version control program, which the base image has not",
     "pip fetches the requirement with git, which AWS's base images do not have.",
     "Name the URL of an archive; in a conda environment, add `git` to the dependencies.",
     {k_pip, "demo @ git+https://host.example/demo.git@v1",
       "demo @ https://host.example/demo/archive/v1.zip"}},
    {"EL0711", error, "the template is not filled exactly",
     "A template of --templates has a placeholder that is not known or not closed, so it would render to "
     "something else.",
     "Correct the template, or leave --templates out.",
     {k_shell, "envlift render . --templates mine",
       "envlift render ."}},
    {"EL0712", error, "a template is missing",
     "The Dockerfile asks for a template that neither the folder of --templates nor envlift has.",
     "Add it to the folder."},
    {"EL0713", error, "the conda installer needs a newer glibc than the base image has",
     "The conda installer's own Python needs a newer C library than the base image of that Python has.",
     "Leave `installer.url` out to take one that runs there, or move to Python 3.12 or later.",
     {k_settings,
       "installer:\n  url: https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh\n"
       "  sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
       "installer:\n  url: https://repo.anaconda.com/miniconda/Miniconda3-py311_24.9.2-0-Linux-x86_64.sh\n"
       "  sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}},
    {"EL0714", error, "a path would leave the build context",
     "The path of a file would leave the build context once it is written there.",
     "Rename the file."},
    {"EL0715", error, "a lock of conda packages holds no Python",
     "Nothing is added to a lock, and the image needs the environment's own Python.",
     "Add `python` to the environment and lock it again.",
     {k_explicit,
       "@EXPLICIT\nhttps://conda.example/main/linux-64/numpy-1.26.4-py311_0.conda#0123456789abcdef0123456789abcdef",
       "@EXPLICIT\n"
       "https://conda.example/main/linux-64/python-3.11.9-0_cpython.conda#0123456789abcdef0123456789abcdef\n"
       "https://conda.example/main/linux-64/numpy-1.26.4-py311_0.conda#0123456789abcdef0123456789abcdef"}},
    {"EL0716", error, "a locked package needs a newer glibc than the base image has",
     "The lock names the package's files. Those for Linux with this Python and architecture were built for a newer C library "
     "than the base image of that Python has (PEP 600's `manylinux_2_28` is glibc 2.28; conda's packages depend on `__glibc`), "
     "so pip would refuse them and what conda installs would fail to load.",
     "Lock for a Python whose base image has that glibc, or lock an older version of the package.",
     {k_pylock,
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \"==3.11.*\"\n[[packages]]\nname = \"numpy\"\n"
       "version = \"2.3.0\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/numpy-2.3.0-cp311-cp311-manylinux_2_28_x86_64.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \"==3.11.*\"\n[[packages]]\nname = \"numpy\"\n"
       "version = \"2.1.0\"\n[[packages.wheels]]\n"
       "url = \"https://files.example/numpy-2.1.0-cp311-cp311-manylinux_2_17_x86_64.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0717", warning, "a locked package would be built from its source: its wheels need a newer glibc",
     "None of the wheels that the lock names runs with the base image's C library, so pip takes the package's source. The base "
     "images have no compiler: only what is pure Python can be built there.",
     "Lock for a Python whose base image has that glibc, or lock an older version of the package.",
     {k_pylock,
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \"==3.11.*\"\n[[packages]]\nname = \"numpy\"\n"
       "version = \"2.3.0\"\n[packages.sdist]\nurl = \"https://files.pythonhosted.org/numpy-2.3.0.tar.gz\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }\n"
       "[[packages.wheels]]\n"
       "url = \"https://files.pythonhosted.org/numpy-2.3.0-cp311-cp311-manylinux_2_28_x86_64.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \"==3.12.*\"\n[[packages]]\nname = \"numpy\"\n"
       "version = \"2.3.0\"\n[packages.sdist]\nurl = \"https://files.pythonhosted.org/numpy-2.3.0.tar.gz\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }\n"
       "[[packages.wheels]]\n"
       "url = \"https://files.pythonhosted.org/numpy-2.3.0-cp312-cp312-manylinux_2_28_x86_64.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0718", note, "the base image has some of the pinned packages, too",
     "AWS's Python bases bring the SDK and what it requires, in versions that AWS chooses and updates. Your environment's "
     "come first on the import path.",
     "Nothing; `--strategy os-only` leaves the base's out.",
     {k_shell, "envlift inspect .      # requirements.txt: boto3==1.34.0",
       "ENVLIFT_STRATEGY=os-only envlift inspect ."}},
  };
  // clang-format on
}

}  // namespace envlift::diag
