"""What an image costs a registry, and what an edit costs: envlift beside the naive recipe and a hand-made one.

usage: push.py ENVLIFT LAB_SETTINGS [medium|large] [FUNCTIONS]

Bytes are what a registry of Debian's on a loopback port gained, the base pushed before; the recipes are pushed by
`docker push`, envlift's image by `envlift push FOLDER`. Times are of one run each, contenders one after the other. The
part after the installing steps is the whole less the steps of the build that install and finish the environment: what is
left is the engine's layers and export for the recipes, and for envlift the step that splits into layers, the export, the
assembly and the load. The part after the builder's end leaves out that step, too. The engine's build cache is emptied first:
steps of an earlier run would be taken in place of this one's. Nothing here is a test.
"""
import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.docker import client, docker  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "samples/pandas-conda"
LARGE = ("scipy", "scikit-learn", "pyarrow", "matplotlib")
SIX = {"before": "six=1.16.0", "after": "six=1.17.0"}


class Registry:
    """Debian's docker-registry over a folder of its own."""

    def __init__(self, folder):
        self.data = pathlib.Path(folder) / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = "127.0.0.1:%d" % probe.getsockname()[1]
        config = pathlib.Path(folder) / "registry.yml"
        config.write_text(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {self.data}}}}}\n"
                          f"http: {{addr: '{self.host}'}}\n", encoding="utf-8")
        self.process = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        time.sleep(1)

    def bytes(self):
        return sum(path.stat().st_size for path in self.data.rglob("data") if path.is_file())

    def gained(self, push):
        """(bytes gained, seconds) of what pushes."""
        before, begin = self.bytes(), time.monotonic()
        push()
        return self.bytes() - before, time.monotonic() - begin

    def push(self, tag):
        """By docker; (bytes gained, seconds)."""
        target = f"{self.host}/{tag}"
        docker("tag", tag, target)
        return self.gained(lambda: docker("push", target))


class Project:
    """A copy of the sample, medium or large, that is edited."""

    def __init__(self, folder, size):
        self.folder = pathlib.Path(folder)
        for name in ("environment.yml", "example.py", "envlift.yaml"):
            shutil.copy(SAMPLE / name, self.folder)
        path = self.folder / "environment.yml"
        extra = "".join(f"  - {name}\n" for name in (LARGE if size == "large" else ()))
        path.write_text(path.read_text(encoding="utf-8") + extra + f"  - {SIX['before']}\n", encoding="utf-8")

    def edit_handler(self, text):
        with open(self.folder / "example.py", "a", encoding="utf-8") as file:
            file.write(f"# {text}\n")

    def bump(self, unique):
        """The bound holds for every version: it keeps the engine from taking the steps of an earlier run of this bench."""
        path = self.folder / "environment.yml"
        text = path.read_text(encoding="utf-8").replace(SIX["before"], SIX["after"])
        path.write_text(f"{text}  - idna>0.{unique}\n", encoding="utf-8")


class Recipe:
    """A Dockerfile beside this script."""

    def __init__(self, name, settings):
        self.tag = f"envlift-bench/{name}:latest"
        self.dockerfile = HERE / name / "Dockerfile"
        self.settings = settings

    def build(self, project, fresh=False):
        """(seconds, seconds of the installing steps, seconds of a step that splits: there is none)."""
        argv = [client(), "build", "--progress", "plain", *(["--no-cache"] if fresh else []), "--network", "host",
                "--tag", self.tag, "--file", self.dockerfile, "--secret", f"id=ca_bundle,src={self.settings('ca_bundle')}",
                "--build-arg", f"BASE={self.settings('base').replace('{python}', '3.11')}",
                "--build-arg", f"INSTALLER_URL={self.settings('url')}",
                "--build-arg", f"CHANNEL_ALIAS={self.settings('channel_alias')}", project.folder]
        return *timed(argv, {"DOCKER_BUILDKIT": "1"}, re.compile(r"^#\d+ \[.*\] RUN"),
                      re.compile(r"^#(\d+) DONE ([\d.]+)s")), 0

    def push(self, _, registry):
        """(bytes gained, seconds)."""
        return registry.push(self.tag)


class Envlift:
    def __init__(self, binary, settings_file):
        self.tag = "envlift-bench/envlift:latest"
        self.binary = binary
        self.settings_file = settings_file
        self.home = tempfile.mkdtemp()

    def run(self, *words):
        environment = {"ENVLIFT_CONFIG": self.settings_file, "HOME": self.home}
        return subprocess.run([self.binary, *words], check=True, capture_output=True, text=True,
                              env={**os.environ, **environment}).stderr

    def build(self, project, fresh=False, tag=None):
        """(seconds, seconds of the installing steps, seconds of the step that splits)."""
        begin = time.monotonic()
        said = self.run("build", project.folder, "--tag", tag or self.tag, *(["--no-cache"] if fresh else []))
        whole = time.monotonic() - begin
        steps = {name: float(taken) for name, taken in re.findall(r"builder: (\w+): done \(([\d.]+) s\)", said)}
        splitting = steps.pop("layers", 0)
        return whole, sum(steps.values()), splitting

    def push(self, project, registry, tag=None):
        """(bytes gained, seconds)."""
        return self.push_as(project.folder, registry, tag or self.tag)

    def push_as(self, what, registry, tag):
        """Of a project's folder, or of an image by its tag."""
        repository, _, version = tag.rpartition(":")
        return registry.gained(lambda: self.run("push", what, "--registry", registry.host, "--plain-http",
                                                "--repository", repository, "--tag", version))


