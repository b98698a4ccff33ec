"""Reading a stored image of 1 GB without looking into its files: MB/s of one core, peak memory, and beside it what reads
the same bytes: `tar t` (from a pipe: of a file it skips contents) and `sha256sum`.

usage: audit_stream.py ENVLIFT-BENCH-STREAM [--megabytes N]
       (cmake --preset release -DBUILD_TESTING=ON && cmake --build build/release --target envlift-bench-stream)
"""
import argparse
import gzip
import hashlib
import io
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import tarfile
import tempfile

RUNS = 5
LAYERS = 8
# As in a conda environment: many small sources and pycs, some shared objects.
SIZES = (0, 300, 2_000, 9_000, 40_000, 4_000_000)


def content(size, source):
    """Bytes that pack to about a third, as an environment's do."""
    return b"".join(source.randbytes(400) * 3 for _ in range(size // 1200 + 1))[:size]


def write_layer(path, size, source):
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        number = 0
        while tar.offset < size:
            info = tarfile.TarInfo(f"opt/env/lib/python3.11/site-packages/package_{number // 50}/module_{number}.py")
            info.size = source.choice(SIZES)
            tar.addfile(info, io.BytesIO(content(info.size, source)))
            number += 1


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def config_text(layers):
    return json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                       "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(one)}" for one in layers]}}).encode()


def write_archive(path, layers):
    """As docker 20.10 saves it: the documents last."""
    config = config_text(layers)
    with tarfile.open(path, "w") as tar:
        names = []
        for number, layer in enumerate(layers):
            names.append(f"{number:064x}/layer.tar")
            tar.add(layer, names[-1])
        manifest = json.dumps([{"Config": "config.json", "RepoTags": ["bench:1"], "Layers": names}]).encode()
        for name, text in (("config.json", config), ("manifest.json", manifest)):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))


def write_layout(folder, layers):
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def descriptor(media_type, path):
        name = digest(path)
        path.rename(blobs / name)
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": f"sha256:{name}",
                "size": (blobs / name).stat().st_size}

    def text(value):
        (folder / "new").write_bytes(value)
        return folder / "new"

    packed = []
    for layer in layers:
        (folder / "layer").write_bytes(gzip.compress(layer.read_bytes(), 6))
        packed.append(descriptor("layer.v1.tar+gzip", folder / "layer"))
    manifest = {"schemaVersion": 2, "config": descriptor("config.v1+json", text(config_text(layers))), "layers": packed}
    index = {"schemaVersion": 2, "manifests": [descriptor("manifest.v1+json", text(json.dumps(manifest).encode()))]}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")


def write_inputs(folder, size):
    source = random.Random(1)
    layers = [folder / f"layer-{number}.tar" for number in range(LAYERS)]
    for layer in layers:
        write_layer(layer, size // LAYERS, source)
    write_archive(folder / "image.tar", layers)
    write_layout(folder / "layout", layers)
    for layer in layers:
        layer.unlink()


def run_once(command):
    """CPU seconds of the process, and its peak megabytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(label, size, commands):
    """Interleaved runs; the fastest of each counts."""
    results = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            results[name].append(run_once(command))
    first = None
    for name, runs in results.items():
        seconds = min(one[0] for one in runs)
        first = first or seconds
        print(f"{label:<22} {name:<22} {size / seconds / 1e6:>8.0f} {seconds / first:>7.2f} "
              f"{max(one[1] for one in runs):>9.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--megabytes", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        # In a process of its own: a child's peak begins with its parent's size.
        writer = multiprocessing.Process(target=write_inputs, args=(folder, options.megabytes * 1_000_000))
        writer.start()
        writer.join()
        archive, layout = folder / "image.tar", folder / "layout"
        size = archive.stat().st_size
        # Ratios are times: of the row's program to envlift's reading.
        print(f"{'input':<22} {'program':<22} {'MB/s CPU':>8} {'ratio':>7} {'peak MiB':>9}")
        list_pipe = ["sh", "-c", f"cat {archive} | tar t"]
        compare("docker archive", size, {"envlift": [options.bench, str(archive)], "cat | tar t": list_pipe,
                                         "sha256sum": ["sha256sum", str(archive)]})
        packed = [str(path) for path in sorted((layout / "blobs" / "sha256").iterdir())]
        compare("OCI layout, gzip", size, {"envlift": [options.bench, str(layout)],
                                           "sha256sum of the blobs": ["sha256sum", *packed],
                                           "gzip -dc": ["sh", "-c", f"gzip -dcf {' '.join(packed)}"]})


main()
