"""Small images as docker's archive, made without an engine."""
import hashlib
import io
import json
import tarfile


def layer(files):
    """The tar of {path: bytes or size}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        folders = {"/".join(path.split("/")[:end]) for path in files for end in range(1, path.count("/") + 1)}
        for path in sorted(folders | set(files)):
            entry = tarfile.TarInfo(path)
            if path in folders:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
                continue
            content = files[path] if isinstance(files[path], bytes) else bytes(files[path])
            entry.size, entry.mode = len(content), 0o755 if content.startswith(b"#!") else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def archive(path, layers, history=(), **config):
    """Writes docker's archive of layers, lowest first."""
    tars = [layer(files) for files in layers]
    document = {"architecture": "amd64", "os": "linux", "config": config,
                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(one).hexdigest()}" for one in tars]},
                "history": [{"created_by": text} for text in history]}
    names = [f"{number}/layer.tar" for number in range(len(tars))]
    contents = dict(zip(names, tars))
    contents["config.json"] = json.dumps(document).encode()
    contents["manifest.json"] = json.dumps([{"Config": "config.json", "RepoTags": ["made:1"], "Layers": names}]).encode()
    with tarfile.open(path, "w") as out:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            out.addfile(entry, io.BytesIO(content))


def environment(sizes, base_bytes=3_000_000, code=b"def handler(event, context):\n    return 1\n"):
    """The layers of an image as envlift makes it: a base, packages of {name: bytes}, code."""
    site = "opt/env/lib/python3.12/site-packages"
    base = {"etc/os-release": b"NAME=x\n", "var/lang/bin/python3.12": b"", "var/lang/lib/large.so": base_bytes,
            "var/runtime/bootstrap": b"#!/bin/sh\n", "lambda-entrypoint.sh": b"#!/bin/sh\n"}
    packages = {"opt/env/bin/python3.12": b""}
    for name, size in sizes.items():
        info = f"{site}/p{len(packages)}-1.0.dist-info"
        module = f"p{len(packages)}"
        packages[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\n".encode()
        packages[f"{info}/RECORD"] = f"{module}/a.bin,,{size}\n{module}/sub/b.bin,,{size}\n{module}/gone.bin,,{size}\n".encode()
        packages[f"{site}/{module}/a.bin"] = size * 2 // 3
        packages[f"{site}/{module}/sub/b.bin"] = size // 3
    return [base, packages, {"var/task/app.py": code}]