def timed(argv, environment, begins, ends):
    """Seconds of a build, and of its RUN steps."""
    begin = time.monotonic()
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr[-2000:]
    numbers = {line.split()[0][1:] for line in done.stderr.splitlines() if begins.match(line)}
    steps = [float(match[2]) for match in map(ends.match, done.stderr.splitlines()) if match and match[1] in numbers]
    return time.monotonic() - begin, sum(steps)


def layers(tag):
    return docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", tag).stdout


def size(tag):
    return int(docker("image", "inspect", "--format", "{{.Size}}", tag).stdout)


def row(what, values, unit):
    """One line; ratios are to the naive recipe."""
    shown = "  ".join(f"{name} {value:,.2f}" for name, value in values.items())
    ratios = "  ".join(f"{name}/N {values[name] / values['N']:.4f}" for name in values if name != "N" and "N" in values)
    print(f"{what:<44} {shown} {unit}   {ratios}", flush=True)


def main(binary, settings_file, which="medium", functions="20"):
    text = pathlib.Path(settings_file).read_text(encoding="utf-8")

    def settings(key):
        return re.search(rf"^\s*{key}:\s*\"?([^\"\n]+)\"?\s*$", text, re.MULTILINE).group(1)

    docker("builder", "prune", "--all", "--force")
    contenders = {"N": Recipe("naive", settings), "H": Recipe("handmade", settings), "E": Envlift(binary, settings_file)}
    base = settings("base").replace("{python}", "3.11")
    with contextlib.ExitStack() as stack:
        registry = Registry(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.callback(registry.process.terminate)
        projects = {name: Project(stack.enter_context(tempfile.TemporaryDirectory()), which) for name in contenders}
        registry.push(base)
        contenders["E"].push_as(base, registry, base)   # packed by another gzip, it has other digests
        measure(contenders, projects, registry, size(base))
        repeat(contenders["E"], projects["E"], registry, which, stack)
        many(contenders["E"], projects["E"], registry, int(functions))


def measure(contenders, projects, registry, base_bytes):
    def each(action):
        return {name: action(name, contenders[name], projects[name]) for name in contenders}

    built = each(lambda _, one, project: one.build(project, fresh=True))
    row("cold build, nothing cached", {name: one[0] for name, one in built.items()}, "s")
    row("bytes over the base, uncompressed",
        each(lambda _, one, project: (size(one.tag) - base_bytes) / 1e6), "MB")
    row("bytes over the base, compressed", each(lambda _, one, project: one.push(project, registry)[0] / 1e6), "MB")

    each(lambda _, one, project: project.edit_handler("edited"))
    built = each(lambda _, one, project: one.build(project))
    row("handler edited: build and load", {name: one[0] for name, one in built.items()}, "s")
    row("handler edited: bytes pushed", each(lambda _, one, project: one.push(project, registry)[0] / 1e3), "KB")

    unique = time.time_ns()
    each(lambda _, one, project: project.bump(unique))
    built = each(lambda _, one, project: one.build(project))
    pushed = each(lambda _, one, project: one.push(project, registry))
    row("one small dependency changed: bytes pushed", {name: size / 1e3 for name, (size, _) in pushed.items()}, "KB")
    row("the same, after the installing steps",
        {name: built[name][0] - built[name][1] + pushed[name][1] for name in contenders}, "s")
    row("the same, after the builder's end",
        {name: built[name][0] - sum(built[name][1:]) + pushed[name][1] for name in contenders}, "s")
    row("the same, in all", {name: built[name][0] + pushed[name][1] for name in contenders}, "s")


def repeat(contender, project, registry, which, stack):
    """The same input once more, with nothing of the first build, elsewhere."""
    before = layers(contender.tag)
    other = Project(stack.enter_context(tempfile.TemporaryDirectory()), which)
    shutil.copytree(project.folder, other.folder, dirs_exist_ok=True)
    again = Envlift(contender.binary, contender.settings_file)
    tag = "envlift-bench/again:latest"
    again.build(other, fresh=True, tag=tag)
    print(f"{'built again, no cache, other folder and home':<44} layers the same: {layers(tag) == before}, "
          f"{again.push(other, registry, tag)[0] / 1e3:.1f} KB pushed", flush=True)


def many(contender, project, registry, functions):
    one = registry.bytes()
    for number in range(1, functions):
        project.edit_handler(f"function {number}")
        tag = f"envlift-bench/function-{number}:latest"
        contender.build(project, tag=tag)
        contender.push(project, registry, tag)
        docker("rmi", tag)
    print(f"{f'{functions} functions on one environment':<44} {registry.bytes() / one:.4f} of the registry's bytes before",
          flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
