#!/usr/bin/env python3
"""The bills of materials that `envlift push --sbom` and `envlift report --sbom` write, against the official schemas and
models: spdx-tools for SPDX, cyclonedx-python-lib for CycloneDX, packageurl-python for the package URLs, and
license-expression for the licenses."""
import json
import pathlib
import sys
import tempfile
import unittest

import comparison

comparison.owners("sboms")
from cyclonedx.model.bom import Bom  # noqa: E402
from cyclonedx.schema import SchemaVersion  # noqa: E402
from cyclonedx.validation.json import JsonStrictValidator  # noqa: E402
from license_expression import get_spdx_licensing  # noqa: E402
from packageurl import PackageURL  # noqa: E402
from spdx_tools.spdx.parser.parse_anything import parse_file  # noqa: E402
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document  # noqa: E402

from support import envlift, registry, stored_image  # noqa: E402

SITE = "opt/env/lib/python3.12/site-packages"
LOGIN = ("AWS", "pass:word")
# As recorded, and the expression that it is.
LICENSES = {"BSD-3-Clause": "BSD-3-Clause", "MIT or apache-2.0": "MIT OR Apache-2.0", "GPL-2.0+": "GPL-2.0+",
            "LGPL-2.1-or-later WITH GCC-exception-3.1": "LGPL-2.1-or-later WITH GCC-exception-3.1", "(MIT AND Zlib)": "(MIT AND Zlib)",
            "PSF": None, "Licence à la <carte> \"&\"": None}


def conda(number, license_text):
    """A record of conda-meta, by its path."""
    name = f"package_{number}.x"
    record = {"name": name, "version": f"1!{number}.0+local", "build": "h1_0", "subdir": "linux-64", "license": license_text,
              "channel": "https://conda.anaconda.org/conda-forge", "sha256": f"{number:064x}", "md5": f"{number:032x}",
              "url": f"https://conda.anaconda.org/conda-forge/linux-64/{name}-{number}-h1_0.conda", "files": [], "depends": []}
    return {f"opt/env/conda-meta/{name}.json": json.dumps(record).encode()}


def pip(name, version, headers="", **files):
    """A distribution's metadata, by path."""
    info = f"{SITE}/{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{headers}\n"
    return {f"{info}/METADATA": metadata.encode(), **{f"{info}/{path}": text.encode() for path, text in files.items()}}


def layers():
    base, packages, code = stored_image.environment({"plain": 3000})
    for number, license_text in enumerate(LICENSES):
        packages.update(conda(number, license_text))
    packages.update(pip("Named.Tool", "2.0", "License-Expression: MIT\n"))
    packages.update(pip("cloned", "1.0rc1", "License: Copyright\n  by many\n", **{"direct_url.json": json.dumps(
        {"url": "https://git.example.org/cloned.git", "vcs_info": {"vcs": "git", "commit_id": "c" * 40}})}))
    base.update({"var/lang/lib/python3.12/site-packages/boto3-1.0.dist-info/METADATA": b"Name: boto3\nVersion: 1.0\n",
                 "etc/os-release": b"ID=debian\n",
                 "var/lib/dpkg/status": b"Package: zlib1g\nStatus: install ok installed\nVersion: 1:1.2.13+dfsg-1\n"})
    return [base, packages, code]


