"""`envlift event`: the list, an event with fields set, and words that are none."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402


class Event(unittest.TestCase):
    def test_every_listed_event_is_shown(self):
        done = envlift.run("event", "list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        names = [line.split()[0] for line in done.stdout.splitlines()]
        files = sorted(path.stem for path in (envlift.ROOT / "templates/events").iterdir())
        self.assertEqual(names, files)
        for name in names:
            done = envlift.run("event", "show", name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIsInstance(json.loads(done.stdout), dict)

    def test_fields_are_set(self):
        done = envlift.run("event", "show", "sqs", "--set", '/Records/0/body={"a=b":1}', "--set", "/Records/1/body=")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        records = json.loads(done.stdout)["Records"]
        self.assertEqual([one["body"] for one in records], ['{"a=b":1}', ""])
        fields = envlift.run("event", "show", "sqs", "--fields").stdout.splitlines()
        self.assertIn("/Records/0/attributes/SenderId", fields)

    def test_wrong_command_lines(self):
        for words, message, hint in (
                (["show", "apigw-v3"], "no ready-made event `apigw-v3`", "did you mean `apigw-v1`?"),
                (["show", "\x1b[31m"], "no ready-made event", "`envlift event list` lists them"),
                (["show"], "`event show` needs the name of an event", "`envlift event list` lists them"),
                (["list", "sqs"], "`event list` takes no name", "`envlift event show sqs`"),
                (["lst"], "ACTION: lst not in", "did you mean `list`?"),
                ([], "ACTION is required", "`envlift event --help`"),
                (["show", "sqs", "--set", "/Records/0/bdy=1"], "no field `/Records/0/bdy`", "`/Records/0/body`"),
                (["show", "sqs", "--set", "/Records/0/body"], "`--set /Records/0/body` sets no value", "body=text"),
                (["show", "sqs", "--set", "Records=1"], "`Records` is no JSON pointer", "/Records/0/body"),
                (["show", "s3-put", "--set", "/Records/0/s3/object/size=big"], "holds a number", "a number in JSON")):
            with self.subTest(words):
                done = envlift.run("event", *words)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(message, done.stderr)
                self.assertIn(hint, done.stderr)
                self.assertNotIn("\x1b", done.stderr)


if __name__ == "__main__":
    unittest.main()
