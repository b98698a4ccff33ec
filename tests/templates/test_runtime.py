"""The bootstrap of a base without a language, under each shell that is here, with nothing on PATH."""
import subprocess
import unittest

from support import SHELLS, BuildCase, render, write

ECHO = "#!/bin/sh\necho \"$0\" \"$@\"\n"


class RuntimeTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.python = write(self.root / "python3.11", ECHO, 0o755)
        self.runtime = write(self.root / "bootstrap",
                             render("runtime.sh.mustache", base_bin=str(self.root), python="3.11"), 0o755)

    def start(self, **variables):
        """(exit status, what was started or said), the same under each shell."""
        found = set()
        for shell in SHELLS:
            process = subprocess.run([shell, str(self.runtime), "unused"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     universal_newlines=True, env={"PATH": "/nowhere", **variables}, check=False)
            self.assertEqual(process.stderr, "", shell)
            found.add((process.returncode, process.stdout.strip()))
        self.assertEqual(len(found), 1, found)
        return found.pop()

    def test_it_starts_the_launcher_as_a_python_base_does(self):
        self.assertEqual(self.start(), (0, f"{self.python} /var/runtime/bootstrap.py"))

    def test_a_wrapper_is_given_the_command(self):
        wrapper = write(self.root / "my wrapper", ECHO, 0o755)
        self.assertEqual(self.start(AWS_LAMBDA_EXEC_WRAPPER=str(wrapper)),
                         (0, f"{wrapper} {self.python} /var/runtime/bootstrap.py"))

    def test_a_wrapper_that_cannot_run_is_named(self):
        wrapper = str(self.root / "none")
        self.assertEqual(self.start(AWS_LAMBDA_EXEC_WRAPPER=wrapper), (127, f"{wrapper}: does not exist"))
        write(self.root / "none", ECHO, 0o644)
        self.assertEqual(self.start(AWS_LAMBDA_EXEC_WRAPPER=wrapper), (126, f"{wrapper}: is not an executable"))


if __name__ == "__main__":
    unittest.main()
