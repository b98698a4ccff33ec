"""What the builder's steps share: where things lie, secrets, child processes, modes and bytecode, talk."""
import enum
import json
import os
import re
import stat
import struct
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))   # /build/envlift
BUILD = os.path.dirname(HERE)
# Both are mounts of the build; the variables are for tests, which run outside of one.
SECRETS = os.environ.get("ENVLIFT_BUILD_SECRETS", "/run/secrets")
CACHE = os.environ.get("ENVLIFT_BUILD_CACHE", "/var/cache/envlift")
BYTECODE_CACHE = os.path.join(CACHE, "bytecode")   # a mount of its own

NUMBER = struct.Struct("<H")   # of a job: a pipe takes tens of thousands of them at once

USER_INFO = re.compile(r"(?<!ssh)://[^/\s\"']+@")
CHANNEL_TOKEN = re.compile(r"(https?://[^\s\"']*?/t/)[A-Za-z0-9_-]+")


class Exit(enum.IntEnum):
    """The exit statuses of build.py, one for each cause."""

    USAGE = 2
    DOWNLOAD = 10          # the installer is not there
    CHECKSUM = 11
    INSTALLER = 12
    CONDA = 20
    PIP = 21
    PYTHON = 22            # another Python minor than the base's
    CLIENT_INSTALL = 23
    CLIENT_IMPORT = 24
    COMPILE = 30
    START = 31             # what ships does not start
    BUG = 70
    TRANSIENT = 75         # a retry may help


class Failed(Exception):
    """A step that cannot go on; its text is the cause in one line, for the user."""

    def __init__(self, cause, status):
        super().__init__(cause)
        self.status = status


def redacted(text):
    """The text without the credentials of URLs: user:password@ and conda's /t/TOKEN/."""
    return CHANNEL_TOKEN.sub(r"\1****", USER_INFO.sub("://****@", text))


def say(text):
    print(f"envlift: {redacted(text)}", flush=True)


class timed:
    """Says what begins, and at its end how long it took."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        say(self.what)
        self.begin = time.monotonic()
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            say(f"{self.what} ... {time.monotonic() - self.begin:.1f} s")


def configuration(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


def secret(name):
    """The path of a secret mount, or None when the build has none of that name."""
    path = os.path.join(SECRETS, name)
    return path if os.path.exists(path) else None


def link_netrc(home):
    """git looks for a netrc in the home folder, and nowhere else. The link stays in the builder's stage."""
    try:
        os.symlink(secret("netrc"), os.path.join(home, ".netrc"))
    except FileExistsError:
        pass


def child_environment(**changes):
    """The environment of a child: without the base's library path (every tool would load its OpenSSL) and Python
    settings, with the secrets that are mounted. A change to None removes a variable."""
    environment = dict(os.environ)
    for name in ("LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME"):
        environment.pop(name, None)
    home = os.path.join(BUILD, "home")
    os.makedirs(home, exist_ok=True)
    environment.update(HOME=home, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore",
                       PIP_CACHE_DIR=os.path.join(CACHE, "pip"), PYTHONDONTWRITEBYTECODE="1", PYTHONNOUSERSITE="1")
    if secret("ca_bundle"):
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "CONDA_SSL_VERIFY"):
            environment[name] = secret("ca_bundle")
    if secret("pip_config"):
        environment["PIP_CONFIG_FILE"] = secret("pip_config")
    if secret("netrc"):
        environment["NETRC"] = secret("netrc")   # requests reads it, in pip and in conda
        link_netrc(home)
    environment.update(changes)
    return {name: value for name, value in environment.items() if value is not None}


def run(argv, cause, status, cwd=None, **changes):
    """Runs a program with its output shown; Failed(cause, status) when it does not succeed."""
    code = subprocess.call(argv, cwd=cwd, env=child_environment(**changes))
    if code != 0:
        raise Failed(f"{cause} (exit {code})", status)


def interpreter(config):
    """The Python that the image will run. A native environment has it, too: it is a virtual one."""
    return os.path.join(config["prefix"], "bin", f"python{config['python']}")


def interpreter_libraries(config):
    """What that Python needs of the variables: the base's own interpreter does not start without its libraries."""
    return {"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH") if config["strategy"] == "native" else None}


def base_interpreter(config):
    """The base's own Python, by its real path: in the final image its usual names are the launcher."""
    return os.path.realpath(os.path.join(config["base_bin"], f"python{config['python']}"))


def library(config):
    return os.path.join(config["prefix"], "lib", f"python{config['python']}")


def site_packages(config):
    return os.path.join(library(config), "site-packages")


def compile_folder(config, mode, *folders):
    """Byte-compiles with the interpreter that will import. The environment goes without the columns of tracebacks,
    which are a quarter of its pycs, where the user does not want them; the code keeps them."""
    without_columns = mode == "unchecked" and not config.get("debug_ranges")
    run([interpreter(config), "-S", os.path.join(HERE, "build_compile.py"), mode, *folders],
        f"{folders[0]} could not be byte-compiled", Exit.COMPILE, PYTHONWARNINGS="ignore", PYTHONHASHSEED="0",
        PYTHONNODEBUGRANGES="1" if without_columns else None,
        ENVLIFT_BYTECODE_CACHE=BYTECODE_CACHE if mode == "unchecked" else None, **interpreter_libraries(config))


def work_off(queue, work, jobs, answers):
    """Takes jobs until there are none, in this process, a fork, and ends it."""
    done, failure = {}, ""
    try:
        for number in iter(lambda: os.read(queue, NUMBER.size), b""):
            index, = NUMBER.unpack(number)
            done[index] = work(jobs[index])
    except Exception as error:
        traceback.print_exc()
        failure = f"{type(error).__name__}: {error}"
    try:
        with open(answers, "w", encoding="utf-8") as file:
            json.dump({"done": done, "failure": failure}, file)
        sys.stderr.flush()
    finally:
        os._exit(0)


def in_processes(work, jobs):
    """[work(job)] of a list of jobs, begun in its order by as many processes as there are CPUs. What `work` returns
    goes through JSON; RuntimeError where it raises or its process ends."""
    if (os.cpu_count() or 1) == 1:
        return [work(job) for job in jobs]
    sys.stdout.flush()
    queue, filled = os.pipe()
    os.write(filled, b"".join(map(NUMBER.pack, range(len(jobs)))))
    os.close(filled)
    pipes = [os.pipe() for _ in range(min(os.cpu_count(), len(jobs)))]
    for _, answers in pipes:
        if os.fork() == 0:
            work_off(queue, work, jobs, answers)
        os.close(answers)
    os.close(queue)
    done = {}
    for answers, _ in pipes:
        with open(answers, encoding="utf-8") as file:
            answer = json.loads(file.read() or '{"failure": "a process was killed"}')
        os.wait()
        if answer["failure"]:
            raise RuntimeError(answer["failure"])
        done.update(answer["done"])
    return [done[str(index)] for index in range(len(jobs))]


def add_mode(path):
    """Lets `others` read a folder or a file, and enter or run what its owner can. A link has no mode."""
    mode = os.lstat(path).st_mode
    bits = 0o005 if stat.S_ISDIR(mode) or mode & 0o100 else 0o004
    if not stat.S_ISLNK(mode) and mode | bits != mode:
        os.chmod(path, stat.S_IMODE(mode | bits))


def make_readable(folder):
    """Lambda runs as a user that the image does not know: what `others` cannot read fails there, and only there."""
    for root, _, files in os.walk(folder):
        add_mode(root)
        for name in files:
            add_mode(os.path.join(root, name))
