"""Writes what `docker buildx build --output type=oci` writes by default; prints what a registry would be given."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import oci_layout  # noqa: E402

layout = oci_layout.Layout(sys.argv[1])
image = layout.image(oci_layout.tar_of({"start": "#!/start\n", "var/task/app.py": "def handler(event, context): return 1\n"}),
                     oci_layout.GZIP_LAYER, platform={"architecture": "amd64", "os": "linux"})
index = layout.document({"schemaVersion": 2, "mediaType": oci_layout.INDEX,
                         "manifests": [image, layout.attestation(image)]}, oci_layout.INDEX)
layout.end(index)
pushed = json.loads((layout.blobs / index["digest"].split(":")[1]).read_text(encoding="utf-8"))
print(pushed["mediaType"], "of", len(pushed["manifests"]), "manifests, the last for",
      "{os}/{architecture}".format(**pushed["manifests"][-1]["platform"]))
