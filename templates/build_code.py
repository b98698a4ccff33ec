"""Prepares the function's code: readable by anyone, byte-compiled with pycs that are checked against their source, so
that an edited handler never answers with old code."""
import os

from build_common import BUILD, configuration, run, run_time_python
from build_finish import make_readable


def main():
    config = configuration("environment.json")
    folder = os.path.join(BUILD, "code")
    interpreter, changes = run_time_python(config)
    # A syntax error is the function's to report, with its own traceback.
    run([*interpreter, "-c",
         "import compileall, sys, py_compile\n"
         "compileall.compile_dir(sys.argv[1], ddir='/var/task', quiet=1,\n"
         "    force=True, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)", folder],
        "the code could not be byte-compiled", **changes)
    make_readable(folder)
