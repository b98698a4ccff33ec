"""Makes the installed environment what ships: pruned, stripped, activated once, byte-compiled, readable by anyone, with
the launcher in place of the base's Python."""
import os
import shutil
import subprocess

import build_activation
import build_duplicates
import build_pip
import build_prune
import build_strip
from build_common import (BUILD, HERE, Exit, Failed, base_interpreter, compile_folder, configuration, library,
                          make_readable, say, timed)
from build_environment import IMPORT_CLIENT

# Everything that a start does, up to the first poll.
CHECK = ("import runpy, sys\n"
         "sys.path = runpy.run_path(sys.argv[1])['search_path']()\n"
         + IMPORT_CLIENT)


def put(script, path, mode):
    """Copies a script of the context to its place."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copyfile(os.path.join(HERE, script), path)
    os.chmod(path, mode)


def lay_out_root(config):
    """/build/root, which is copied over the base: the launcher under the names that the base's bootstrap and users
    call, the base's interpreter beside it under another name, our bootstrap. A base without a language has neither an
    interpreter to keep nor something that starts ours; one that is not AWS's has no entry script either."""
    tree = os.path.join(BUILD, "root")
    programs = os.path.join(tree, config["base_bin"].lstrip("/"))
    os.makedirs(programs, exist_ok=True)
    if config["strategy"] in ("os-only", "custom"):
        put("runtime.sh", os.path.join(tree, "var", "runtime", "bootstrap"), 0o755)
        if config["strategy"] == "custom":
            put("entrypoint.sh", os.path.join(tree, "lambda-entrypoint.sh"), 0o755)
    else:
        shutil.copy2(base_interpreter(config), os.path.join(programs, f"base-python{config['python']}"))
    for name in (f"python{config['python']}", "python3", "python"):
        put("launcher.sh", os.path.join(programs, name), 0o755)
    put("bootstrap.py", os.path.join(tree, "opt", "envlift", "bootstrap.py"), 0o644)
    make_readable(tree)


def check_start(config):
    """Starts what ships, once: launcher, environment, import order, client. It finds what pruning or the activation
    broke."""
    launcher = os.path.join(BUILD, "root", config["base_bin"].lstrip("/"), f"python{config['python']}")
    process = subprocess.run([launcher, "-c", CHECK, os.path.join(HERE, "bootstrap.py")], check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    print(process.stdout, end="", flush=True)   # a .pth file that fails says so at every start
    if process.returncode != 0:
        last = (process.stdout.strip().splitlines() or [f"exit {process.returncode}"])[-1]
        raise Failed(f"the finished environment does not start: {last}", Exit.START)


def size(folder):
    """Bytes of the files of a tree, symbolic links not followed."""
    return sum(os.lstat(os.path.join(root, name)).st_size for root, _, files in os.walk(folder) for name in files)


def main():
    config = {**configuration("environment.json"), **configuration("finish.json")}
    prefix = config["prefix"]
    before = size(prefix)
    with timed("pruning"):
        build_prune.main(config)
    say(f"left out {(before - size(prefix)) / 1e6:.1f} MB")
    if config["strip"]:
        with timed("stripping"):
            build_strip.main(config)
    build_duplicates.main(config)
    with timed("activating"):
        build_activation.main(config)
    with timed("byte-compiling"):
        compile_folder(config, "unchecked", library(config))
    if config["strategy"] == "native":
        build_pip.write_virtual_environment(config, sees_base=True)
    make_readable(prefix)
    lay_out_root(config)
    check_start(config)
    say(f"the environment is {size(prefix) / 1e6:.1f} MB")
