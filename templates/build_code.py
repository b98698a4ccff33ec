"""Prepares the function's code: byte-compiled by the Python that will run it, readable by anyone."""
import os

from build_common import BUILD, compile_folder, configuration, make_readable

TASK_ROOT = "/var/task"


def main():
    config = configuration("environment.json")
    folder = os.path.join(BUILD, "code")
    compile_folder(config, "checked", folder, TASK_ROOT)
    make_readable(folder)
