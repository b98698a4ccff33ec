"""What pip and conda wrote down: distributions, replaced files, credentials."""
import base64
import hashlib
import json
import unittest

from support import BuildCase, write

import build_records
from build_common import redacted


class RedactedTest(unittest.TestCase):
    def test_credentials_of_urls(self):
        for text, clean in (
                ("https://user:pa55@host/simple", "https://****@host/simple"),
                ("https://user:p@55@host/simple", "https://****@host/simple"),
                ("git+https://token@host/x.git@v1", "git+https://****@host/x.git@v1"),
                ("https://host/t/ab-12/chan/linux-64", "https://host/t/****/chan/linux-64"),
                ("https://host/t/x", "https://host/t/****")):
            self.assertEqual(redacted(text), clean)

    def test_nothing_else(self):
        for text in ("https://host/simple/a@b", "git+ssh://git@host/x.git", "share/t/data/file", "mail me@host"):
            self.assertEqual(redacted(text), text)


class DistributionsTest(BuildCase):
    def test_names_are_normalized_and_extras_left_out(self):
        self.distribution("My.Package_X", "1.0",
                          requires=["Wheel>=0.4", "pip ; python_version > '3'", "tox ; extra == 'dev'"])
        found = build_records.distributions(str(self.packages))
        self.assertEqual(list(found), ["my-package-x"])
        self.assertEqual(found["my-package-x"].requires, {"wheel", "pip"})

    def test_a_folder_without_metadata_is_none(self):
        (self.packages / "half-1.0.dist-info").mkdir(parents=True)
        self.assertEqual(build_records.distributions(str(self.packages)), {})

    def test_recorded_files(self):
        self.distribution("tool", "1", files=["tool.py", "with, comma.py", "../../../bin/tool"])
        record = self.packages / "tool-1.dist-info" / "RECORD"
        record.write_text(record.read_text().replace("with, comma.py", '"with, comma.py"'))
        found = build_records.recorded_files(build_records.distributions(str(self.packages))["tool"])
        self.assertIn(str(self.prefix / "bin" / "tool"), found)
        self.assertIn(str(self.packages / "with, comma.py"), found)


class ReplacedFilesTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.inside = f"lib/python{self.config['python']}/site-packages/"

    def warnings(self):
        return self.output_of(build_records.warn_of_replaced_files, self.config)

    def test_pip_over_conda(self):
        self.conda_record("numpy", [self.inside + "numpy/__init__.py", self.inside + "numpy-1.dist-info/METADATA"])
        self.distribution("numpy", "2", files=["numpy/__init__.py"])
        self.assertIn("warning: pip's numpy 2 replaced files of conda's numpy:", self.warnings())

    def test_conda_s_own_and_pip_s_own_are_no_conflict(self):
        self.distribution("numpy", "1", files=["numpy/__init__.py"])
        self.conda_record("numpy", [self.inside + "numpy/__init__.py", self.inside + "numpy-1.dist-info/METADATA"])
        self.distribution("requests", "2", files=["requests/__init__.py"])
        self.assertEqual(self.warnings(), "")


class RedactTest(BuildCase):
    def test_files_that_ship_hold_no_credentials(self):
        history = write(self.prefix / "conda-meta" / "history", "# cmd: conda create -c https://host/t/s3cr3t/chan\n")
        self.conda_record("a", ["share/t/s3cr3t/kept"])
        meta = self.prefix / "conda-meta" / "a-1-0.json"
        meta.write_text(meta.read_text().replace("{", '{"url": "https://u:s3cr3t@host/a.conda", ', 1))
        self.distribution("mine", "1", files=["mine-1.dist-info/direct_url.json"],
                          text='{"url": "https://u:s3cr3t@host/mine.zip"}')
        build_records.redact(self.config)
        direct = self.packages / "mine-1.dist-info" / "direct_url.json"
        self.assertEqual(json.loads(direct.read_text())["url"], "https://****@host/mine.zip")
        self.assertEqual(history.read_text(), "# cmd: conda create -c https://host/t/****/chan\n")
        self.assertEqual(json.loads(meta.read_text()), {"url": "https://****@host/a.conda", "name": "a", "version": "1",
                                                        "files": ["share/t/s3cr3t/kept"]})
        digest = base64.urlsafe_b64encode(hashlib.sha256(direct.read_bytes()).digest()).rstrip(b"=").decode()
        record = (self.packages / "mine-1.dist-info" / "RECORD").read_text().splitlines()
        self.assertIn(f"mine-1.dist-info/direct_url.json,sha256={digest},{direct.stat().st_size}", record)
        self.assertIn("mine-1.dist-info/RECORD,,", record)

    def test_the_time_of_the_build_does_not_ship(self):
        history = write(self.prefix / "conda-meta" / "history",
                        "==> 2026-11-21 14:38:11 <==\n# cmd: conda create\n+main/noarch::a-1-0\n")
        build_records.redact(self.config)
        self.assertEqual(history.read_text(), "==> 1970-01-01 00:00:00 <==\n# cmd: conda create\n+main/noarch::a-1-0\n")

    def test_other_files_are_not_rewritten(self):
        self.conda_record("a", ["x"])
        meta = self.prefix / "conda-meta" / "a-1-0.json"
        before = meta.stat().st_mtime_ns
        build_records.redact(self.config)
        self.assertEqual(meta.stat().st_mtime_ns, before)


if __name__ == "__main__":
    unittest.main()
