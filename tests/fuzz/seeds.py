"""Writes the first inputs of a fuzz target: the files of the samples and of `seeds`, the target's two bytes in front.

seeds.py OUTPUT PROJECT… : a project is the file to read and those that it may look for, FILE[/FILE…]. With
`lines:FILE` in place of the projects, each line of the file is an input: its kind's number, a space and its text; with
`images:` small images are made.
"""
import gzip
import hashlib
import io
import json
import pathlib
import shutil
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "samples"
MOST_BYTES = 16384  # longer ones slow every run that starts from them


def inputs_of_projects(projects):
    folders = sorted(p for root in (SAMPLES, SAMPLES / "errors", HERE / "seeds") for p in root.iterdir() if p.is_dir())
    for number, project in enumerate(projects):
        names = project.split("/")
        for folder in folders:
            if not (folder / names[0]).is_file():
                continue
            texts = [(folder / name).read_bytes() for name in names if (folder / name).is_file()]
            whole = b"\f".join(texts)
            if len(whole) <= MOST_BYTES:
                yield f"{folder.name}-{names[0]}", bytes([number, 0]) + whole
                yield f"{folder.name}-{names[0]}-dev", bytes([number, 12]) + whole


def inputs_of_lines(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        kind, text = line.split(" ", 1)
        yield f"line-{number + 1}", bytes([int(kind), 0]) + text.replace("\\n", "\n").encode()


def tar_of(files):
    """A tar of {path: bytes}."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    blocks = -(-len(whole.getvalue().rstrip(b"\0")) // tarfile.BLOCKSIZE)
    return whole.getvalue()[:(blocks + 2) * tarfile.BLOCKSIZE]   # without the padding of a tape's record


def json_of(value):
    return json.dumps(value).encode()


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def docker_archive(layer, config):
    return tar_of({"manifest.json": json_of([{"Config": "config.json", "RepoTags": ["a:1"], "Layers": ["layer.tar"]}]),
                   "config.json": config, "layer.tar": layer})


def oci_layout(layer, config, media_type):
    described = [{"mediaType": kind, "digest": digest_of(data), "size": len(data)}
                 for kind, data in (("application/vnd.oci.image.config.v1+json", config), (media_type, layer))]
    manifest = json_of({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                        "config": described[0], "layers": described[1:]})
    index = {"schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json",
                                                "digest": digest_of(manifest), "size": len(manifest)}]}
    blobs = {f"blobs/sha256/{digest_of(data)[7:]}": data for data in (manifest, config, layer)}
    return tar_of({"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', "index.json": json_of(index), **blobs})


def inputs_of_images():
    """One small image in each form and with each compression, and layers with longer names than a block has."""
    layers = {"plain": tar_of({"var/task/app.py": b"x = 1\n"}), "long": tar_of({"a/" * 120 + "b": b"1"})}
    for name, tar in layers.items():
        config = json_of({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["app.handler"]},
                          "rootfs": {"type": "layers", "diff_ids": [digest_of(tar)]}})
        packed = gzip.compress(tar, mtime=0)
        yield f"docker-{name}", b"\0\0" + docker_archive(tar, config)
        yield f"docker-{name}-gzip", b"\0\0" + docker_archive(packed, config)
        yield f"oci-{name}", b"\1\0" + oci_layout(tar, config, "application/vnd.oci.image.layer.v1.tar")
        yield f"oci-{name}-gzip", b"\1\0" + oci_layout(packed, config, "application/vnd.oci.image.layer.v1.tar+gzip")


def main(output, *given):
    folder = pathlib.Path(output)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = given[0].removeprefix("lines:")
    if given[0] == "images:":
        inputs = inputs_of_images()
    else:
        inputs = inputs_of_projects(given) if lines == given[0] else inputs_of_lines(HERE / "seeds" / lines)
    for name, data in inputs:
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
