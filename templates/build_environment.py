"""Installs the environment and the runtime interface client into the prefix, and checks what was installed."""
import glob
import json
import os
import re

from build_common import (BUILD, CACHE, Failed, configuration, output, run, run_time_python, say, secret,
                          site_packages, timed)

CONDA = "/opt/conda"
CREDENTIALS = re.compile(r"(://)[^/@\s\"']+@|(/t/)[A-Za-z0-9_-]{8,}")


def write_condarc(config):
    """conda's settings for this build, in the installation's own .condarc; the user's come through CONDARC."""
    lines = ["always_yes: true", "auto_update_conda: false", "notify_outdated_conda: false"]
    if config["channel_alias"]:
        lines.append(f"channel_alias: {json.dumps(config['channel_alias'])}")
    if config["default_channels"]:
        lines.append(f"default_channels: {json.dumps(config['default_channels'])}")
    bundle = secret("ca_bundle")
    if bundle:
        lines.append(f"ssl_verify: {json.dumps(bundle)}")
    with open(os.path.join(CONDA, ".condarc"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def create_with_conda(config):
    write_condarc(config)
    changes = {"CONDA_PKGS_DIRS": os.path.join(CACHE, "pkgs"), "CONDA_PLUGINS_AUTO_ACCEPT_TOS": "no"}
    if config["accept_tos"]:
        changes["CONDA_PLUGINS_AUTO_ACCEPT_TOS"] = "yes"   # conda-anaconda-tos; the user's own consent
    if secret("condarc"):
        changes["CONDARC"] = secret("condarc")
    file = config["conda"]["file"]
    conda = os.path.join(CONDA, "bin", "conda")
    if config["conda"]["explicit"]:
        argv = [conda, "create", "-p", config["prefix"], "--file", file, "-y"]
    else:
        argv = [conda, "env", "create", "-f", file, "-p", config["prefix"], "-y"]
    with timed("creating the environment with conda"):
        run(argv, "conda could not create the environment", cwd=os.path.join(BUILD, "environment"), **changes)


def pip(config, arguments, cause, cwd=None):
    interpreter, changes = run_time_python(config)
    if config["strategy"] == "native":
        # The base's own packages must satisfy nothing: what is needed is installed into the prefix.
        arguments = ["--ignore-installed", "--prefix", config["prefix"], *arguments]
    run([*interpreter, "-m", "pip", "install", "--no-warn-script-location", "--no-compile", *arguments], cause, cwd=cwd,
        **changes)


def install_with_pip(config):
    with timed("installing the requirements with pip"):
        os.makedirs(config["prefix"], exist_ok=True)
        pip(config, ["-r", config["pip"]["file"]], "pip could not install the requirements",
            cwd=os.path.join(BUILD, "environment"))


def installed_client(config):
    found = glob.glob(os.path.join(site_packages(config), "awslambdaric-*.dist-info"))
    return os.path.basename(found[0])[len("awslambdaric-"):-len(".dist-info")] if found else None


def install_client(config):
    """The runtime interface client goes into the environment: the one that the user chose, or the newest that has a
    wheel for this Python. Wheels only: a source build needs a compiler that the base has not."""
    version = installed_client(config)
    if version:
        say(f"the environment brings awslambdaric {version}")
        return
    with timed(f"installing {config['runtime_client']}"):
        pip(config, ["--only-binary", ":all:", "--upgrade-strategy", "only-if-needed", config["runtime_client"]],
            "the runtime interface client could not be installed")


def check_python(config):
    if config["strategy"] != "swap":
        return
    interpreter, _ = run_time_python(config)
    if not os.path.exists(interpreter[0]):
        raise Failed(f"the environment has no Python {config['python']}, which the base image runs")


def check_client(config):
    """Imports the client's native part once: when it is missing the client fails at the first poll, far from here."""
    interpreter, changes = run_time_python(config)
    code = f"import sys; sys.path.insert(0, {site_packages(config)!r}); import runtime_client"
    output([*interpreter, "-c", code], "the runtime interface client's native part cannot be imported", **changes)
    say(f"awslambdaric {installed_client(config)} loads")


def redact_records(config):
    """conda and pip write where things came from, credentials included, into files that ship."""
    patterns = ("conda-meta/*.json", "conda-meta/history", f"lib/python{config['python']}/site-packages/*/direct_url.json")
    for pattern in patterns:
        for path in glob.glob(os.path.join(config["prefix"], pattern)):
            with open(path, encoding="utf-8", errors="surrogateescape") as file:
                text = file.read()
            clean = CREDENTIALS.sub(lambda match: (match[1] or match[2]) + ("" if match[1] else "****"), text)
            if clean != text:
                with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
                    file.write(clean)


def main():
    config = configuration("environment.json")
    if config["conda"]:
        create_with_conda(config)
    else:
        install_with_pip(config)
    check_python(config)
    install_client(config)
    check_client(config)
    redact_records(config)
