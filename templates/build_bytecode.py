"""What was compiled before: the pycs of the jobs of build_compile.py, under a hash of all that their bytes depend on.
An updated package costs its own compilation, and the rest of the environment none."""
import hashlib
import importlib.util
import marshal
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# The bytes of a pyc depend on how it is compiled, too (see build_compile.py).
SCRIPTS = ("build_compile.py", "build_bytecode.py")
COMPILER = (sys.version, sys.implementation.cache_tag, str(sys.flags),
            os.environ.get("PYTHONNODEBUGRANGES", ""))


def contents(path):
    with open(path, "rb") as file:
        return file.read()


class BytecodeCache:
    """Entries are written under another name first: builds at the same time share the folder."""

    def __init__(self, folder):
        self.folder = folder if folder and os.path.isdir(folder) else None
        self.compiler = (*COMPILER, *(contents(os.path.join(HERE, name)) for name in SCRIPTS)) if self.folder else ()

    def key(self, paths, *arguments):
        """The name of the entry of these sources; their paths are in the pycs."""
        if not self.folder:
            return None
        sources = [(path, hashlib.sha256(contents(path)).digest()) for path in paths]
        return hashlib.sha256(repr((self.compiler, arguments, sources)).encode("utf-8", "surrogateescape")).hexdigest()

    def take(self, key, paths):
        """Writes the pycs of the entry; False where there is none that can be read."""
        if not self.folder:
            return False
        try:
            pycs = marshal.loads(contents(os.path.join(self.folder, key)))
        except (OSError, EOFError, ValueError, TypeError):
            return False
        if not isinstance(pycs, dict):
            return False
        targets = {importlib.util.cache_from_source(path): pycs[path] for path in paths if path in pycs}
        for folder in {os.path.dirname(target) for target in targets}:
            os.makedirs(folder, exist_ok=True)
        for target, pyc in targets.items():
            with open(target, "wb") as file:
                file.write(pyc)
        return True

    def keep(self, key, paths):
        """Keeps the pycs of these sources; those that did not compile have none."""
        if not self.folder:
            return
        targets = {path: importlib.util.cache_from_source(path) for path in paths}
        pycs = {path: contents(target) for path, target in targets.items() if os.path.exists(target)}
        unnamed = os.path.join(self.folder, f"{key}.{os.getpid()}.part")
        with open(unnamed, "wb") as file:
            file.write(marshal.dumps(pycs))
        os.replace(unnamed, os.path.join(self.folder, key))
