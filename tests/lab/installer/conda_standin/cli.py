"""The command line: `conda env create`, `conda create`, `conda info`, `conda tos accept`."""

import argparse
import json
import os
import sys
import traceback
from pathlib import Path

from . import VERSION, environment_file, explicit, pip_section
from .context import ROOT_PREFIX, Context, accept_terms, condarc_files
from .errors import CondaError
from .install import install, run, solve, virtual_packages

ACTIVATE_HINT = """#
# To activate this environment, use
#
#     $ conda activate {prefix}
#
# To deactivate an active environment, use
#
#     $ conda deactivate
"""


def new_prefix(text: str) -> Path:
    prefix = Path(text).absolute()
    if (prefix / "conda-meta").exists():
        raise CondaError("CondaValueError", f"prefix already exists: {prefix}")
    return prefix


def env_create(options: argparse.Namespace) -> None:
    """conda env create -f FILE -p PREFIX [-y]"""
    prefix = new_prefix(options.prefix)
    wanted = environment_file.read(Path(options.file))
    context = Context()
    channels = [channel for channel in wanted.channels if channel != "nodefaults"]
    if "nodefaults" not in wanted.channels:
        # conda adds the configured channels, and those are `defaults` where nobody set them.
        channels += [channel for channel in context.values["channels"] if channel not in channels]

    async def everything() -> None:
        records = await solve(context, channels, wanted.specs)
        await install(context, records, prefix, wanted.specs)

    run(everything())
    if wanted.pip:
        pip_section.install(wanted.pip, wanted.path, prefix)
    if wanted.variables:
        state = {"version": 1, "env_vars": wanted.variables}
        (prefix / "conda-meta" / "state").write_text(json.dumps(state, indent=2) + "\n")
    print(ACTIVATE_HINT.format(prefix=prefix))


def create(options: argparse.Namespace) -> None:
    """conda create -p PREFIX [-y] [--file FILE] [-c CHANNEL] [SPEC...]"""
    prefix = new_prefix(options.prefix)
    context = Context()
    path = Path(options.list) if options.list else None
    if path and not path.is_file():
        raise CondaError("CondaValueError", f"could not read '{path}'")

    async def everything() -> None:
        if path and explicit.is_explicit(path):
            await install(context, await explicit.records(context, path), prefix, [])
            return
        listed = path.read_text().splitlines() if path else []
        specs = options.specs + [line.strip() for line in listed if line.strip() and not line.startswith("#")]
        configured = [] if options.override_channels else context.values["channels"]
        await install(context, await solve(context, options.channel + configured, specs), prefix, specs)

    run(everything())


def virtual_text(package) -> str:
    """`__glibc=2.36=0`, as conda shows it."""
    return f"{package.name.normalized}={package.version}={package.build_string}"


def info(options: argparse.Namespace) -> None:
    """conda info [--json]"""
    context = Context()
    data = {
        "channels": context.urls(context.values["channels"]),
        "conda_version": VERSION,
        "config_files": [str(path) for path in condarc_files() if path.is_file()],
        "pkgs_dirs": [str(context.pkgs_dir)],
        "platform": "linux-64",
        "root_prefix": str(ROOT_PREFIX),
        "virtual_pkgs": [virtual_text(package.into_generic()) for package in virtual_packages()],
    }
    if options.json:
        print(json.dumps(data, indent=2))
    else:
        print("\n".join(f"{key:>24} : {value}" for key, value in data.items()))


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="conda")
    top.add_argument("-V", "--version", action="version", version=f"conda {VERSION}")
    commands = top.add_subparsers(dest="command", required=True)
    env = commands.add_parser("env").add_subparsers(dest="env_command", required=True).add_parser("create")
    env.set_defaults(run=env_create)
    env.add_argument("-f", "--file", default="environment.yml")
    plain = commands.add_parser("create")
    plain.set_defaults(run=create)
    plain.add_argument("--file", dest="list")
    plain.add_argument("-c", "--channel", action="append", default=[])
    plain.add_argument("--override-channels", action="store_true")
    plain.add_argument("specs", nargs="*")
    for each in (env, plain):
        each.add_argument("-p", "--prefix", required=True)
        for flags in (("-y", "--yes"), ("-q", "--quiet")):
            each.add_argument(*flags, action="store_true")
    about = commands.add_parser("info")
    about.set_defaults(run=info)
    about.add_argument("--json", action="store_true")
    tos = commands.add_parser("tos").add_subparsers(dest="tos_command", required=True).add_parser("accept")
    tos.set_defaults(run=lambda options: accept_terms(options.channel))
    tos.add_argument("--override-channels", action="store_true")
    tos.add_argument("-c", "--channel", action="append", default=[])
    return top


def answer() -> int:
    """Runs the command; an error is printed as conda prints it."""
    options = parser().parse_args()
    try:
        options.run(options)
    except CondaError as error:
        print(f"\n{error.name}: {error}", file=sys.stderr)
        return 1
    except Exception:
        print("\n# >>>>>>>>>>>>>>>>>>>>>> ERROR REPORT <<<<<<<<<<<<<<<<<<<<<<\n", file=sys.stderr)
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    status = answer()
    sys.stdout.flush()
    sys.stderr.flush()
    # py-rattler's threads abort the process at interpreter exit now and then.
    os._exit(status)
