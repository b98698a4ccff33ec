"""Wrong command lines: exit 2, the word that is wrong, and a hint that helps."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

PROJECT = "samples/pandas-conda"

# command line, words of the message, words of the hint
CASES = [
    ("", "a command is missing", "`envlift --help`"),
    ("--frob", "no flag `--frob`", "`envlift --help`"),
    ("--quite", "no flag `--quite`", "did you mean `--quiet`?"),
    ("-q inspct", "no command `inspct`", "did you mean `inspect`?"),
    ("plan --handlr a.b", "`plan` has no flag `--handlr`", "did you mean `--handler`?"),
    ("plan --event x", "`plan` has no flag `--event`", "`--event` is a flag of `test`, `invoke`, `up`"),
    ("plan --prot=80", "`plan` has no flag `--prot`", "`envlift plan --help`"),
    ("plan . other", "`other` is one word too many for `plan`", "`envlift plan --help`"),
    ("plan . https://ada:s3cret@host/x", "https://****@host/x", "hint: "),
    ("--color alwys plan", "--color: alwys", "did you mean `always`?"),
    ("invoke", "IMAGE is required", "`envlift invoke --help`"),
    ("invoke image --port 80 --dry-run", "`--port`", "add `--serve`"),
    ("invoke image --concurrency 2 --dry-run", "`--concurrency` goes with `--load`", "add `--load`"),
    ("test --image x -o init.html --dry-run", "`--output` goes with `--profile-init`", "add `--profile-init`"),
    (f"test {PROJECT} --watch --event -", "error[EL0603]: --watch cannot read stdin again", "put the cases into a file"),
    (f"test {PROJECT} --watch --json", "--watch", "`envlift test --help`"),
    ("invoke image --serve --port abc", "--port: Value abc", "`envlift invoke --help`"),
    (f"up {PROJECT} --memory abc", "error[EL0603]: `memory`", "write a number"),
    (f"plan {PROJECT} --arch amd64", "error[EL0603]: `arch`", "write `x86_64`"),
    ("inspect . --engine docker", "`inspect` has no flag `--engine`", "`--engine` is a flag of"),
    ("doctor --handler a.b", "`doctor` has no flag `--handler`", "`--handler` is a flag of"),
    ("doctor --tag x", "`doctor` has no flag `--tag`", "`--tag` is a flag of"),
    ("invoke image --timeout 0", "error[EL0603]: `timeout`", "from 1 to 900"),
]


class Usage(unittest.TestCase):
    def test_wrong_command_lines(self):
        for line, message, hint in CASES:
            with self.subTest(line):
                done = envlift.run(*line.split())
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(message, done.stderr)
                self.assertIn(hint, done.stderr.partition("hint: ")[1] + done.stderr.partition("hint: ")[2])
                self.assertNotIn("s3cret", done.stderr)

    def test_the_same_value_in_a_variable_is_bad_input(self):
        done = envlift.run("plan", PROJECT, ENVLIFT_ARCH="amd64")
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)

    def test_global_flags_have_variables(self):
        for name, value in [("ENVLIFT_MESSAGE_FORMAT", "short"), ("ENVLIFT_COLOR", "always")]:
            flag = "--" + name.removeprefix("ENVLIFT_").lower().replace("_", "-")
            by_flag = envlift.run("plan", "samples/errors/unknown-setting", flag, value)
            by_variable = envlift.run("plan", "samples/errors/unknown-setting", **{name: value})
            self.assertEqual(by_variable.stderr, by_flag.stderr)
            self.assertNotEqual(by_variable.stderr, envlift.run("plan", "samples/errors/unknown-setting").stderr)
        self.assertIn("docker build", envlift.run("build", PROJECT, ENVLIFT_DRY_RUN="1").stderr)
        wrong = envlift.run("plan", PROJECT, ENVLIFT_COLOR="alwys")
        self.assertEqual(wrong.returncode, 2, wrong.stderr)
        known = (envlift.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
        for line in envlift.run("--help").stdout.splitlines():
            if line.startswith("  -") and "help" not in line and "version" not in line:
                self.assertRegex(line, r"\(Env:ENVLIFT_[A-Z_]+\)")
                self.assertIn("`" + line.partition("(Env:")[2].partition(")")[0] + "`", known)

    def test_an_empty_name_is_none(self):
        for arguments, option in ((["render", PROJECT, "-o", ""], "--output"), (["up", PROJECT, "--event", ""], "--event"),
                                  (["invoke", "x", "--event", ""], "--event")):
            done = envlift.run(*arguments, "--dry-run")
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(f"error: `{option}` is given an empty name\nhint: ", done.stderr)

    def test_wrong_usage_in_the_format_that_was_asked_for(self):
        for arguments, environment in ((["plan", "--frob", "--message-format", "json"], {}),
                                       (["--message-format=json", "plan", "--frob"], {}),
                                       (["plan", "--frob"], {"ENVLIFT_MESSAGE_FORMAT": "json"}),
                                       (["explain", "EL9999", "--message-format", "json"], {}),
                                       (["render", "-o", "", "--message-format", "json"], {})):
            with self.subTest(arguments):
                done = envlift.run(*arguments, **environment)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                said = json.loads(done.stderr)
                self.assertEqual((said["severity"], "code" in said, "hint" in said), ("error", False, True))
        done = envlift.run("plan", "--frob", "--message-format", "short")
        self.assertTrue(done.stderr.startswith("envlift: error: `plan` has no flag `--frob` ("), done.stderr)

    def test_a_port_with_serve_is_taken(self):
        done = envlift.run("invoke", "image", "--serve", "--port", "80", "--dry-run")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("localhost:80", done.stderr)

    def test_a_result_that_would_have_no_place_is_told_before_the_work(self):
        for flag in ("--junit", "--record"):
            done = envlift.run("test", ".", flag, "/no/such/folder/file")
            self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
            self.assertIn("error[EL0120]", done.stderr)


if __name__ == "__main__":
    unittest.main()
