"""Projects of small files, and images that are built of them."""
import pathlib
import tempfile

from support import envlift


def write_project(folder, files, handler="app.handler", python="3.11"):
    """The folder with the files, {name: text}, and an envlift.yaml; without `python` the environment decides."""
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    settings = f"handler: {handler}\n" + (f'python: "{python}"\n' if python else "")
    for name, text in {**files, "envlift.yaml": settings}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def build_image(tag, files, handler, lab):
    """Builds an image of a project with one small package for pip."""
    with tempfile.TemporaryDirectory() as folder:
        write_project(folder, {"requirements.txt": "tabulate==0.9.0\n", **files}, handler)
        built = envlift.run("build", folder, "--tag", tag, timeout=900, **lab)
        assert built.returncode == 0, built.stderr
