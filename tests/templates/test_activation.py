"""The activation, run once and frozen."""
import json
import os
import subprocess
import unittest
from unittest import mock

from support import SHELLS, BuildCase, make_base, write

import build_activation
import build_pip


SHELL_OWN = ("_", "SHLVL", "PWD", "OLDPWD")


class ActivationTest(BuildCase):
    def setUp(self):
        super().setUp()
        make_base(self.root / "lang")
        build_pip.make_virtual_environment(self.config)   # a Python below the prefix, as conda's
        self.config.update(strategy="swap", conda={"file": "environment.yml", "explicit": False})

    def script(self, name, text):
        write(self.prefix / "etc" / "conda" / "activate.d" / name, text)

    def frozen(self, **function):
        """The variables after activate.env, the same in each shell, for a function with these variables."""
        self.said = self.output_of(build_activation.main, self.config)
        found = {}
        for shell in SHELLS:
            output = subprocess.check_output([shell, "-c", f". {self.prefix}/activate.env; env -0"],
                                             env={"PATH": "/usr/bin:/bin", **function})
            variables = dict(entry.split("=", 1) for entry in output.decode().split("\0") if entry)
            found[shell] = {name: value for name, value in variables.items() if name not in SHELL_OWN}
            self.assertEqual(found[shell], found[SHELLS[0]], shell)
        return found[SHELLS[0]]

    def test_scripts_run_in_order_and_see_the_environment(self):
        self.script("b.sh", 'export PROJ="$CONDA_PREFIX/share/proj:$FIRST:$MINE"\n')
        self.script("a.sh", "export FIRST=1\nlocal_one=2\n")
        self.script("c.csh", "setenv NOT 1\n")
        self.config["variables"] = {"MINE": "yes"}
        found = self.frozen()
        self.assertEqual(found["PROJ"], f"{self.prefix}/share/proj:1:yes")
        self.assertEqual((found["MINE"], found["CONDA_PREFIX"]), ("yes", str(self.prefix)))
        self.assertFalse({"local_one", "NOT", "CONDA_SHLVL", "HOME"} & set(found))

    def test_the_function_s_configuration_wins(self):
        self.script("a.sh", "export GDAL_DATA=/ours EMPTY=x\n")
        found = self.frozen(GDAL_DATA="/theirs", EMPTY="")
        self.assertEqual((found["GDAL_DATA"], found["EMPTY"]), ("/theirs", ""))

    def test_the_base_s_own_language_is_no_configuration(self):
        self.config["variables"] = {"LANG": "C.UTF-8"}
        with mock.patch.dict(os.environ, LANG="en_US.UTF-8"):
            self.assertEqual(self.frozen(LANG="en_US.UTF-8")["LANG"], "C.UTF-8")
            self.assertEqual(self.frozen(LANG="de_DE.UTF-8")["LANG"], "de_DE.UTF-8")

    def test_any_value_arrives(self):
        odd = "it's \"$(touch /tmp/never)\" `x` \\ \n second line; * ~ é"
        self.config["variables"] = {"ODD": odd, "NOT-A-NAME": "x"}
        self.assertEqual(self.frozen()["ODD"], odd)
        self.assertIn("left out the variable 'NOT-A-NAME'", self.said)

    def test_lists_are_added_to(self):
        self.script("a.sh", f'export PATH="{self.prefix}/extra:$PATH"\nexport LD_LIBRARY_PATH={self.prefix}/lib/x\n')
        found = self.frozen(LD_LIBRARY_PATH="/opt/lib")
        self.assertEqual(found["PATH"], f"{self.prefix}/extra:/usr/bin:/bin")
        self.assertEqual(found["LD_LIBRARY_PATH"], f"{self.prefix}/lib/x:/opt/lib")
        self.assertEqual(self.frozen()["LD_LIBRARY_PATH"], f"{self.prefix}/lib/x")

    def test_loading_it_twice_is_loading_it_once(self):
        self.script("a.sh", f'export PATH="{self.prefix}/extra:$PATH"\n')
        once = self.frozen()
        self.assertEqual(self.frozen(PATH=once["PATH"])["PATH"], once["PATH"])

    def test_a_script_that_exits_hides_nothing(self):
        self.script("a.sh", "export KEPT=1\nexit 3\n")
        self.assertEqual(self.frozen()["KEPT"], "1")

    def test_variables_of_the_build_do_not_reach_the_image(self):
        self.script("a.sh", "export SEEN=${SSL_CERT_FILE-none},${PIP_CONFIG_FILE-none},${http_proxy-none}\n")
        write(self.secrets / "ca_bundle")
        with mock.patch.dict(os.environ, SSL_CERT_FILE="/run/secrets/ca_bundle", http_proxy="http://u:s3cr3t@proxy",
                             PIP_CONFIG_FILE="/run/secrets/pip_config"):
            self.assertEqual(self.frozen()["SEEN"], "none,none,none")
        self.assertNotIn("secret", (self.prefix / "activate.env").read_text())

    def test_conda_s_own_variables(self):
        write(self.prefix / "conda-meta" / "state", json.dumps({"env_vars": {"OWN": "1"}}))
        self.assertEqual(self.frozen()["OWN"], "1")

    def test_caches_of_packages_that_are_there(self):
        (self.packages / "numba").mkdir()
        found = self.frozen()
        self.assertEqual(found["NUMBA_CACHE_DIR"], "/tmp/numba")
        self.assertNotIn("MPLCONFIGDIR", found)

    def test_certificates_only_where_openssl_finds_none(self):
        bundle = write(self.prefix / "ssl" / "cacert.pem")
        for answer, expected in (("1", None), ("0", str(bundle))):
            write(self.root / "answers", f"#!/bin/sh\necho {answer}\n", 0o755)
            with mock.patch.object(build_activation, "interpreter", lambda _: str(self.root / "answers")):
                self.assertEqual(self.frozen().get("SSL_CERT_FILE"), expected)

    def test_a_native_environment_has_no_conda(self):
        self.config.update(strategy="native", variables={"MINE": "yes"})
        found = self.frozen()
        self.assertEqual(found["MINE"], "yes")
        self.assertNotIn("CONDA_PREFIX", found)


if __name__ == "__main__":
    unittest.main()
