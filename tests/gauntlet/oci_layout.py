"""Writes images as OCI layouts, the way tools push them; for the cases about manifests and layers."""
import gzip
import hashlib
import io
import json
import pathlib
import tarfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
GZIP_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
PLAIN_LAYER = "application/vnd.oci.image.layer.v1.tar"


class Layout:
    def __init__(self, folder):
        self.blobs = pathlib.Path(folder) / "blobs/sha256"
        self.blobs.mkdir(parents=True)
        (pathlib.Path(folder) / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}\n', encoding="utf-8")
        self.folder = pathlib.Path(folder)

    def blob(self, data, media_type, **more):
        digest = hashlib.sha256(data).hexdigest()
        (self.blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data), **more}

    def document(self, value, media_type, **more):
        return self.blob(json.dumps(value).encode(), media_type, **more)

    def image(self, layer, media_type, **more):
        """The descriptor of a manifest of one layer; `layer` is a tar."""
        config = {"architecture": "amd64", "os": "linux",
                  "config": {"Entrypoint": ["/start"], "Cmd": ["app.handler"], "WorkingDir": "/var/task"},
                  "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
                  "history": [{"created_by": "COPY"}]}
        stored = gzip.compress(layer, mtime=0) if media_type == GZIP_LAYER else layer
        return self.document({"schemaVersion": 2, "mediaType": MANIFEST, "config": self.document(config, CONFIG),
                              "layers": [self.blob(stored, media_type)]}, MANIFEST, **more)

    def attestation(self, image):
        """What BuildKit adds where nobody says --provenance=false."""
        statement = self.blob(b"{}", "application/vnd.in-toto+json")
        config = {"architecture": "unknown", "os": "unknown", "config": {},
                  "rootfs": {"type": "layers", "diff_ids": [statement["digest"]]}}
        return self.document({"schemaVersion": 2, "mediaType": MANIFEST, "config": self.document(config, CONFIG),
                              "layers": [statement]}, MANIFEST,
                             platform={"architecture": "unknown", "os": "unknown"},
                             annotations={"vnd.docker.reference.type": "attestation-manifest",
                                          "vnd.docker.reference.digest": image["digest"]})

    def end(self, *manifests):
        (self.folder / "index.json").write_text(
            json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": list(manifests)}), encoding="utf-8")


def tar_of(files, with_folders=True):
    """Texts by path; without folders as builders write that add the files alone."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        if with_folders:
            for folder in sorted({str(above) for path in files for above in pathlib.PurePosixPath(path).parents} - {"."}):
                entry = tarfile.TarInfo(folder)
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(entry)
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(text.encode()), 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()
