"""Makes the installed environment what ships: pruned, byte-compiled, activated once, readable by anyone, with the
launcher in place of the base's Python."""
import os
import shutil
import stat

import build_activation
import build_prune
from build_common import BUILD, HERE, base_python, configuration, run, run_time_python, say, timed


def compile_prefix(config):
    """Unchecked-hash pycs: valid whatever a layer does to file times, and no source is read at start. Files that
    cannot be compiled (templates, samples for other versions) stay as they are."""
    interpreter, changes = run_time_python(config)
    options = ["-X", "no_debug_ranges"] if tuple(map(int, config["python"].split("."))) >= (3, 11) else []
    library = os.path.join(config["prefix"], "lib", f"python{config['python']}")
    run([*interpreter, *options, "-c",
         "import compileall, sys, py_compile\n"
         "compileall.compile_dir(sys.argv[1], quiet=2, force=True, workers=0,\n"
         "    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)", library],
        "the environment could not be byte-compiled", **changes)


def make_readable(folder):
    """Lambda runs as a user that the image does not know: what it cannot read fails there and not here."""
    for root, _, files in os.walk(folder):
        os.chmod(root, stat.S_IMODE(os.stat(root).st_mode) | 0o755)
        for name in files:
            path = os.path.join(root, name)
            if not os.path.islink(path):
                mode = stat.S_IMODE(os.stat(path).st_mode)
                os.chmod(path, mode | 0o444 | (0o111 if mode & 0o100 else 0))


def lay_out_swap(config):
    """/build/root: the launcher under the names that the base's bootstrap and users call, the base's interpreter
    beside it under another name, our bootstrap."""
    tree = os.path.join(BUILD, "root")
    programs = os.path.join(tree, config["base_bin"].lstrip("/"))
    os.makedirs(programs, exist_ok=True)
    shutil.copy2(base_python(config), os.path.join(programs, f"base-python{config['python']}"))
    for name in (f"python{config['python']}", "python3", "python"):
        shutil.copy(os.path.join(HERE, "launcher.sh"), os.path.join(programs, name))
        os.chmod(os.path.join(programs, name), 0o755)
    ours = os.path.join(tree, "opt", "envlift")
    os.makedirs(ours, exist_ok=True)
    shutil.copy(os.path.join(HERE, "bootstrap.py"), ours)
    make_readable(tree)


def size(folder):
    return sum(os.lstat(os.path.join(root, name)).st_size for root, _, files in os.walk(folder) for name in files)


def main():
    config = configuration("environment.json")
    with timed("pruning"):
        build_prune.main(config)
    build_activation.main(config)
    with timed("byte-compiling"):
        compile_prefix(config)
    make_readable(config["prefix"])
    lay_out_swap(config)
    say(f"the environment is {size(config['prefix']) / 1e6:.1f} MB")
