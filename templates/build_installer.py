"""Fetches the conda installer, checks its SHA-256 and runs it."""
import glob
import hashlib
import http.client
import importlib.util
import os
import shlex
import shutil
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request

from build_common import HERE, Exit, Failed, configuration, run, say, secret, timed

ATTEMPTS = 4
TRANSIENT_STATUSES = (408, 425, 429)
# What published installers call and minimal bases may lack; build_tools.py stands in.
STAND_INS = ("awk", "ldd")


def trusted_certificates():
    """The CA bundle of the build; else None for OpenSSL's own; else pip's, where OpenSSL's folders are empty."""
    if secret("ca_bundle"):
        return secret("ca_bundle")
    paths = ssl.get_default_verify_paths()
    pip = importlib.util.find_spec("pip")
    if paths.cafile or (paths.capath and os.listdir(paths.capath)) or pip is None:
        return None
    bundle = os.path.join(os.path.dirname(pip.origin), "_vendor", "certifi", "cacert.pem")
    return bundle if os.path.exists(bundle) else None


def fetch(url, path):
    """Writes the URL's bytes to the path; OSError or HTTPException when they do not come whole."""
    context = ssl.create_default_context(cafile=trusted_certificates())
    with urllib.request.urlopen(url, timeout=60, context=context) as answer, open(path, "wb") as file:
        shutil.copyfileobj(answer, file, 1 << 20)
        expected = answer.headers.get("Content-Length")
        if expected is not None and file.tell() != int(expected):
            raise OSError(f"the connection ended after {file.tell()} of {expected} bytes")


def is_transient(error):
    """Whether a retry may help: not for a refusal by the server, a certificate or a file that is not there."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= 500 or error.code in TRANSIENT_STATUSES
    reason = getattr(error, "reason", error)
    return not isinstance(reason, (ssl.SSLCertVerificationError, FileNotFoundError, PermissionError, str))


def download(url, path):
    for attempt in range(1, ATTEMPTS + 1):
        try:
            fetch(url, path)
            return
        except (OSError, http.client.HTTPException) as error:
            if not is_transient(error) or attempt == ATTEMPTS:
                status = Exit.TRANSIENT if is_transient(error) else Exit.DOWNLOAD
                raise Failed(f"the installer cannot be downloaded from {url}: {error}", status) from error
            say(f"{error}; trying again in {2 ** attempt} s")
            time.sleep(2 ** attempt)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def write_stand_ins(folder):
    """Writes programs for the tools that the base lacks. They are shell scripts because installers unset
    LD_LIBRARY_PATH, without which the base's Python does not start."""
    os.makedirs(folder, exist_ok=True)
    for tool in STAND_INS:
        if shutil.which(tool):
            continue
        path = os.path.join(folder, tool)
        libraries = shlex.quote(os.environ.get("LD_LIBRARY_PATH", ""))
        call = " ".join(map(shlex.quote, [sys.executable, os.path.join(HERE, "build_tools.py"), tool]))
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nLD_LIBRARY_PATH={libraries} exec {call} \"$@\"\n")
        os.chmod(path, 0o755)


def check_libc():
    """conda's packages and manylinux wheels need the GNU C library."""
    if glob.glob("/lib/ld-musl-*"):
        raise Failed("the base image has musl: conda's packages need a base with glibc", Exit.INSTALLER)


def main():
    config = configuration("installer.json")
    check_libc()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "installer.sh")   # its own header insists on the suffix
        with timed(f"downloading {config['url']}"):
            download(config["url"], path)
        found = sha256(path)
        if found != config["sha256"].lower():
            raise Failed(f"the installer's SHA-256 is {found}, not {config['sha256']}: {config['url']}", Exit.CHECKSUM)
        tools = os.path.join(folder, "tools")
        write_stand_ins(tools)
        with timed("installing conda"):
            run(["sh", path, "-b", "-p", config["prefix"]], "the conda installer failed", Exit.INSTALLER, HOME=folder,
                PATH=os.environ["PATH"] + os.pathsep + tools)
