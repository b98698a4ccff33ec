"""A replayed engine (tests/fake-bin) whose builder says what it installed."""
import json
import os

from support import envlift

FAKE = envlift.ROOT / "tests/fake-bin"
VERSION = json.dumps({"Client": {"Version": "20.10.24"}, "Server": {"Version": "20.10.24", "Arch": "amd64"}})
BASE = json.dumps([{"Id": "sha256:" + "a" * 64, "Size": 5, "Architecture": "amd64", "Config": {},
                    "RootFS": {"Layers": ["sha256:" + "b" * 64]}}])
LAYERS = [{"name": "launcher", "diff_id": "sha256:" + "c" * 64, "bytes": 1, "packages": []}]
WHEEL = {"name": "tabulate", "version": "0.9.0", "direct": False, "hashes": {"sha256": "d" * 64},
         "url": "https://files.pythonhosted.org/packages/aa/tabulate-0.9.0-py3-none-any.whl"}
PYTHON = {"name": "python", "version": "3.11.2", "build": "h0_0", "channel": "conda-forge", "subdir": "linux-64",
          "url": "https://conda.anaconda.org/conda-forge/linux-64/python-3.11.2-h0_0.conda", "md5": "e" * 32,
          "sha256": "f" * 64, "depends": ["__glibc >=2.17", "openssl"]}


def write_transcripts(folder, conda, pip, **more):
    index = {"schema": 1, "layers": LAYERS, "installed": {"conda": list(conda), "pip": list(pip)}, **more}
    calls = [{"argv": "version", "exit": 0, "stdout": VERSION}, {"argv": "image inspect", "exit": 0, "stdout": BASE},
             {"argv": "build", "exit": 0, "files": {"index.json": json.dumps(index)}}]
    for number, transcript in enumerate(calls):
        (folder / f"{number:02}.json").write_text(json.dumps(transcript), encoding="utf-8")


def variables(folder):
    """Of an envlift whose docker is the one of these transcripts."""
    return {"PATH": f"{FAKE}:{os.environ['PATH']}", "ENVLIFT_FAKE_DOCKER": folder}
