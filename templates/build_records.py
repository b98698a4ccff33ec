"""What is written down about installed packages: pip's RECORD and METADATA, conda's conda-meta."""
import base64
import collections
import csv
import glob
import hashlib
import json
import os
import re
from email.parser import HeaderParser

from build_common import redacted, say, site_packages

Distribution = collections.namedtuple("Distribution", "name version folder requires")
CondaPackage = collections.namedtuple("CondaPackage", "name version path files")   # path: its file in conda-meta


def normalized(name):
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required_names(headers):
    """The distributions that METADATA requires without an extra being asked for."""
    names = set()
    for line in headers.get_all("Requires-Dist", []):
        requirement, _, marker = line.partition(";")
        match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
        if match and "extra" not in marker:
            names.add(normalized(match[1]))
    return names


def distributions(packages):
    """{normalised name: Distribution} of the .dist-info folders."""
    found = {}
    for folder in sorted(glob.glob(os.path.join(glob.escape(packages), "*.dist-info"))):
        try:
            with open(os.path.join(folder, "METADATA"), encoding="utf-8", errors="replace") as file:
                headers = HeaderParser().parse(file, headersonly=True)
        except OSError:
            continue
        if headers["Name"]:
            found[normalized(headers["Name"])] = Distribution(
                headers["Name"], headers["Version"] or "", folder, required_names(headers))
    return found


def recorded_files(distribution):
    """The absolute paths that a distribution's RECORD names."""
    try:
        with open(os.path.join(distribution.folder, "RECORD"), encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except OSError:
        return []
    packages = os.path.dirname(distribution.folder)
    return [os.path.normpath(os.path.join(packages, row[0])) for row in rows]


def conda_packages(prefix):
    """[CondaPackage], with absolute paths, of conda-meta."""
    found = []
    for path in sorted(glob.glob(os.path.join(glob.escape(prefix), "conda-meta", "*.json"))):
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        files = {os.path.join(prefix, name) for name in record.get("files", [])}
        found.append(CondaPackage(record.get("name", ""), record.get("version", ""), path, files))
    return found


def warn_of_replaced_files(config):
    """conda takes a package whose files pip replaced for whole; it is neither of the two."""
    packages = conda_packages(config["prefix"])
    owned = set().union(*(package.files for package in packages))
    for one in distributions(site_packages(config)).values():
        if os.path.join(one.folder, "METADATA") in owned:
            continue   # conda's own
        files = set(recorded_files(one))
        for package in packages:
            if files & package.files:
                say(f"warning: pip's {one.name} {one.version} replaced files of conda's {package.name}: "
                    "list the package in one of the two sections only")


def update_records(config, paths):
    """Corrects the RECORD rows of distributions' files that were rewritten."""
    packages, changed = site_packages(config), set(paths)
    for record in sorted(glob.glob(os.path.join(glob.escape(packages), "*.dist-info", "RECORD"))) if changed else []:
        with open(record, encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
        touched = [row for row in rows if os.path.normpath(os.path.join(packages, row[0])) in changed]
        for row in touched:
            row[1:] = hash_and_size(os.path.join(packages, row[0]))
        if touched:
            with open(record, "w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)


def hash_and_size(path):
    """The two last columns of a RECORD row."""
    with open(path, "rb") as file:
        data = file.read()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return [f"sha256={digest}", len(data)]


# conda's history has the time of each change; a folder without this file is no environment to conda.
CHANGED_AT = re.compile(r"^==> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d <==$", re.MULTILINE)


def redact(config):
    """conda and pip write down where packages came from, credentials included, into files that ship; and when, which
    would make each build another one."""
    patterns = [os.path.join(glob.escape(config["prefix"]), "conda-meta", name) for name in ("*.json", "history")]
    patterns.append(os.path.join(glob.escape(site_packages(config)), "*.dist-info", "direct_url.json"))
    for path in [path for pattern in patterns for path in glob.glob(pattern)]:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            text = file.read()
        clean = CHANGED_AT.sub("==> 1970-01-01 00:00:00 <==", redacted(text))
        if clean != text:
            with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(clean)
            update_records(config, [path])
