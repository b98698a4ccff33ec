"""The page of `envlift test --profile-init` (tests/golden/init-profile.html) in a real browser, at three widths, light and
dark: drawn, and no wider than the window."""
import json
import pathlib
import re
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import chromium, envlift, png  # noqa: E402

PAGE = (envlift.ROOT / "tests/golden/init-profile.html").read_text(encoding="utf-8")
WIDTHS = (1280, 800, 390)
PIP_BLUE = (0x2b, 0x66, 0xad)
PAPERS = {"light": (0xfb, 0xfa, 0xf7), "dark": (0x14, 0x17, 0x1a)}

MEASURE = """<body style="margin:0">%s<pre id="measured"></pre><script>
window.addEventListener("load", function () {
  document.getElementById("measured").textContent = JSON.stringify([].map.call(document.querySelectorAll("iframe"), function (frame) {
    var page = frame.contentDocument, root = page.documentElement;
    var maps = [].filter.call(page.querySelectorAll("#map > svg"), function (svg) { return svg.getBoundingClientRect().width > 0; });
    var box = maps[0].getBoundingClientRect();
    return { wide: root.scrollWidth - root.clientWidth, maps: maps.length, width: box.width,
      boxes: maps[0].querySelectorAll("rect.cell").length,
      outside: [].filter.call(maps[0].querySelectorAll("rect, text"), function (one) {
        return one.getBoundingClientRect().right > box.right + 1; }).length };
  }));
});</script>"""


class Page(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_it_fits(self):
        frames = "".join(chromium.frame(PAGE, width) for width in WIDTHS)
        (self.folder / "measure.html").write_text("<!doctype html>" + MEASURE % frames, encoding="utf-8")
        document = chromium.run(self.folder, "--virtual-time-budget=10000", "--dump-dom", f"file://{self.folder}/measure.html")
        measured = re.search(r'<pre id="measured">(\[.*?\])</pre>', document)
        self.assertTrue(measured, document[-2000:])
        for width, found in zip(WIDTHS, json.loads(measured[1])):
            with self.subTest(width):
                self.assertEqual((found["wide"], found["maps"], found["outside"]), (0, 1, 0), found)
                self.assertGreater(found["width"], width * 0.85)
                self.assertGreaterEqual(found["boxes"], 9)

    def test_the_icicles_are_drawn_in_both_colour_schemes(self):
        (self.folder / "page.html").write_text(PAGE, encoding="utf-8")
        for scheme, paper in PAPERS.items():
            with self.subTest(scheme):
                picture = self.folder / f"{scheme}.png"
                dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
                chromium.run(self.folder, *dark, "--window-size=1280,1100", f"--screenshot={picture}",
                             f"file://{self.folder}/page.html")
                _, _, rows = png.pixels(picture.read_bytes())
                self.assertEqual({row[x] for row in rows for x in (0, 1279)}, {paper})
                # The imports are four fifths of the time: in the stack, and as the first row of the drawing.
                self.assertGreater(sum(row.count(PIP_BLUE) for row in rows), 900 * 40)
                # The rows below it are darker.
                inner = sum(1 for row in rows for red, green, blue in row
                            if (red, green, blue) != PIP_BLUE and red < 0x2b and blue > red + 60)
                self.assertGreater(inner, 900 * 20)


if __name__ == "__main__":
    chromium.need()
    unittest.main()