class Sboms(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-sbom-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        stored_image.archive(self.folder / "image.tar", layers(), Entrypoint=["/lambda-entrypoint.sh"], Cmd=["app.handler"])

    def run_envlift(self, *words, **environment):
        done = envlift.run(*words, HOME=self.folder, **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def report(self, form, **environment):
        path = self.folder / f"made.{form}.json"
        self.run_envlift("report", f"docker-archive:{self.folder / 'image.tar'}", "--sbom", form, path, **environment)
        return path

    def check_spdx(self, path):
        document = parse_file(str(path))
        self.assertEqual([one.validation_message for one in validate_full_spdx_document(document, "SPDX-2.3")], [])
        return document

    def check_cyclonedx(self, path):
        text = path.read_text(encoding="utf-8")
        self.assertIsNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text))
        return json.loads(text), Bom.from_json(json.loads(text))

    def test_spdx(self):
        path = self.report("spdx")
        document = self.check_spdx(path)
        found = {one.name: one for one in document.packages}
        self.assertEqual(len(found), len(LICENSES) + 3 + 2 + 2)   # conda's, pip's, the base's, image and base
        written = {one["name"]: one for one in json.loads(path.read_text(encoding="utf-8"))["packages"]}
        for number, (recorded, expression) in enumerate(LICENSES.items()):
            package = found[f"package_{number}.x"]
            declared = written[package.name]["licenseDeclared"]
            self.assertEqual(package.version, f"1!{number}.0+local")
            if expression:
                self.assertEqual(declared, expression)
                get_spdx_licensing().parse(declared, validate=True, strict=True)
            else:
                [own] = [one for one in document.extracted_licensing_info if one.license_id == declared]
                self.assertEqual(own.extracted_text, recorded)
            self.assertEqual({one.algorithm.name: one.value for one in package.checksums},
                             {"SHA256": f"{number:064x}", "MD5": f"{number:032x}"})

    def test_cyclonedx(self):
        json_bom, bom = self.check_cyclonedx(self.report("cyclonedx"))
        found = {one.name: one for one in bom.components}
        [base] = [one for one in bom.components if one.type.name == "CONTAINER"]
        self.assertEqual({one.name for one in base.components}, {"boto3", "zlib1g"})
        self.assertEqual(len(found), len(LICENSES) + 3 + 1)
        self.assertEqual(bom.metadata.timestamp.year, 1970)   # the image has no time
        self.assertEqual({str(one.url) for one in found["cloned"].external_references},
                         {"git+https://git.example.org/cloned.git@" + "c" * 40})
        listed = [*json_bom["components"], *json_bom["components"][0]["components"]]
        for purl in (one["purl"] for one in listed if "purl" in one):
            self.assertEqual(PackageURL.from_string(purl).to_string(), purl)
        named = PackageURL.from_string(found["package_1.x"].purl.to_string())
        self.assertEqual((named.type, named.version, named.qualifiers),
                         ("conda", "1!1.0+local", {"build": "h1_0", "channel": "conda-forge", "subdir": "linux-64", "type": "conda"}))

    def test_the_same_bytes_each_time_and_the_time_that_is_asked_for(self):
        for form in ("spdx", "cyclonedx"):
            first = self.report(form).read_bytes()
            self.assertEqual(self.report(form).read_bytes(), first)
            later = self.report(form, SOURCE_DATE_EPOCH="1000000000").read_bytes()
            self.assertIn(b'"2001-09-09T01:46:40Z"', later)

    @unittest.skipUnless(registry.is_there(), "docker-registry is not installed (scripts/install-deps --test)")
    def test_a_push_names_the_digest_in_a_file_and_nothing_of_it_is_in_the_registry(self):
        server = registry.Registry(LOGIN)
        self.addCleanup(server.close)
        config = registry.docker_config(self.folder, server.host, LOGIN)
        for form in ("spdx", "cyclonedx"):
            path = self.folder / f"pushed.{form}.json"
            done = self.run_envlift("push", f"docker-archive:{self.folder / 'image.tar'}", "--registry", server.host, "--plain-http",
                                    "--repository", "team/fn", "--sbom", form, path, DOCKER_CONFIG=config)
            digest = done.stdout.split("@")[1].strip()
            if form == "spdx":
                [image] = [one for one in self.check_spdx(path).packages if one.spdx_id == "SPDXRef-Image"]
                purl = image.external_references[0].locator
            else:
                purl = self.check_cyclonedx(path)[1].metadata.component.purl.to_string()
            named = PackageURL.from_string(purl)
            self.assertEqual((named.type, named.name, named.version), ("oci", "fn", digest))
            self.assertEqual(named.qualifiers, {"arch": "amd64", "repository_url": f"{server.host}/team/fn"})
            self.assertEqual(len(server.image(done.stdout.strip())["layers"]), 3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
