"""The page of `envlift report` in a real browser, at two widths: drawn, and no wider than the window."""
import json
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import chromium, envlift, png, stored_image  # noqa: E402

WIDTHS = (1280, 390)
LONG = "a-package-with-a-name-that-is-much-longer-than-any-box-or-column-of-the-page-has-room-for-it"
SIZES = {"numpy": 2_500_000, "pandas": 1_800_000, "pillow": 700_000, LONG: 500_000, **{f"small{i}": 9_000 for i in range(30)}}
CONFIG = {"Cmd": ["app.handler"], "Entrypoint": ["/lambda-entrypoint.sh"], "WorkingDir": "/var/task"}
PIP_BLUE = (0x2b, 0x66, 0xad)

# Frames of the two widths, for a window is not as narrow as a phone; what they measure is left in the document.
MEASURE = """<body style="margin:0">%s<pre id="measured"></pre><script>
window.addEventListener("load", function () {
  var found = [].map.call(document.querySelectorAll("iframe"), function (frame) {
    var page = frame.contentDocument, root = page.documentElement;
    var maps = [].filter.call(page.querySelectorAll("#map > svg"), function (svg) { return svg.getBoundingClientRect().width > 0; });
    var box = maps[0].querySelector("a"), result = { wide: root.scrollWidth - root.clientWidth, maps: maps.length,
      width: maps[0].getBoundingClientRect().width, boxes: maps[0].querySelectorAll("a").length };
    page.querySelectorAll("details").forEach(function (one) { one.open = true; });
    result.wide_open = root.scrollWidth - root.clientWidth;
    box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    result.zoomed = page.querySelectorAll("#zoom svg rect").length;
    result.wide_zoomed = root.scrollWidth - root.clientWidth;
    page.querySelector("#zoom button").click();
    result.back = page.getElementById("zoom").hidden;
    var filter = page.getElementById("filter");
    filter.value = "pandas";
    filter.dispatchEvent(new Event("input"));
    result.filtered = [].filter.call(page.querySelectorAll(".rows > li"), function (row) { return !row.hidden; }).length;
    return result;
  });
  document.getElementById("measured").textContent = JSON.stringify(found);
});</script>"""


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        stored_image.archive(cls.folder / "image.tar", stored_image.environment(SIZES),
                             ["base", "envlift: packages " + "x" * 200, "envlift: code"], **CONFIG)
        done = envlift.run("report", f"docker-archive:{cls.folder}/image.tar", "-o", cls.folder / "page.html")
        assert done.returncode == 0, done.stderr

    def chromium(self, *arguments):
        return chromium.run(self.folder, *arguments)

    def frame(self, width):
        return chromium.frame((self.folder / "page.html").read_text(encoding="utf-8"), width)

    def test_it_fits_and_answers(self):
        frames = "".join(map(self.frame, WIDTHS))
        (self.folder / "measure.html").write_text("<!doctype html>" + MEASURE % frames, encoding="utf-8")
        document = self.chromium("--virtual-time-budget=10000", "--dump-dom", f"file://{self.folder}/measure.html")
        measured = re.search(r'<pre id="measured">(\[.*?\])</pre>', document)
        self.assertTrue(measured, document[-2000:])
        for width, found in zip(WIDTHS, json.loads(measured[1])):
            with self.subTest(width):
                self.assertEqual((found["wide"], found["wide_open"], found["wide_zoomed"]), (0, 0, 0), found)
                self.assertEqual(found["maps"], 1)
                self.assertGreater(found["width"], width * 0.85)
                self.assertGreater(found["boxes"], 5)
                self.assertGreater(found["zoomed"], 1)
                self.assertTrue(found["back"])
                self.assertEqual(found["filtered"], 1)

    def test_the_map_is_drawn(self):
        for width in WIDTHS:
            with self.subTest(width):
                host, picture = self.folder / "host.html", self.folder / "page.png"
                host.write_text(f'<!doctype html><body style="margin:0;background:#fbfaf7">{self.frame(width)}', encoding="utf-8")
                self.chromium("--window-size=1280,1100", f"--screenshot={picture}", f"file://{host}")
                _, height, rows = png.pixels(picture.read_bytes())
                # Headers, borders and small boxes are of the plain colour, folders within of a darker one.
                blue = sum(row.count(PIP_BLUE) for row in rows)
                dark = sum(1 for row in rows for red, green, over in row if over > red + 40 and over >= green + 20)
                self.assertGreater(blue, 10 * width)
                self.assertGreater(dark, 0.2 * width * height)
                edge = {row[x] for row in rows for x in (0, 8, width - 9, width - 1)}
                self.assertEqual(len(edge), 1, "something is drawn at the window's edge")


if __name__ == "__main__":
    chromium.need()
    unittest.main()
