"""What conda finds when it packs, updates or removes: its records against the files."""
import json
import pathlib
import sys

prefix = pathlib.Path(sys.argv[1])
for path in sorted(prefix.glob("conda-meta/*.json")):
    record = json.loads(path.read_text(encoding="utf-8"))
    absent = [name for name in record["files"] if not (prefix / name).exists() and "__pycache__" not in name]
    if absent:
        print(f"conda's {record['name']} {record['version']}: files are not there, as {absent[0]}")
