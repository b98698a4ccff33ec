"""Runs the environment's activation once and freezes what it changes into activate.env, which the launcher loads.
At run time neither conda nor an activation script starts."""
import glob
import json
import os
import subprocess

from build_common import Failed, say, site_packages

# Caches must lie below /tmp, the only writable place; each only where its package is there.
CACHES = {
    "matplotlib": {"MPLCONFIGDIR": "/tmp/matplotlib"},
    "numba": {"NUMBA_CACHE_DIR": "/tmp/numba"},
    "huggingface_hub": {"HF_HOME": "/tmp/huggingface"},
    "torch": {"TORCH_HOME": "/tmp/torch"},
    "nltk": {"NLTK_DATA": "/tmp/nltk_data"},
    "joblib": {"JOBLIB_MULTIPROCESSING": "0"},   # no /dev/shm in Lambda: its semaphores cannot be made
}
# What a shell sets by itself, and what belongs to conda's own prompt and stack.
IGNORED = {"_", "PWD", "OLDPWD", "SHLVL", "PATH", "PS1", "HOME"}


def activated(config):
    """The variables that etc/conda/activate.d/*.sh leave behind, run in order in one clean shell."""
    prefix = config["prefix"]
    scripts = sorted(glob.glob(os.path.join(prefix, "etc/conda/activate.d/*.sh")))
    clean = {"PATH": f"{prefix}/bin:/usr/bin:/bin", "HOME": "/tmp", "CONDA_PREFIX": prefix, "CONDA_SHLVL": "1",
             "CONDA_DEFAULT_ENV": prefix}
    if not scripts:
        return {}
    shell = "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh"
    dump = "import json, os; print('\\n' + json.dumps(dict(os.environ)))"
    python = os.path.join(prefix, "bin", f"python{config['python']}")
    lines = [f". '{script}' >&2" for script in scripts] + [f"'{python}' -E -c \"{dump}\""]
    process = subprocess.run([shell, "-c", "\n".join(lines)], env=clean, stdout=subprocess.PIPE, universal_newlines=True,
                             check=False)
    if process.returncode != 0:
        raise Failed(f"the environment's activation failed (exit {process.returncode})")
    after = json.loads(process.stdout.strip().splitlines()[-1])
    return {name: value for name, value in after.items() if name not in IGNORED and clean.get(name) != value}


def state_variables(config):
    """`conda env config vars`: what conda-meta/state holds."""
    try:
        with open(os.path.join(config["prefix"], "conda-meta/state"), encoding="utf-8") as file:
            return json.load(file).get("env_vars", {})
    except (OSError, ValueError):
        return {}


def cache_variables(config):
    packages = site_packages(config)
    found = {}
    for package, variables in CACHES.items():
        if os.path.isdir(os.path.join(packages, package)):
            found.update(variables)
    return found


def quoted(value):
    return "'" + value.replace("'", "'\\''") + "'"


def main(config):
    prefix = config["prefix"]
    variables = cache_variables(config)
    if config["strategy"] == "swap":
        variables["CONDA_PREFIX"] = prefix
        variables.update(activated(config))
        variables.update(state_variables(config))
    variables.update(config["variables"])
    lines = ["# Written at build time: the environment's activation. The function's own configuration wins.\n"]
    for name in sorted(variables):
        if not name.replace("_", "a").isalnum() or "\n" in variables[name]:
            say(f"left out the variable {name!r}: it is not a name, or holds more than one line")
            continue
        lines.append(f'[ -n "${{{name}+set}}" ] || export {name}={quoted(variables[name])}\n')
    with open(os.path.join(prefix, "activate.env"), "w", encoding="utf-8") as file:
        file.writelines(lines)
