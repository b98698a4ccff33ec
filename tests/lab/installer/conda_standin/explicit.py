"""`conda create --file` with an @EXPLICIT list: URLs with checksums, nothing solved."""

import base64
import hashlib
import netrc
import os
import ssl
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import rattler

from .context import Context
from .errors import CondaError, checksum_mismatch, http_error, ssl_error


def is_explicit(path: Path) -> bool:
    return any(line.strip() == "@EXPLICIT" for line in path.read_text().splitlines())


def entries(path: Path) -> list[tuple[str, str]]:
    """(URL, checksum or empty) of every line."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    urls = [line for line in lines if line and not line.startswith(("#", "@"))]
    return [(url, checksum) for url, _, checksum in (line.partition("#") for line in urls)]


def login(url: str) -> dict[str, str]:
    """The header for the URL's host, from the netrc that NETRC names, as requests reads it for conda."""
    file = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    found = netrc.netrc(file).authenticators(urllib.parse.urlsplit(url).hostname) if file.is_file() else None
    if not found:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"{found[0]}:{found[2]}".encode()).decode()}


def download(context: Context, url: str) -> bytes:
    request = urllib.request.Request(url, headers=login(url))
    try:
        with urllib.request.urlopen(
            request, context=ssl.create_default_context(cafile=context.ca_bundle)
        ) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise http_error(f"{error.code} {str(error.reason).upper()}", url) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            raise ssl_error(str(error.reason)) from error
        raise http_error("000 CONNECTION FAILED", url, str(error.reason)) from error


def verify(url: str, data: bytes, checksum: str) -> None:
    """`#MD5` or `#sha256:SHA256`, as conda writes them."""
    if not checksum:
        return
    kind, _, value = checksum.rpartition(":")
    kind = kind or ("sha256" if len(value) == 64 else "md5")
    actual = hashlib.new(kind, data).hexdigest()
    if actual != value.lower():
        raise checksum_mismatch(url, kind, value, actual)


async def record(url: str, data: bytes, folder: Path) -> rattler.RepoDataRecord:
    """The record that repodata would have, read from the package itself."""
    channel, _subdir, name = url.rsplit("/", 2)
    archive = folder / name
    archive.write_bytes(data)
    package = await rattler.RepoDataRecord.from_package_archive(archive)
    archive.unlink()
    return rattler.RepoDataRecord(package, name, url, channel)


async def records(context: Context, path: Path) -> list[rattler.RepoDataRecord]:
    """Every package of the list, downloaded once for its checksum and its metadata."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for url, checksum in entries(path):
            if not url.endswith((".conda", ".tar.bz2")):
                raise CondaError("ParseError", f"Could not parse explicit URL: {url}")
            data = download(context, url)
            verify(url, data, checksum)
            found.append(await record(url, data, Path(folder)))
    context.check_terms([each.channel for each in found])
    return found
