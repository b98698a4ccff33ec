"""Writes an image whose layer is a plain tar without its folders, as some pushers make it; prints the layer's type."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import oci_layout  # noqa: E402

layout = oci_layout.Layout(sys.argv[1])
image = layout.image(oci_layout.tar_of({"start": "#!/start\n", "var/task/app.py": "def handler(event, context): return 1\n"},
                                       with_folders=False), oci_layout.PLAIN_LAYER)
layout.end(image)
manifest = json.loads((layout.blobs / image["digest"].split(":")[1]).read_text(encoding="utf-8"))
print("a layer of", manifest["layers"][0]["mediaType"])
