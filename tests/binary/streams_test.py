"""stdin, stdout and stderr that are full, closed or no longer read."""
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402


def shell(redirections, *arguments):
    """envlift with a shell's redirections: only they can close a stream."""
    return subprocess.run(["bash", "-c", f'"$0" "$@" {redirections}', envlift.binary(), *arguments], cwd=envlift.ROOT,
                          capture_output=True, text=True, timeout=60, env=envlift.clean_environment(), check=False)


class Streams(unittest.TestCase):
    def test_a_result_that_is_not_written_is_no_success(self):
        for command in (["plan", "samples/pandas-conda"], ["inspect", "--json", "samples/pandas-conda"],
                        ["render", "samples/pandas-conda"], ["--help"], ["--version"]):
            for redirection, reason in ((">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")):
                with self.subTest(command=command, redirection=redirection):
                    done = shell(redirection, *command)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertEqual(done.stderr.count("error[EL0120]"), 1, done.stderr)
                    self.assertIn(reason, done.stderr)
                    self.assertIn("hint: ", done.stderr)

    def test_a_pipe_that_its_reader_closed_is_quiet(self):
        done = shell("| true; exit ${PIPESTATUS[0]}", "plan", "--json", "samples/pandas-conda")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_closed_pipe_does_not_hide_errors(self):
        done = shell("| true; exit ${PIPESTATUS[0]}", "inspect", "--json", "samples/errors/tab-indentation")
        self.assertEqual(done.returncode, 1)
        self.assertIn("error[EL0110]", done.stderr)

    def test_closed_streams_are_not_reused(self):
        self.assertEqual(shell("<&-", "plan", "samples/pandas-conda").returncode, 0)
        self.assertEqual(shell("2>&-", "plan", "samples/pandas-conda").returncode, 0)
        done = shell("<&-", "invoke", "image", "--event", "-", "--dry-run")
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdin: Bad file descriptor", done.stderr)


if __name__ == "__main__":
    unittest.main()
