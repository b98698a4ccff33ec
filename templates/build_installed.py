"""What was installed and where it came from, for `envlift lock`; and the installers' own records without what tells a
solved installation from one out of a lock."""
import glob
import json
import os
import urllib.parse

from build_common import BUILD, CHANNEL_TOKEN, USER_INFO, site_packages
from build_records import conda_packages, distributions, normalized

CONDA_KEYS = ("name", "version", "build", "channel", "subdir", "url", "md5", "sha256")
# Of conda-meta: what a package is. The rest is how and for whom it was installed, or comes of a channel's index, which
# corrects dependencies later and which an explicit list does without.
OF_THE_PACKAGE = ("name", "version", "build", "build_number", "channel", "subdir", "url", "sha256", "noarch", "license",
                  "files", "paths_data")
# A folder without conda-meta/history is no environment to conda.
HISTORY_HEAD = "==> 1970-01-01 00:00:00 <==\n"


def next_report():
    """A file for what pip's next run installs, as the variable PIP_REPORT: a pip older than 22.2, which knows no
    reports, passes it over."""
    folder = os.path.join(BUILD, "reports")
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f"{len(os.listdir(folder)):03}.json")


def plain(url):
    """A URL without credentials: who uses the lock gives them in a netrc or a condarc."""
    return CHANNEL_TOKEN.sub(lambda match: match[1][:-len("/t/")], USER_INFO.sub("://", url or ""))


def place_of(url):
    """{"path"} below the build context's folder of the environment for what came with it, else {"url"}."""
    parts = urllib.parse.urlsplit(url)
    folder = os.path.join(os.path.realpath(BUILD), "environment") + os.sep
    path = os.path.realpath(urllib.parse.unquote(parts.path)) if parts.scheme == "file" else ""
    return {"path": path[len(folder):]} if path.startswith(folder) else {"url": plain(url)}


def hashes_of(archive):
    """{algorithm: digits} of a report's archive_info; early pips have `hash` alone."""
    name, _, digits = (archive.get("hash") or "").partition("=")
    return archive.get("hashes") or ({name: digits} if digits else {})


def source_of(item):
    """Where pip had a distribution from: a row without name and version."""
    info = item["download_info"]
    row = {**place_of(info["url"]), "direct": bool(item.get("is_direct")), "hashes": {}}
    if info.get("subdirectory"):
        row["subdirectory"] = info["subdirectory"]
    if "archive_info" in info:
        row["hashes"] = hashes_of(info["archive_info"])
    elif "vcs_info" in info:
        row.update(vcs=info["vcs_info"]["vcs"], commit=info["vcs_info"]["commit_id"])
    return row


def reported():
    """{normalised name: (version, source)} of pip's reports; the last run counts."""
    found = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(BUILD), "reports", "*.json"))):
        with open(path, encoding="utf-8") as file:
            for item in json.load(file)["install"]:
                found[normalized(item["metadata"]["name"])] = (item["metadata"]["version"], source_of(item))
    return found


def pip_distributions(config, known):
    """The distributions that pip installed. conda's have their METADATA in conda-meta."""
    owned = set().union(*(package.files for package in conda_packages(config["prefix"])))
    return [one for name, one in sorted(distributions(site_packages(config)).items())
            if name in known or os.path.join(one.folder, "METADATA") not in owned]


def pip_rows(config):
    known = reported()
    rows = []
    for one in pip_distributions(config, known):
        version, source = known.get(normalized(one.name), ("", {}))
        rows.append({"name": normalized(one.name), "version": one.version,
                     **(source if version == one.version else {})})
    return rows


def conda_rows(config):
    rows = []
    for package in conda_packages(config["prefix"]):
        with open(package.path, encoding="utf-8") as file:
            record = json.load(file)
        row = {key: str(record.get(key) or "") for key in CONDA_KEYS}
        rows.append({**row, "url": plain(row["url"]), "channel": plain(row["channel"]),
                     "depends": record.get("depends") or []})
    return rows


def record(config):
    """Writes installed.json, which goes into the index of the layers."""
    with open(os.path.join(BUILD, "installed.json"), "w", encoding="utf-8") as file:
        json.dump({"conda": conda_rows(config), "pip": pip_rows(config)}, file)


def forget(distribution, name):
    """Removes a file of a .dist-info folder, and its row in RECORD."""
    path = os.path.join(distribution.folder, name)
    if not os.path.exists(path):
        return
    os.unlink(path)
    listed = f"{os.path.basename(distribution.folder)}/{name}"
    file_list = os.path.join(distribution.folder, "RECORD")
    if os.path.exists(file_list):
        with open(file_list, encoding="utf-8", newline="") as file:
            lines = [line for line in file if not line.startswith(f"{listed},")]
        with open(file_list, "w", encoding="utf-8", newline="") as file:
            file.writelines(lines)


def says_nothing(distribution, indexed):
    """Whether direct_url.json names a folder of the build, or the URL of a lock for what came from an index."""
    try:
        with open(os.path.join(distribution.folder, "direct_url.json"), encoding="utf-8") as file:
            place = place_of(json.load(file)["url"])
    except (OSError, ValueError, KeyError):
        return False
    return "path" in place or normalized(distribution.name) in indexed


def make_alike_pip(config):
    """Whatever pip was asked for by name or found itself: REQUESTED tells the two apart, and in a lock all are asked
    for."""
    indexed = set((config["pip"] or {}).get("indexed", []))
    for one in pip_distributions(config, reported()):
        forget(one, "REQUESTED")
        if says_nothing(one, indexed):
            forget(one, "direct_url.json")


def make_alike_conda(config):
    """conda-meta: the packages, whichever command brought them and when."""
    lines = []
    for package in conda_packages(config["prefix"]):
        with open(package.path, encoding="utf-8") as file:
            known = json.load(file)
        kept = {key: known[key] for key in OF_THE_PACKAGE if known.get(key) is not None}
        kept["channel"] = str(known.get("channel") or "").rstrip("/")
        if not known.get("sha256") and known.get("md5"):
            kept["md5"] = known["md5"]
        with open(package.path, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=2, sort_keys=True)
        channel = kept["channel"].rsplit("/", 1)[-1]
        lines.append(f"+{channel}/{kept.get('subdir')}::{kept.get('name')}-{kept.get('version')}-{kept.get('build')}\n")
    if config["conda"]:
        with open(os.path.join(config["prefix"], "conda-meta", "history"), "w", encoding="utf-8") as file:
            file.write(HISTORY_HEAD + "".join(sorted(lines)))


def main(config):
    record(config)
    make_alike_pip(config)
    make_alike_conda(config)
