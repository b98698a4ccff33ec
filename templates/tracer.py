"""Says which files Python opens, in lines of the log: `--slim trace` learns from them what an image needs.

A .pth file of the environment imports this at the start of every Python, subprocesses included. Each path is written
when it is met first, so that nothing is lost where a container is stopped.
"""
import os
import sys

MARK = "envlift-trace: "
seen = set()
is_ending = False


def tell(name):
    """Writes one line; a path with the file that it leads to where that is another one."""
    if isinstance(name, bytes):
        name = os.fsdecode(name)
    if not isinstance(name, str) or not name or name in seen:
        return
    seen.add(name)
    if "/" in name:
        path = os.path.abspath(name)
        names = {path, os.path.realpath(path)}
    else:
        names = {name}
    for one in sorted(names):
        try:
            os.write(2, f"{MARK}{one}\n".encode("utf-8", "surrogateescape"))
        except OSError:
            return   # a subprocess without an error stream


def on_event(event, arguments):
    global is_ending
    if event == "sys.excepthook":
        # Python ends and prints a traceback, whose sources are opened now. A runtime client does where it is stopped after
        # its emulator, and else not: chance must not decide what stays.
        is_ending = True
    if is_ending:
        return
    if event == "open":
        name = arguments[0]
        # A relative name is a file's here, never a library's.
        tell(os.path.abspath(os.fspath(name)) if isinstance(name, (str, bytes, os.PathLike)) else None)
    elif event == "import":
        tell(arguments[1])   # of an extension module
    elif event == "ctypes.dlopen":
        tell(arguments[0])


def start():
    for module in list(sys.modules.values()):
        tell(getattr(module, "__cached__", None) or getattr(module, "__file__", None))
    sys.addaudithook(on_event)


start()
