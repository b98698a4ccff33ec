"""One layer for each package: whose a file is, what lies together, and that a build can be repeated."""
import hashlib
import json
import os
import pathlib
import tarfile
import unittest
from unittest import mock

from support import MINOR, BuildCase, write

import build_layers

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples"
BIG = "x" * build_layers.ALONE_BYTES
CACHE = f"__pycache__/module.cpython-{MINOR.replace('.', '')}.pyc"


class LayersTest(BuildCase):
    def setUp(self):
        super().setUp()
        write(self.build / "root" / "opt" / "envlift" / "bootstrap.py")
        self.conda_record("big", ["lib/big.so"], version="2.0")
        write(self.prefix / "lib" / "big.so", BIG)
        self.distribution("Small", "1.0", files=["small/module.py"])
        write(self.packages / "small" / CACHE)
        write(self.prefix / "activate.env")
        write(self.build / "installed.json", '{"conda": [], "pip": []}')
        write(self.scripts / "known-layers.json", "[]")

    def split(self):
        """{layer's name: its row}; `paths` of each row is what the tar holds below the prefix."""
        write(self.scripts / "environment.json", json.dumps(self.config))
        self.output_of(build_layers.main)
        with open(self.build / "layers" / "index.json", encoding="utf-8") as file:
            rows = {row["name"]: row for row in json.load(file)["layers"]}
        for row in rows.values():
            with tarfile.open(self.layer(row)) as archive:
                row["entries"] = archive.getmembers()
                row["paths"] = [os.path.relpath("/" + entry.name, self.prefix) for entry in row["entries"]
                                if not entry.isdir()]
        return rows

    def layer(self, row):
        return self.build / "layers" / (row["diff_id"].split(":")[1] + ".tar")

    def holding(self, rows, path):
        return [name for name, row in rows.items() if path in row["paths"]]

    def test_the_plan_explains_these_rules(self):
        plan = json.loads((SAMPLES / "pandas-conda/expected/plan.json").read_text(encoding="utf-8"))
        said = next(note["text"] for note in plan["notes"] if note["topic"] == "layers")
        for rule in (f"{build_layers.ALONE_BYTES // 1024} KB", f"the {build_layers.MOST_ALONE} largest",
                     f"share {build_layers.SHARED} by"):
            self.assertIn(rule, said)

    def test_a_large_package_has_a_layer_of_its_own_with_its_record(self):
        row = self.split()["big 2.0"]
        self.assertEqual(row["packages"], [{"kind": "conda", "name": "big", "version": "2.0"}])
        self.assertEqual(row["paths"], ["conda-meta/big-2.0-0.json", "lib/big.so"])

    def test_small_packages_share_layers_and_take_their_bytecode_along(self):
        rows = self.split()
        inside = os.path.relpath(self.packages, self.prefix)
        [name] = self.holding(rows, f"{inside}/small/module.py")
        self.assertTrue(name.startswith("small packages"), name)
        self.assertEqual(self.holding(rows, f"{inside}/small/{CACHE}"), [name])
        self.assertEqual(self.holding(rows, f"{inside}/Small-1.0.dist-info/RECORD"), [name])

    def test_what_no_package_owns_still_arrives(self):
        (self.prefix / "empty").mkdir()
        (self.prefix / "link").symlink_to("lib")
        rows = self.split()
        self.assertEqual(rows["of no package"]["paths"], ["activate.env", "link"])
        self.assertIn("empty", [os.path.relpath("/" + entry.name, self.prefix)
                                for entry in rows["of no package"]["entries"] if entry.isdir()])
        self.assertIn("opt/envlift/bootstrap.py", [entry.name for entry in rows["launcher"]["entries"]])

    def test_every_file_is_in_one_layer(self):
        rows = self.split()
        paths = sorted(path for name, row in rows.items() if name != "launcher" for path in row["paths"])
        there = sorted(os.path.relpath(path, self.prefix) for path in build_layers.files_of(str(self.prefix)))
        self.assertEqual(paths, there)

    def test_parent_folders_are_there_and_nothing_tells_this_build_from_another(self):
        for row in self.split().values():
            names = {entry.name for entry in row["entries"]}
            for entry in row["entries"]:
                self.assertIn(os.path.dirname(entry.name), names | {""})
                self.assertEqual((entry.mtime, entry.uid, entry.gid, entry.uname), (build_layers.TIME, 0, 0, ""))
            self.assertEqual([entry.name for entry in row["entries"]], sorted(names))

    def test_a_changed_package_changes_its_layer_alone(self):
        before = self.split()
        os.utime(self.prefix / "activate.env", (1, 1))
        write(self.prefix / "lib" / "big.so", BIG + "y")
        after = self.split()
        self.assertEqual([name for name in before if before[name]["diff_id"] != after[name]["diff_id"]], ["big 2.0"])

    def test_the_names_are_the_sums(self):
        for row in self.split().values():
            data = self.layer(row).read_bytes()
            self.assertEqual(row["diff_id"], "sha256:" + hashlib.sha256(data).hexdigest())
            self.assertEqual(row["bytes"], len(data))

    def test_what_is_known_is_named_and_not_written(self):
        before = self.split()
        known = [row["diff_id"].split(":")[1] for name, row in before.items() if name != "big 2.0"]
        for row in before.values():
            self.layer(row).unlink()
        write(self.scripts / "known-layers.json", json.dumps(known))
        self.output_of(build_layers.main)
        index = json.loads((self.build / "layers" / "index.json").read_text(encoding="utf-8"))
        self.assertEqual([row["diff_id"] for row in index["layers"]], [row["diff_id"] for row in before.values()])
        self.assertEqual([row["bytes"] for row in index["layers"]], [row["bytes"] for row in before.values()])
        self.assertEqual(sorted(os.listdir(self.build / "layers")),
                         sorted([self.layer(before["big 2.0"]).name, "index.json"]))

    def test_a_layer_that_cannot_be_written_stops_the_step(self):
        full = OSError("No space left on device")
        with mock.patch.object(build_layers, "write_tar", side_effect=full), mock.patch("traceback.print_exc"):
            with self.assertRaisesRegex((RuntimeError, OSError), "No space left on device"):
                self.split()

    def test_large_packages_are_few(self):
        for number in range(build_layers.MOST_ALONE + 3):
            self.conda_record(f"p{number:02}", [f"lib/p{number:02}.so"])
            write(self.prefix / "lib" / f"p{number:02}.so", BIG + "z" * number)
        rows = self.split()
        self.assertLessEqual(len(rows), build_layers.MOST_ALONE + build_layers.SHARED + 2)
        self.assertIn("p26 1", rows)
        self.assertNotIn("p00 1", rows)


if __name__ == "__main__":
    unittest.main()
