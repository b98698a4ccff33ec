"""What a lock learns of an installation, and that an installation out of a lock leaves the same records."""
import json
import unittest

from support import BuildCase, write

import build_installed

WHEEL = "https://files.example/simplejson-3.20-py3-none-any.whl"


def item(name, version, download_info, **more):
    return {"metadata": {"name": name, "version": version}, "download_info": download_info, **more}


class InstalledTest(BuildCase):
    def report(self, *items):
        write(self.root / "report", json.dumps({"version": "1", "install": items}))
        (self.root / "report").rename(build_installed.next_report())

    def recorded(self):
        build_installed.record(self.config)
        return json.loads((self.build / "installed.json").read_text())

    def pip_row(self, download_info, **more):
        self.distribution("Simple.JSON", "3.20")
        self.report(item("Simple.JSON", "3.20", download_info, **more))
        [row] = self.recorded()["pip"]
        return {key: value for key, value in row.items() if key not in ("name", "version")}

    def test_a_conda_package_with_its_sums(self):
        path = write(self.prefix / "conda-meta" / "a-1-0.json", json.dumps({
            "name": "a", "version": "1", "build": "0", "subdir": "noarch", "md5": "m", "sha256": "s", "depends": ["b >1"],
            "url": "https://host/t/tk-0123/chan/noarch/a-1-0.conda", "channel": "https://u:pw@host/chan"}))
        self.assertEqual(self.recorded()["conda"], [
            {"name": "a", "version": "1", "build": "0", "channel": "https://host/chan", "subdir": "noarch",
             "url": "https://host/chan/noarch/a-1-0.conda", "md5": "m", "sha256": "s", "depends": ["b >1"]}])
        self.assertTrue(path.exists())

    def test_a_wheel_of_an_index(self):
        self.assertEqual(self.pip_row({"url": WHEEL.replace("//", "//u:pw@"),
                                       "archive_info": {"hashes": {"sha256": "s"}, "hash": "sha256=s"}}),
                         {"url": WHEEL, "direct": False, "hashes": {"sha256": "s"}})

    def test_the_hash_of_an_early_report(self):
        self.assertEqual(self.pip_row({"url": WHEEL, "archive_info": {"hash": "sha256=s"}}, is_direct=True),
                         {"url": WHEEL, "direct": True, "hashes": {"sha256": "s"}})

    def test_a_repository(self):
        self.assertEqual(
            self.pip_row({"url": "ssh://git@host/a.git", "subdirectory": "python",
                          "vcs_info": {"vcs": "git", "commit_id": "c0", "requested_revision": "main"}}, is_direct=True),
            {"url": "ssh://git@host/a.git", "direct": True, "hashes": {}, "subdirectory": "python", "vcs": "git",
             "commit": "c0"})

    def test_what_came_with_the_context(self):
        self.assertEqual(self.pip_row({"url": (self.build / "environment" / "local" / "1").as_uri(), "dir_info": {}}),
                         {"path": "local/1", "direct": False, "hashes": {}})

    def test_of_two_runs_the_last_counts(self):
        self.report(item("simple-json", "3.0", {"url": "https://files.example/old.whl"}))
        self.assertEqual(self.pip_row({"url": WHEEL})["url"], WHEEL)

    def test_without_a_report_name_and_version_are_known(self):
        self.distribution("one", "1.0")
        self.distribution("of-conda", "1.0")
        self.conda_record("of-conda", [str((self.packages / "of-conda-1.0.dist-info" / "METADATA")
                                           .relative_to(self.prefix))])
        self.assertEqual(self.recorded()["pip"], [{"name": "one", "version": "1.0"}])

    def info(self, name):
        return self.packages / "one-1.0.dist-info" / name

    def installed_one(self, direct_url, **more):
        self.distribution("one", "1.0")
        write(self.info("REQUESTED"))
        write(self.info("direct_url.json"), json.dumps({"url": direct_url}))
        write(self.info("RECORD"), "one-1.0.dist-info/REQUESTED,,\none-1.0.dist-info/direct_url.json,,\none.py,,\n")
        self.config["pip"].update(more)
        build_installed.main(self.config)
        return self.info("direct_url.json").exists()

    def test_who_asked_for_a_distribution_is_not_kept(self):
        self.assertTrue(self.installed_one(WHEEL))
        self.assertFalse(self.info("REQUESTED").exists())
        self.assertEqual(self.info("RECORD").read_text(), "one-1.0.dist-info/direct_url.json,,\none.py,,\n")

    def test_the_url_of_an_index_s_file_is_no_direct_reference(self):
        self.assertFalse(self.installed_one(WHEEL, indexed=["one"]))

    def test_a_place_of_the_build_is_not_kept(self):
        self.assertFalse(self.installed_one((self.build / "environment" / "local" / "1").as_uri()))

    def test_conda_s_records_are_those_of_the_packages(self):
        self.config["conda"] = {"file": "environment.yml", "explicit": False}
        texts = []
        for spec, link in (("a >1", 1), ("https://host/chan/noarch/a-1-0.conda", 2)):
            write(self.prefix / "conda-meta" / "a-1-0.json", json.dumps({
                "requested_spec": spec, "link": {"type": link}, "name": "a", "version": "1", "build": "0",
                "channel": "https://host/chan" + "/" * link, "subdir": "noarch", "depends": ["b"] * link, "md5": "0",
                "files": ["a.py"]}))
            write(self.prefix / "conda-meta" / "history", f"==> 2026-01-01 00:00:0{link} <==\n# cmd: {spec}\n")
            build_installed.main(self.config)
            texts.append([path.read_text() for path in sorted((self.prefix / "conda-meta").iterdir())])
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(json.loads(texts[0][0]), {"name": "a", "version": "1", "build": "0", "md5": "0",
                                                   "channel": "https://host/chan", "subdir": "noarch",
                                                   "files": ["a.py"]})
        self.assertIn("+chan/noarch::a-1-0\n", texts[0][1])


if __name__ == "__main__":
    unittest.main()
