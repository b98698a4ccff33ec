"""Creates the environment with conda: its settings for this build, and one of two calls."""
import json
import os

import build_installed
import build_pip
from build_common import BUILD, CACHE, Exit, configuration, run, secret, timed

ANACONDA_HOSTS = ("repo.anaconda.com", "repo.continuum.io")
# What `defaults` stands for, where nobody redirected it.
DEFAULTS = {"main", "r", "msys2"}


def listed_channels(path):
    """The channels of an environment.yml whose strings are all JSON strings, as envlift writes it."""
    channels = []
    inside = False
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.startswith((" ", "-")):
                inside = line.startswith("channels:")
            elif inside and line.strip().startswith("- "):
                channels.append(json.loads(line.strip()[2:]))
    return channels


def locked_channels(path):
    """The channels of an explicit lock: CHANNEL/SUBDIR/FILE#HASH."""
    with open(path, encoding="utf-8") as file:
        urls = [line.strip() for line in file if "://" in line and not line.startswith("#")]
    return list(dict.fromkeys(url.rsplit("/", 2)[0] for url in urls))


def short_name(channel):
    """`main` for Anaconda's main channel in each of its spellings, `defaults` for that name; None for a channel
    that is not Anaconda's own."""
    for host in ANACONDA_HOSTS:
        if host in channel:
            return channel.rstrip("/").rsplit("/", 1)[-1]
    if channel.startswith("pkgs/"):
        return channel[len("pkgs/"):]
    return channel if channel == "defaults" or channel in DEFAULTS else None


def are_terms_accepted(channels, config):
    """Whether the user accepted the terms of every channel that has some: conda knows all or none."""
    open_ones = {short_name(channel) for channel in channels} - {None}
    if config["default_channels"]:
        open_ones.discard("defaults")
    accepted = {short_name(channel) or channel for channel in config["accept_tos"]}
    if "defaults" in accepted:
        accepted |= DEFAULTS
    elif {"main", "r"} <= accepted:
        accepted.add("defaults")
    return bool(accepted) and open_ones <= accepted


def condarc(config, channels):
    """conda's settings. They are JSON, which is YAML. The channels stand there although the file names them, too:
    conda-anaconda-tos looks at the configured ones, and those are `defaults` where none are configured."""
    settings = {"always_copy": True, "always_yes": True, "auto_update_conda": False, "notify_outdated_conda": False}
    settings["channels"] = [channel for channel in channels if channel != "nodefaults"]
    if config["channel_alias"]:
        settings["channel_alias"] = config["channel_alias"]
    if config["default_channels"]:
        settings["default_channels"] = config["default_channels"]
    if secret("ca_bundle"):
        settings["ssl_verify"] = secret("ca_bundle")
    return json.dumps(settings, indent=2) + "\n"


def create(config):
    """Creates the prefix from environment.yml or an explicit lock; Failed when conda cannot."""
    folder = os.path.join(BUILD, "environment")
    conda = configuration("installer.json")["prefix"]
    file, explicit = config["conda"]["file"], config["conda"]["explicit"]
    channels = (locked_channels if explicit else listed_channels)(os.path.join(folder, file))
    with open(os.path.join(conda, ".condarc"), "w", encoding="utf-8") as settings:
        settings.write(condarc(config, channels))
    program = os.path.join(conda, "bin", "conda")
    if explicit:
        argv = [program, "create", "-p", config["prefix"], "--file", file, "-y"]
    else:
        argv = [program, "env", "create", "-f", file, "-p", config["prefix"], "-y"]
    with timed("creating the environment with conda"), build_pip.refusals_named() as log:
        run(argv, "conda could not create the environment", Exit.CONDA, cwd=folder,
            CONDA_PKGS_DIRS=os.path.join(CACHE, "pkgs"), CONDARC=secret("condarc"), PIP_LOG=log,
            PIP_REPORT=build_installed.next_report(), PIP_COMPILE="0",
            CONDA_PLUGINS_AUTO_ACCEPT_TOS="yes" if are_terms_accepted(channels, config) else "no")
