"""A handler that answers with what it finds around itself; runtime_test.py says what that has to be."""
import contextlib
import functools
import glob
import http.server
import importlib
import importlib.metadata
import multiprocessing
import os
import pathlib
import platform
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.request

MINOR = "{}.{}".format(*sys.version_info)
ENVIRONMENT = pathlib.Path("/opt/env")
BASE = pathlib.Path("/var/lang")
SITE = f"lib/python{MINOR}/site-packages"
CHILD = ("import json, sys, urllib3\n"
         "print(json.dumps([sys.executable, sys.prefix, urllib3.__version__, urllib3.__file__]))")


def outcome(function):
    """What a function returns, or its exception's name and words."""
    try:
        return function()
    except Exception as error:  # whatever it is, the test is to see it
        return f"{type(error).__name__}: {error}"


def interpreter():
    return {"executable": sys.executable, "prefix": sys.prefix, "version": platform.python_version(), "path": sys.path,
            "standard_library": os.__file__,
            "variables": {name: os.environ.get(name) for name in ("LD_LIBRARY_PATH", "PYTHONPATH", "WRAPPED")},
            "dev_mode": sys.flags.dev_mode}


def child(*command):
    """What a Python that the function starts says of itself."""
    process = subprocess.run([*command, "-c", CHILD], capture_output=True, text=True, check=False)
    return process.stdout.strip() or process.stderr


def versions(site):
    return {one.name.lower().replace("_", "-"): one.version
            for one in importlib.metadata.distributions(path=[str(site)])}


def modules_of(distribution):
    """The names at the top of a distribution's files that can be imported."""
    found = set()
    for path in distribution.files or ():
        if len(path.parts) == 1 and path.name.endswith((".py", ".so")):
            found.add(path.name.partition(".")[0])
        elif len(path.parts) == 2 and path.name == "__init__.py":
            found.add(path.parts[0])
    return sorted(found)


def shared_distributions():
    """Those that both the base and the environment have: the versions, and where each module comes from."""
    base, own = versions(BASE / SITE), versions(ENVIRONMENT / SITE)
    found = {}
    for name in sorted(base.keys() & own.keys()):
        distribution = importlib.metadata.distribution(name)
        files = {each: outcome(lambda each=each: importlib.import_module(each).__file__)
                 for each in modules_of(distribution)}
        found[name] = {"base": base[name], "own": own[name], "found": distribution.version, "files": files}
    return {"shared": found, "only_base": sorted(base.keys() - own.keys())}


def libraries():
    """The shared libraries that the standard library's modules load, and their versions."""
    import lzma
    import sqlite3

    lzma.decompress(lzma.compress(b"x"))
    maps = pathlib.Path("/proc/self/maps").read_text()
    loaded = re.findall(r"(/\S*/lib(ssl|crypto|sqlite3|lzma)\.so\S*)", maps)
    return {"openssl": ssl.OPENSSL_VERSION, "sqlite": sqlite3.sqlite_version,
            "paths": {name: path for path, name in loaded}}


def writes_beside_or_in_cache():
    """Where a compiler of functions keeps its cache: numba's order of places."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "__pycache__")
    places = [os.environ.get("NUMBA_CACHE_DIR"), beside, os.path.join(home, "numba")]
    for place in filter(None, places):
        with contextlib.suppress(OSError):
            os.makedirs(place, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                return place
    raise RuntimeError("cannot cache: no locator available")


def plots():
    """matplotlib's folders and a drawn figure: the list of fonts is written at the first."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.figure().savefig("/tmp/figure.png")
    caches = matplotlib.get_cachedir()
    return [matplotlib.get_configdir(), caches, len(glob.glob(f"{caches}/fontlist*"))]


def writable():
    def write(folder):
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        pathlib.Path(folder, "facts").write_text("written")
        return pathlib.Path(folder, "facts").read_text()
    folders = {"home": os.path.expanduser("~"), "temporary": tempfile.gettempdir(), "environment": str(ENVIRONMENT),
               **{name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}}
    return {name: [folder, outcome(lambda folder=folder: write(folder))] for name, folder in folders.items()}


