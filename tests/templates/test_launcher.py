"""The launcher, under each shell that is here, with nothing on PATH."""
import os
import shutil
import subprocess
import unittest

from support import SHELLS, BuildCase, render, write

# Stands for the interpreter: tells what it was started with.
INTERPRETER = """#!/bin/sh
printf 'argument %s\\n' "$@"
printf 'libraries %s\\n' "${LD_LIBRARY_PATH-unset}"
printf 'path %s\\n' "$PATH"
printf 'data %s\\n' "${GDAL_DATA-unset}"
printf 'left %s\\n' "${envlift_rest-}${envlift_kept-}${envlift_folder-}${envlift_argument-}"
"""
BASE = "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"


class LauncherTest(BuildCase):
    def setUp(self):
        super().setUp()
        write(self.prefix / "bin" / "python3.11", INTERPRETER, 0o755)

    def launch(self, *arguments, swap=True, **variables):
        """{word: [values]} that the interpreter tells, the same under each shell."""
        text = render("launcher.sh.mustache", prefix=str(self.prefix), base_lib="/var/lang/lib",
                      interpreter=str(self.prefix / "bin" / "python3.11"), drop_base_libraries=swap)
        launcher = write(self.root / "launcher.sh", text, 0o755)
        outputs = set()
        for shell in SHELLS:
            process = subprocess.run([shell, str(launcher), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     universal_newlines=True, env={"PATH": "/nowhere", **variables}, check=False)
            self.assertEqual((process.returncode, process.stderr), (0, ""), shell)
            outputs.add(process.stdout)
        self.assertEqual(len(outputs), 1, outputs)
        told = {}
        for line in outputs.pop().splitlines():
            word, _, value = line.partition(" ")
            told.setdefault(word, []).append(value)
        return told

    def test_the_base_s_folders_are_dropped(self):
        told = self.launch(LD_LIBRARY_PATH=BASE)
        self.assertEqual(told["libraries"], ["/var/task:/var/task/lib:/opt/lib"])
        self.assertEqual(told["left"], [""])

    def test_an_empty_library_path_is_unset(self):
        for value in ("/var/lang/lib", "", ":", "/lib64::/usr/lib64:"):
            self.assertEqual(self.launch(LD_LIBRARY_PATH=value)["libraries"], ["unset"], value)
        self.assertEqual(self.launch()["libraries"], ["unset"])

    def test_folders_of_like_names_stay(self):
        told = self.launch(LD_LIBRARY_PATH="/var/lang/lib2:/my own:/var/lang/lib:*")
        self.assertEqual(told["libraries"], ["/var/lang/lib2:/my own:*"])

    def test_the_base_s_own_interpreter_keeps_its_libraries(self):
        self.assertEqual(self.launch(swap=False, LD_LIBRARY_PATH=BASE)["libraries"], [BASE])

    def test_the_base_s_bootstrap_is_replaced_wherever_it_stands(self):
        self.assertEqual(self.launch("/var/runtime/bootstrap.py")["argument"], ["/opt/envlift/bootstrap.py"])
        self.assertEqual(self.launch("-X", "importtime", "/var/runtime/bootstrap.py")["argument"],
                         ["-X", "importtime", "/opt/envlift/bootstrap.py"])

    def test_other_arguments_pass(self):
        arguments = ["-c", "print('a b'); x = \"$HOME\"", "", "*", "--", "-", "/var/runtime/bootstrap.py2"]
        self.assertEqual(self.launch(*arguments)["argument"], arguments)

    def test_path(self):
        ours = f"{self.prefix}/bin"
        self.assertEqual(self.launch()["path"], [f"{ours}:/nowhere"])
        self.assertEqual(self.launch(PATH="")["path"], [ours])
        self.assertEqual(self.launch(PATH=f"/first:{ours}")["path"], [f"/first:{ours}"])

    def test_the_frozen_activation_is_loaded(self):
        write(self.prefix / "activate.env", '[ -n "${GDAL_DATA+set}" ] || export GDAL_DATA=/share\n')
        self.assertEqual(self.launch()["data"], ["/share"])
        self.assertEqual(self.launch(GDAL_DATA="/mine")["data"], ["/mine"])

    def test_the_status_is_the_interpreter_s(self):
        write(self.prefix / "bin" / "python3.11", "#!/bin/sh\nexit 7\n", 0o755)
        with self.assertRaisesRegex(AssertionError, "7"):
            self.launch()

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck(self):
        for swap in (True, False):
            path = write(self.root / "launcher.sh", render(
                "launcher.sh.mustache", prefix="/opt/env", base_lib="/var/lang/lib", drop_base_libraries=swap,
                interpreter="/opt/env/bin/python3.11"))
            process = subprocess.run(["shellcheck", str(path)], stdout=subprocess.PIPE, universal_newlines=True,
                                     env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, check=False)
            self.assertEqual(process.stdout, "")


if __name__ == "__main__":
    unittest.main()
