"""`envlift report`: an image in a file, as a page and on a terminal, without an engine."""
import html.parser
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, stored_image  # noqa: E402

HOSTILE = "</script><script>alert(1)</script>"
SIZES = {"alpha": 900_000, "beta": 400_000, HOSTILE: 300_000, "delta": 20_000}
CONFIG = {"Cmd": ["app.handler"], "Entrypoint": ["/lambda-entrypoint.sh"], "WorkingDir": "/var/task"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.ids, self.data, self.in_data = [], [], set(), "", False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        self.ids.add(values.get("id"))
        self.links += [values[key] for key in ("href", "src") if key in values]
        self.in_data = values.get("id") == "data"

    def handle_data(self, data):
        self.data += data if self.in_data else ""

    def handle_endtag(self, tag):
        self.in_data = False


class Report(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.image = f"docker-archive:{self.folder}/image.tar"
        stored_image.archive(self.folder / "image.tar", stored_image.environment(SIZES),
                             ["base", "envlift: all", "envlift: code"], **CONFIG)

    def report(self, *arguments, **environment):
        return envlift.run("report", self.image, *arguments, cwd=self.folder, PATH="/nowhere", **environment)

    def test_a_page_is_written(self):
        done = self.report("-o", "out.html")
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertIn("wrote out.html", done.stderr)
        text = (self.folder / "out.html").read_text(encoding="utf-8")
        page = Page(text)
        self.assertEqual(page.tags.count("script"), 2)
        self.assertEqual(page.tags.count("svg"), 3)
        self.assertTrue(all(link.startswith("#") and link[1:] in page.ids for link in page.links), page.links)
        data = json.loads(page.data)
        self.assertLess({"alpha", "beta", "delta"}, {one["name"] for one in data["pieces"]})
        alpha = next(one for one in data["pieces"] if one["name"] == "alpha")
        self.assertEqual(alpha["installed"], {"bytes": 2_700_000, "left_out": 900_000, "reduced": 0})
        self.assertEqual(data["layers"][2]["pushed_again"], "with every edit of your code")

    def test_the_same_image_gives_the_same_page(self):
        pages = []
        for name in ("a.html", "b.html"):
            self.report("-o", name)
            pages.append((self.folder / name).read_bytes())
        self.assertEqual(pages[0], pages[1])

    def test_a_terminal_form_goes_to_stdout(self):
        done = self.report()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("\x1b", done.stdout)
        self.assertRegex(done.stdout, r"alpha 1\.0 +█+ +900\.0 KB +56%")
        self.assertIn("installed and not shipped", done.stdout)
        self.assertIn("\x1b[34m", self.report("--color", "always").stdout)

    def test_a_page_that_cannot_be_written_is_said(self):
        done = self.report("-o", "nowhere/out.html")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("nowhere/out.html", done.stderr)
        empty = self.report("-o", "")
        self.assertEqual(empty.returncode, 2)

    def test_what_is_no_image_is_said(self):
        (self.folder / "image.tar").write_bytes(b"no tar")
        done = self.report("-o", "out.html")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"error\[EL110[12]\]")
        self.assertFalse((self.folder / "out.html").exists())

    def test_a_dry_run_reads_nothing(self):
        done = self.report("-o", "out.html", "--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("would read the layers", done.stderr)
        self.assertFalse((self.folder / "out.html").exists())

    def test_a_template_of_the_users_is_filled_strictly(self):
        (self.folder / "report.html.mustache").write_text("{{image}}{{unknown}}", encoding="utf-8")
        done = self.report("-o", "out.html", "--templates", str(self.folder))
        self.assertEqual(done.returncode, 1)
        self.assertIn("error[EL0711]", done.stderr)


if __name__ == "__main__":
    unittest.main()