def send_prefix(pipe):
    pipe.send([sys.executable, sys.prefix])


def child_process(method):
    """A process of multiprocessing that answers through a pipe, which needs no /dev/shm."""
    context = multiprocessing.get_context(method)
    here, there = context.Pipe()
    process = context.Process(target=send_prefix, args=(there,))
    process.start()
    try:
        return here.recv() if here.poll(20) else "no answer"
    finally:
        process.join(20)


def parallel():
    def pool():
        with multiprocessing.Pool(2) as workers:
            return workers.map(abs, [-1, -2])

    def joblib():
        from joblib import Parallel, delayed
        return Parallel(n_jobs=2)(delayed(abs)(number) for number in (-1, -2))
    return {**{method: outcome(functools.partial(child_process, method)) for method in ("fork", "spawn")},
            "lock": str(outcome(multiprocessing.Lock)), "pool": outcome(pool), "joblib": outcome(joblib)}


def leftovers():
    """What only builds and installs need."""
    programs = ("conda", "mamba", "micromamba", "gcc", "cc", "g++", "make", "ld")
    folders = ("/build", "/opt/conda", "/opt/miniconda", "/opt/env/pkgs", "/opt/env/condabin", "/root/.conda",
               "/root/.cache", "/var/cache/envlift", "/run/secrets")
    packages = [os.path.join(root, name) for top in ("/opt", "/root", "/var/cache", "/home", "/var/task")
                for root, _, names in os.walk(top) for name in names
                if name.endswith((".conda", ".tar.bz2", ".whl"))]
    return {"programs": [name for name in programs if shutil.which(name)],
            "folders": [name for name in folders if os.path.lexists(name)], "packages": packages}


def generated():
    """What a post-link script wrote: in no package's list of files."""
    folder = ENVIRONMENT / "share/envlift-lab"
    script = ENVIRONMENT / "bin/envlift-lab-generated"
    return {"cache": outcome((folder / "loaders.cache").read_text),
            "link": outcome(lambda: os.readlink(folder / "current.cache")),
            "folder": (folder / "state/empty").is_dir(), "prefix": outcome((folder / "state/prefix").read_text),
            "program": outcome(lambda: subprocess.check_output([script], text=True))}


@contextlib.contextmanager
def secure_server(chain):
    """https://localhost of a certificate and its key; gives the URL."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass
    path = pathlib.Path("/tmp/server.pem")
    path.write_text(chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://localhost:{server.server_address[1]}/"
        server.shutdown()


def trust(chain):
    """Whether each kind of client trusts the server, and whose certificates it looks at."""
    import certifi
    import requests

    def read(url, context):
        with urllib.request.urlopen(url, timeout=10, context=context) as answer:
            return answer.read().decode()
    paths = ssl.get_default_verify_paths()
    with secure_server(chain) as url:
        return {"cafile": paths.cafile, "capath": paths.capath, "certifi_file": certifi.where(),
                "default": outcome(lambda: read(url, ssl.create_default_context())),
                "certifi": outcome(lambda: read(url, ssl.create_default_context(cafile=certifi.where()))),
                "requests": outcome(lambda: requests.get(url, timeout=10).text)}


def handler(event, _context):
    found = {"interpreter": interpreter(), "executable": child(sys.executable), "python3": child("python3"),
             "python": child("python"), "base": child(f"/var/lang/bin/python{MINOR}"),
             "distributions": shared_distributions(), "libraries": libraries(),
             "cache": outcome(writes_beside_or_in_cache), "plots": outcome(plots), "writable": writable(),
             "parallel": parallel(), "leftovers": leftovers(), "generated": generated(),
             "variables": {name: value for name, value in os.environ.items()
                           if re.match("PROJ|ENVLIFT|RUNTIME|CONDA", name)}}
    if "server" in event:
        found["trust"] = outcome(lambda: trust(event["server"]))
    return found
