"""Byte-compiles a folder; run by the interpreter that will import it.

usage: python3 -S build_compile.py unchecked|checked FOLDER [RUN-TIME FOLDER]
ENVLIFT_BYTECODE_CACHE: a folder that keeps what was compiled for the next build.

`unchecked` pycs are valid whatever a layer does to file times and sizes, and no source is read at start: for what
never changes in an image. `checked` ones compare the source's hash: an edited handler must never answer with old code.
Files that do not compile (templates, samples for other versions) stay without a pyc; `checked` names them.

The same source gives the same pyc, whatever else is compiled: layers are told apart by their bytes. A pyc marks the
objects that anybody else refers to while it is written, thus also the names that an earlier file left behind. So each
package's folder is compiled by a process of its own, in order, forked off one that has compiled nothing, seen no .pth
file (-S) and has the hash seed 0 (the order of sets). A process for each file would cost twice as much CPU.
"""
import compileall
import gc
import importlib.util
import marshal
import os
import py_compile
import sys

from build_bytecode import BytecodeCache

MODES = {"checked": py_compile.PycInvalidationMode.CHECKED_HASH,
         "unchecked": py_compile.PycInvalidationMode.UNCHECKED_HASH}


def jobs(folder):
    """Lists of paths that come from one distribution, so that they are the same whatever else is installed. What lies
    in no package (site-packages itself, a namespace) may be of several: there, each file is by itself."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        paths = [os.path.join(root, name) for name in sorted(files)
                 if name.endswith(".py") and os.path.isfile(os.path.join(root, name))]
        if "__init__.py" in files:
            yield paths
        else:
            yield from ([path] for path in paths)


def compile_files(paths, mode, folder, run_time_folder):
    for path in paths:
        shown = run_time_folder and os.path.join(run_time_folder, os.path.relpath(path, folder))
        compileall.compile_file(path, ddir=shown and os.path.dirname(shown), force=True, quiet=2,
                                invalidation_mode=MODES[mode])


def take(cache, waiting, mode, run_time_folder, answer):
    """Takes what was compiled before, in this process, a fork, and ends it; answers with the numbers of those jobs."""
    try:
        taken = [number for number, paths in waiting if cache.take(cache.key(paths, mode, run_time_folder), paths)]
        os.write(answer, marshal.dumps(taken))
    finally:
        os._exit(0)


def take_known(cache, waiting, mode, run_time_folder):
    """Takes what was compiled before; returns the jobs that were not. A process takes many jobs: nothing is compiled in
    it, and a start costs more than most of them."""
    if not cache.folder or not os.listdir(cache.folder):
        return waiting
    numbered = list(enumerate(waiting))
    count = os.cpu_count() or 1
    answers = []
    for first in range(count):
        answer, end = os.pipe()
        if os.fork() == 0:
            take(cache, numbered[first::count], mode, run_time_folder, end)
        os.close(end)
        answers.append(answer)
    taken = set()
    for answer in answers:
        with open(answer, "rb") as file:
            data = file.read()
        os.wait()
        taken.update(marshal.loads(data) if data else ())   # a process that was killed has taken nothing
    return [paths for number, paths in numbered if number not in taken]


def compile_and_keep(cache, paths, mode, folder, run_time_folder):
    """Does one job in this process, a fork, and ends it."""
    try:
        key = cache.key(paths, mode, run_time_folder)
        compile_files(paths, mode, folder, run_time_folder)
        cache.keep(key, paths)
    finally:
        os._exit(0)


def compile_folder(mode, folder, run_time_folder):
    """As many processes at a time as there are CPUs, the longest first: two do not wait for one at the end."""
    waiting = sorted(jobs(folder), key=lambda paths: -sum(map(os.path.getsize, paths)))
    cache = BytecodeCache(os.environ.get("ENVLIFT_BYTECODE_CACHE"))
    gc.freeze()   # else each process copies the pages of the objects that its collector looks at
    running = 0
    for paths in take_known(cache, waiting, mode, run_time_folder):
        if running == (os.cpu_count() or 1):
            os.wait()
            running -= 1
        if os.fork() == 0:
            compile_and_keep(cache, paths, mode, folder, run_time_folder)
        running += 1
    for _ in range(running):
        os.wait()


def uncompiled(folder):
    """(path relative to the folder, why) of the sources that have no pyc."""
    for path in sorted(path for paths in jobs(folder) for path in paths):
        if os.path.exists(importlib.util.cache_from_source(path)):
            continue
        try:
            with open(path, "rb") as file:
                compile(file.read(), path, "exec")
        except (SyntaxError, ValueError) as error:
            yield f"{os.path.relpath(path, folder)}:{getattr(error, 'lineno', None) or 1}", error


def main(mode, folder, run_time_folder=None):
    compile_folder(mode, folder, run_time_folder)
    if mode == "checked":
        for place, why in uncompiled(folder):
            print(f"envlift: warning: {place}: {getattr(why, 'msg', why)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
