"""Puts templates/ on the path and fills the mustache ones as the renderer does (the binary's own filling is golden)."""
import pathlib
import re
import sys

TEMPLATES = pathlib.Path(__file__).resolve().parents[2] / "templates"
sys.path.insert(0, str(TEMPLATES))


def fill(name, values, sections=None):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    for key, on in (sections or {}).items():
        text = re.sub(r"\{\{#%s\}\}\n(.*?)\{\{/%s\}\}\n" % (key, key), lambda m, on=on: m[1] if on else "", text, flags=re.S)
    for key, value in values.items():
        text = text.replace("{{%s}}" % key, value)
    return text
