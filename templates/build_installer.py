"""Fetches the conda installer, checks its SHA-256 and runs it."""
import hashlib
import os
import shutil
import ssl
import tempfile
import time
import urllib.error
import urllib.request

from build_common import HERE, Failed, configuration, run, say, secret, timed

ATTEMPTS = 4


def download(url, path):
    """Writes the URL's bytes to the path; transient failures are tried again."""
    context = ssl.create_default_context(cafile=secret("ca_bundle"))
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(url, timeout=60, context=context) as answer, open(path, "wb") as file:
                shutil.copyfileobj(answer, file, 1 << 20)
            return
        except (OSError, urllib.error.URLError) as error:
            status = getattr(error, "code", None)
            transient = status is None or status in (408, 429) or status >= 500
            if not transient or attempt == ATTEMPTS:
                raise Failed(f"the installer cannot be downloaded from {url}: {error}", 75 if transient else 1) from error
            say(f"{error}; trying again")
            time.sleep(2 ** attempt)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def shims(folder):
    """Tools that installers call and minimal bases lack, each by the base's own Python. Installers read the glibc
    version with awk: `awk 'NR==1{print $NF}'` and `awk '{print $NF}'`."""
    if shutil.which("awk"):
        return ""
    import sys

    path = os.path.join(folder, "awk")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"#!{sys.executable}\n"
                   "import re, sys\n"
                   "match = re.fullmatch(r'\\s*(NR==1)?\\s*\\{\\s*print \\$(NF|\\d+);?\\s*(?:exit;?)?\\s*\\}\\s*', sys.argv[1])\n"
                   "if match is None:\n"
                   "    sys.exit('awk: this stand-in prints fields only')\n"
                   "for number, line in enumerate(sys.stdin, 1):\n"
                   "    fields = line.split()\n"
                   "    if match[1] and number > 1:\n"
                   "        break\n"
                   "    which = len(fields) if match[2] == 'NF' else int(match[2])\n"
                   "    print(line.rstrip() if which == 0 else fields[which - 1] if which <= len(fields) else '')\n")
    os.chmod(path, 0o755)
    return folder + ":"


def main():
    config = configuration("installer.json")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "installer.sh")
        with timed(f"downloading the installer {config['url']}"):
            download(config["url"], path)
        found = sha256(path)
        if found != config["sha256"]:
            raise Failed(f"the installer's SHA-256 is {found}, not {config['sha256']}: {config['url']}")
        with timed("installing conda"):
            tools = os.path.join(folder, "tools")
            os.mkdir(tools)
            # The base's own interpreter serves the shim, so it needs the base's libraries; conda's tools are static.
            run(["sh", path, "-b", "-p", config["prefix"]], "the conda installer failed", cwd=HERE,
                PATH=shims(tools) + os.environ["PATH"], HOME=folder)
