"""What `envlift audit` prints and returns for images that cannot be used: a finding in the JSON, and exit code 5."""
import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Layout:
    """An OCI layout of images with one layer each."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.blobs = self.folder / "blobs" / "sha256"
        self.blobs.mkdir(parents=True)
        self.manifests = []
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def blob(self, media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        (self.blobs / digest).write_bytes(data)
        return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(data)}

    def add_image(self, architecture):
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            start = tarfile.TarInfo("start")
            script = b"#!/start\n"
            start.size, start.mode = len(script), 0o755
            tar.addfile(start, io.BytesIO(script))
        tar_bytes = archive.getvalue()
        config = {"architecture": architecture, "os": "linux", "config": {"Entrypoint": ["/start"]},
                  "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(tar_bytes).hexdigest()]}}
        self.layer = self.blob(LAYER, gzip.compress(tar_bytes, mtime=0))
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "layers": [self.layer],
                    "config": self.blob("application/vnd.oci.image.config.v1+json", json.dumps(config).encode())}
        self.manifests.append(self.blob(MANIFEST, json.dumps(manifest).encode()))

    def audit(self, *arguments, tag=""):
        index = {"schemaVersion": 2, "manifests": self.manifests}
        (self.folder / "index.json").write_text(json.dumps(index))
        done = envlift.run("audit", f"oci:{self.folder}{tag}", "--json", *arguments)
        found = json.loads(done.stdout)["findings"] if done.stdout else None
        return done.returncode, [one["code"] for one in found or []], found


class UnusableImages(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.layout = Layout(temporary.name)

    def test_the_only_image_is_audited_whatever_its_machine(self):
        self.layout.add_image("arm64")
        self.assertEqual(self.layout.audit()[:2], (0, []))
        self.assertEqual(self.layout.audit("--arch", "arm64")[:2], (0, []))
        code, codes, found = self.layout.audit("--arch", "x86_64")
        self.assertEqual((code, codes), (5, ["EL1139"]))
        self.assertIn("linux/arm64", found[0]["message"])
        self.assertIn("--arch x86_64", found[0]["hint"])

    def test_a_manifest_of_schema_1_is_refused(self):
        old = {"schemaVersion": 1, "name": "x", "tag": "y", "architecture": "amd64", "fsLayers": [], "history": []}
        self.layout.manifests.append(self.layout.blob("application/vnd.docker.distribution.manifest.v1+json",
                                                      json.dumps(old).encode()))
        self.assertEqual(self.layout.audit()[:2], (5, ["EL1139"]))

    def test_two_images_for_one_machine_are_too_many(self):
        self.layout.add_image("amd64")
        self.layout.add_image("amd64")
        self.layout.manifests[1] = dict(self.layout.manifests[1])
        self.layout.manifests[1]["digest"] = self.layout.blob(
            MANIFEST, (self.layout.blobs / self.layout.manifests[0]["digest"][7:]).read_bytes() + b" ")["digest"]
        self.layout.manifests[1]["size"] += 1
        self.assertEqual(self.layout.audit()[:2], (5, ["EL1103"]))

    def test_a_tag_behind_the_folder_names_the_image(self):
        for architecture in ("amd64", "s390x"):
            self.layout.add_image(architecture)
            self.layout.manifests[-1]["annotations"] = {"org.opencontainers.image.ref.name": f"my:{architecture}"}
        self.assertEqual(self.layout.audit(tag=":my:amd64")[:2], (0, []))
        self.assertEqual(self.layout.audit(tag=":my:s390x")[:2], (5, ["EL1139"]))
        self.assertEqual(self.layout.audit(tag=":my:arm64")[0], 1)
        # A folder's own colon is none before a tag.
        moved = self.layout.folder.with_name(self.layout.folder.name + ":v1")
        self.layout.folder.rename(moved)
        self.addCleanup(moved.rename, self.layout.folder)
        self.layout.folder = moved
        self.assertEqual(self.layout.audit(tag=":my:s390x")[:2], (5, ["EL1139"]))
        self.layout.manifests.pop()
        self.assertEqual(self.layout.audit()[:2], (0, []))

    def test_a_baseline_is_written_and_read(self):
        self.layout.add_image("s390x")
        file = self.layout.folder / "accepted.yaml"
        self.assertEqual(self.layout.audit("--write-baseline", file)[:2], (0, ["EL1139"]))
        self.assertEqual(self.layout.audit("--baseline", file)[:2], (0, []))
        self.layout.manifests.clear()
        self.layout.add_image("amd64")
        self.assertEqual(self.layout.audit()[:2], (0, []))   # the layout has the other image now
        done = envlift.run("audit", f"oci:{self.layout.folder}", "--baseline", file)
        self.assertEqual(done.returncode, 0)
        self.assertIn("note[EL1154]", done.stderr)
        self.assertIn("accepted.yaml:3", done.stderr)

    def test_damaged_bytes_are_a_finding(self):
        self.layout.add_image("amd64")
        (self.layout.blobs / self.layout.layer["digest"][7:]).write_bytes(b"\x1f\x8bcut")
        code, codes, _ = self.layout.audit()
        self.assertEqual((code, len(codes)), (5, 1))
        self.assertIn(codes[0], ("EL1101", "EL1104"))

    def test_a_folder_without_an_image_is_no_image(self):
        self.assertEqual(envlift.run("audit", f"oci:{self.layout.folder}", "--json").returncode, 1)


if __name__ == "__main__":
    unittest.main()
