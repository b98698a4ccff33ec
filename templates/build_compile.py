"""Byte-compiles a folder; run by the interpreter that will import it.

usage: build_compile.py unchecked|checked FOLDER [RUN-TIME FOLDER]

`unchecked` pycs are valid whatever a layer does to file times and sizes, and no source is read at start: for what
never changes in an image. `checked` ones compare the source's hash: an edited handler must never answer with old code.
Files that do not compile (templates, samples for other versions) stay without a pyc; `checked` names them.
"""
import compileall
import importlib.util
import os
import py_compile
import sys

MODES = {"checked": py_compile.PycInvalidationMode.CHECKED_HASH,
         "unchecked": py_compile.PycInvalidationMode.UNCHECKED_HASH}


def uncompiled(folder):
    """(path relative to the folder, why) of the sources that have no pyc."""
    for root, folders, files in os.walk(folder):
        folders.sort()
        for path in sorted(os.path.join(root, name) for name in files if name.endswith(".py")):
            if os.path.exists(importlib.util.cache_from_source(path)):
                continue
            try:
                with open(path, "rb") as file:
                    compile(file.read(), path, "exec")
            except (SyntaxError, ValueError) as error:
                yield f"{os.path.relpath(path, folder)}:{getattr(error, 'lineno', None) or 1}", error


def main(mode, folder, run_time_folder=None):
    compileall.compile_dir(folder, maxlevels=100, ddir=run_time_folder, force=True, quiet=2, workers=0,
                           invalidation_mode=MODES[mode])
    if mode == "checked":
        for place, why in uncompiled(folder):
            print(f"envlift: warning: {place}: {getattr(why, 'msg', why)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
