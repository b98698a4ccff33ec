"""A headless browser that looks at envlift's pages."""
import html
import os
import shutil
import subprocess

from support import envlift

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def need():
    if PROGRAM is None:
        envlift.skip("no chromium (apt-get install chromium); the page is not looked at")


def run(folder, *arguments):
    """What it prints; `folder` has its profile."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return subprocess.run([PROGRAM, "--headless", "--disable-gpu", "--hide-scrollbars", *sandbox,
                           f"--user-data-dir={folder}/profile", *map(str, arguments)],
                          capture_output=True, encoding="utf-8", errors="replace", timeout=120, check=False).stdout


def frame(page, width):
    """The page in a frame: a window is not as narrow as a phone."""
    return f'<iframe style="display:block;width:{width}px;height:1100px;border:0" srcdoc="{html.escape(page)}"></iframe>'
