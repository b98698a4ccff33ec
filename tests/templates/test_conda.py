"""conda's settings for the build and its two calls."""
import json
import os
import unittest
from unittest import mock

from support import BuildCase, write

import build_conda
from build_common import Exit, Failed

FILE = """channels:
  - "conda-forge"
  - "https://host/t/${TOKEN}/chan: nel"
  - "nodefaults"
dependencies:
  - "python=3.11"
"""
LOCK = """@EXPLICIT
# https://host/comment/linux-64/x.conda
https://host/one/linux-64/a-1-0.conda#0123
https://host/one/noarch/b-1-0.conda
https://host/two/linux-64/c-1-0.conda
"""
FAKE = """#!/bin/sh
{
  echo "$0 $*"; pwd; echo "$CONDA_PKGS_DIRS"; echo "${CONDARC-unset}"; echo "$CONDA_PLUGINS_AUTO_ACCEPT_TOS"
  echo "${LD_LIBRARY_PATH-unset}"; echo "${CONDA_OVERRIDE_GLIBC-unset}"
} >"${0%/*}/seen"
exit $(cat "${0%/*}/status")
"""


class ChannelsTest(BuildCase):
    def test_of_a_normalized_file(self):
        path = write(self.root / "environment.yml", FILE)
        self.assertEqual(build_conda.listed_channels(path),
                         ["conda-forge", "https://host/t/${TOKEN}/chan: nel", "nodefaults"])

    def test_of_a_lock(self):
        path = write(self.root / "explicit.txt", LOCK)
        self.assertEqual(build_conda.locked_channels(path), ["https://host/one", "https://host/two"])


class TermsTest(BuildCase):
    def accepted(self, channels, accept_tos, default_channels=()):
        return build_conda.are_terms_accepted(channels, {**self.config, "accept_tos": accept_tos,
                                                         "default_channels": list(default_channels)})

    def test_never_without_the_user(self):
        self.assertFalse(self.accepted(["conda-forge"], []))
        self.assertFalse(self.accepted(["defaults"], []))

    def test_each_spelling_of_a_channel(self):
        url = "https://repo.anaconda.com/pkgs/main"
        for channel in ("main", "pkgs/main", url, url + "/"):
            for accepted in ("main", url, "defaults"):
                self.assertTrue(self.accepted([channel, "conda-forge"], [accepted]), (channel, accepted))

    def test_not_more_than_was_accepted(self):
        self.assertFalse(self.accepted(["main", "r"], ["main"]))
        self.assertFalse(self.accepted(["defaults"], ["main"]))
        self.assertTrue(self.accepted(["defaults"], ["main", "r"]))

    def test_redirected_defaults_have_no_terms_of_anaconda(self):
        self.assertTrue(self.accepted(["defaults"], ["main"], default_channels=["https://mirror.example.com/main"]))


class CreateTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.conda = self.root / "conda"
        self.status = write(self.conda / "bin" / "status", "0")
        write(self.conda / "bin" / "conda", FAKE, 0o755)
        write(self.scripts / "installer.json", json.dumps({"prefix": str(self.conda)}))
        write(self.build / "environment" / "environment.yml", FILE)
        write(self.build / "environment" / "explicit.txt", LOCK)
        self.config.update(strategy="swap", pip=None, conda={"file": "environment.yml", "explicit": False})

    def create(self):
        with mock.patch.dict(os.environ, LD_LIBRARY_PATH="/var/lang/lib"):
            self.output_of(build_conda.create, self.config)
        return (self.conda / "bin" / "seen").read_text().splitlines()

    def settings(self):
        return json.loads((self.conda / ".condarc").read_text())

    def test_the_call_for_a_file(self):
        call, folder, packages, condarc, terms, libraries, glibc = self.create()
        self.assertEqual(call, f"{self.conda}/bin/conda env create -f environment.yml -p {self.prefix} -y")
        self.assertEqual(folder, str(self.build / "environment"))
        self.assertEqual(packages, str(self.root / "cache" / "pkgs"))
        self.assertEqual((condarc, terms, libraries, glibc), ("unset", "no", "unset", "unset"))

    def test_the_call_for_a_lock(self):
        self.config["conda"] = {"file": "explicit.txt", "explicit": True}
        self.assertEqual(self.create()[0], f"{self.conda}/bin/conda create -p {self.prefix} --file explicit.txt -y")
        self.assertEqual(self.settings()["channels"], ["https://host/one", "https://host/two"])

    def test_no_channel_is_implicit(self):
        self.create()
        self.assertEqual(self.settings()["channels"], ["conda-forge", "https://host/t/${TOKEN}/chan: nel"])
        for key in ("channel_alias", "default_channels", "ssl_verify"):
            self.assertNotIn(key, self.settings())

    def test_redirections_and_secrets(self):
        write(self.secrets / "ca_bundle")
        write(self.secrets / "condarc")
        mirror = "https://mirror.example.com"
        self.config.update(channel_alias=mirror, default_channels=[mirror + "/main"])
        self.assertEqual(self.create()[3], str(self.secrets / "condarc"))
        self.assertEqual(self.settings()["channel_alias"], mirror)
        self.assertEqual(self.settings()["default_channels"], [mirror + "/main"])
        self.assertEqual(self.settings()["ssl_verify"], str(self.secrets / "ca_bundle"))

    def test_its_failure_is_named(self):
        self.status.write_text("1")
        with self.assertRaises(Failed) as caught:
            self.create()
        self.assertEqual(caught.exception.status, Exit.CONDA)


if __name__ == "__main__":
    unittest.main()
