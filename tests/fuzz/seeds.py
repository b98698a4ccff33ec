"""Writes the first inputs of a fuzz target: the files of the samples and of `seeds`, the target's two bytes in front.

seeds.py OUTPUT PROJECT… : a project is the file to read and those that it may look for, FILE[/FILE…]. With
`lines:FILE` in place of the projects, each line of the file is an input: its kind's number, a space and its text.
"""
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "samples"
MOST_BYTES = 16384  # longer ones slow every run that starts from them


def inputs_of_projects(projects):
    folders = sorted(p for root in (SAMPLES, SAMPLES / "errors", HERE / "seeds") for p in root.iterdir() if p.is_dir())
    for number, project in enumerate(projects):
        names = project.split("/")
        for folder in folders:
            if not (folder / names[0]).is_file():
                continue
            texts = [(folder / name).read_bytes() for name in names if (folder / name).is_file()]
            whole = b"\f".join(texts)
            if len(whole) <= MOST_BYTES:
                yield f"{folder.name}-{names[0]}", bytes([number, 0]) + whole
                yield f"{folder.name}-{names[0]}-dev", bytes([number, 12]) + whole


def inputs_of_lines(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        kind, text = line.split(" ", 1)
        yield f"line-{number + 1}", bytes([int(kind), 0]) + text.replace("\\n", "\n").encode()


def main(output, *given):
    folder = pathlib.Path(output)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = given[0].removeprefix("lines:")
    inputs = inputs_of_projects(given) if lines == given[0] else inputs_of_lines(HERE / "seeds" / lines)
    for name, data in inputs:
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
