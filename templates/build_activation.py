"""Runs the environment's activation once and freezes what it changes into activate.env, which the launcher loads.
At run time neither conda nor an activation script starts."""
import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile

from build_common import interpreter, say, site_packages

# Caches must lie below /tmp, the only writable place; each only where its package is there.
CACHES = {
    "matplotlib": {"MPLCONFIGDIR": "/tmp/matplotlib"},
    "numba": {"NUMBA_CACHE_DIR": "/tmp/numba"},
    "huggingface_hub": {"HF_HOME": "/tmp/huggingface"},
    "transformers": {"HF_HOME": "/tmp/huggingface"},
    "torch": {"TORCH_HOME": "/tmp/torch"},
    "IPython": {"IPYTHONDIR": "/tmp/ipython"},
    # Without /dev/shm no semaphore can be made: joblib would find out by a warning, and go serial as well.
    "joblib": {"JOBLIB_MULTIPROCESSING": "0"},
}
# What a shell sets by itself, and what is the image's to say.
IGNORED = {"_", "PWD", "OLDPWD", "SHLVL", "PS1", "HOME", "PYTHONPATH"}
LISTS = ("PATH", "LD_LIBRARY_PATH")
# Set by the base image, so that "already set" does not mean that the function's configuration set it.
SET_BY_BASE = ("LANG",)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DUMP = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"


def state_variables(config):
    """`conda env config vars`: what conda-meta/state holds."""
    try:
        with open(os.path.join(config["prefix"], "conda-meta", "state"), encoding="utf-8") as file:
            return {name: str(value) for name, value in json.load(file).get("env_vars", {}).items()}
    except (OSError, ValueError):
        return {}


def clean_environment(config):
    """What the activation scripts see: nothing of the build, above all none of its secrets' paths."""
    before = {"PATH": os.path.join(config["prefix"], "bin") + os.pathsep + os.environ.get("PATH", os.defpath),
              "HOME": "/tmp", "CONDA_SHLVL": "1", "CONDA_PREFIX": config["prefix"],
              "CONDA_DEFAULT_ENV": config["prefix"]}
    before.update(state_variables(config))
    before.update(config["variables"])
    return before


def activated(config, before):
    """The variables after etc/conda/activate.d/*.sh, run in conda's order in one shell. Those of conda packages are
    written for bash; sh is what a base without bash has."""
    scripts = sorted(glob.glob(os.path.join(glob.escape(config["prefix"]), "etc", "conda", "activate.d", "*.sh")))
    if not scripts:
        return before
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "variables.json")
        call = " ".join(map(shlex.quote, [interpreter(config), "-I", "-S", "-c", DUMP, dump]))
        # On EXIT, so that a script that exits does not hide what it did before.
        lines = [f"trap {shlex.quote(call)} EXIT"] + [f". {shlex.quote(script)} >&2" for script in scripts]
        shell = shutil.which("bash") or "/bin/sh"
        status = subprocess.call([shell, "-c", "\n".join(lines)], env=before)
        if not os.path.exists(dump):
            say(f"warning: the environment's activation failed (exit {status}): its variables are not set in the image")
            return before
        with open(dump, encoding="utf-8") as file:
            return json.load(file)


def cache_variables(config):
    found = {}
    for package, variables in CACHES.items():
        if os.path.isdir(os.path.join(site_packages(config), package)):
            found.update(variables)
    return found


def certificate_variables(config):
    """SSL_CERT_FILE, where the environment has certificates that its OpenSSL does not find by itself."""
    code = ("import os, ssl\n"
            "paths = ssl.get_default_verify_paths()\n"
            "print(int(bool(paths.cafile or paths.capath and os.listdir(paths.capath))))")
    bundle = os.path.join(config["prefix"], "ssl", "cacert.pem")
    if not os.path.exists(bundle):
        return {}
    process = subprocess.run([interpreter(config), "-I", "-c", code], env={}, stdout=subprocess.PIPE, check=False)
    return {} if process.stdout.strip() == b"1" else {"SSL_CERT_FILE": bundle}


def added_entries(before, after):
    """The entries of a colon list that were added to it."""
    known = before.split(os.pathsep)
    return [entry for entry in after.split(os.pathsep) if entry and entry not in known]


def assignment(name, value):
    """The line that sets a variable; what the function's configuration sets stays."""
    if name in LISTS:
        entries = shlex.quote(value)
        added = f'export {name}={entries}"${{{name}:+:${name}}}"'
        return f'case ":${{{name}-}}:" in *:{entries}:*) ;; *) {added} ;; esac\n'
    if name in SET_BY_BASE:
        base = shlex.quote(os.environ.get(name, ""))
        return f'[ "${{{name}-}}" != {base} ] || export {name}={shlex.quote(value)}\n'
    return f'[ -n "${{{name}+set}}" ] || export {name}={shlex.quote(value)}\n'


def variables(config):
    """{name: value} of all that activate.env sets; for lists the entries to put in front."""
    found = {**cache_variables(config), **certificate_variables(config)}
    if config["strategy"] == "native":
        return {**found, **config["variables"]}
    before = clean_environment(config)
    after = activated(config, before)
    for name in LISTS:
        added = added_entries(before.get(name, ""), after.pop(name, ""))
        if added:
            found[name] = os.pathsep.join(added)
    wanted = {"CONDA_PREFIX", *state_variables(config), *config["variables"]}
    found.update({name: value for name, value in after.items()
                  if name not in IGNORED and (name in wanted or before.get(name) != value)})
    return found


def main(config):
    """Writes activate.env."""
    lines = ["# The environment's activation, run once at build time. The function's own configuration wins.\n"]
    for name, value in sorted(variables(config).items()):
        if NAME.fullmatch(name):
            lines.append(assignment(name, value))
        elif not name.startswith("BASH_FUNC_"):
            say(f"warning: left out the variable {name!r}: it is not a name that a shell can set")
    with open(os.path.join(config["prefix"], "activate.env"), "w", encoding="utf-8") as file:
        file.writelines(lines)
