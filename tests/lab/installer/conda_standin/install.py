"""Solving and installing, with py-rattler."""

import asyncio
import datetime
import re
import sys
from pathlib import Path

import rattler
from rattler.exceptions import GatewayError, InstallerError, InvalidMatchSpecError, SolverError

from . import VERSION
from .context import Context
from .errors import (
    CondaError,
    http_error,
    packages_not_found,
    refused,
    ssl_error,
    unavailable_channel,
    unsatisfiable,
)

SUBDIRS = ["linux-64", "noarch"]


class step:
    """conda's progress line: `Solving environment: ...working... done`."""

    def __init__(self, title: str):
        self.title = title

    def __enter__(self):
        print(f"{self.title}: ...working... ", end="", flush=True)

    def __exit__(self, kind, _value, _trace):
        print("failed" if kind else "done", flush=True)


def virtual_packages() -> list:
    """Including __glibc, which CONDA_OVERRIDE_GLIBC sets."""
    return rattler.VirtualPackage.detect(overrides=rattler.VirtualPackageOverrides.from_env())


def parse(specs: list[str]) -> list[rattler.MatchSpec]:
    found = []
    for spec in specs:
        try:
            found.append(rattler.MatchSpec(spec))
        except InvalidMatchSpecError as error:
            raise CondaError("InvalidMatchSpec", f"Invalid spec '{spec}': {error}") from error
    return found


def with_channel_urls(context: Context, specs: list[str]) -> tuple[list[str], list[str]]:
    """SPECS with `channel::` written as the channel's URL, and those URLs: conda adds such a
    channel to the ones it searches."""
    written, urls = [], []
    for spec in specs:
        channel, mark, rest = spec.rpartition("::")
        if mark:
            url = context.urls([channel])[0]
            urls.append(url)
            spec = f"{url}::{rest}"
        written.append(spec)
    return written, urls


def chain(error: BaseException) -> str:
    """The messages of an error and of everything it came from."""
    texts = []
    while error:
        texts.append(str(error))
        error = error.__cause__ or error.__context__
    return ": ".join(texts)


def download_error(error: BaseException, urls: list[str]) -> CondaError:
    """conda's words for what the library says about a failed download."""
    text = chain(error)
    found = re.search(r"https?://[^\s)>,'\"]+", text)
    url = found[0] if found else urls[0]
    if re.search("certificate|tls|ssl", text, re.I):
        return ssl_error(text)
    status = re.search(r"\b([45]\d\d) ([A-Z][A-Za-z ]+)", text)
    if status and status[1] == "401":
        return refused(url)
    if status and status[1] in ("403", "404") or "not found" in text.lower():
        channel = next((each for each in urls if url.startswith(each)), url)
        words = f"{status[1]} {status[2].strip().upper()}" if status else "404 NOT FOUND"
        return unavailable_channel(words, channel.rsplit("/", 1)[-1], channel)
    return http_error(
        f"{status[1]} {status[2].strip().upper()}" if status else "000 CONNECTION FAILED", url, text
    )


def solver_error(error: SolverError, specs: list[str], answers: list, urls: list[str]) -> CondaError:
    """A spec that nothing in the channels matches is told apart from specs that exclude each other."""
    records = [record for answer in answers for record in answer]
    missing = [
        spec
        for spec, match in zip(specs, parse(specs), strict=True)
        if not any(match.matches(record) for record in records)
    ]
    return packages_not_found(missing, urls) if missing else unsatisfiable(str(error))


async def solve(context: Context, channels: list[str], specs: list[str]) -> list[rattler.RepoDataRecord]:
    """The records that satisfy SPECS, from CHANNELS in their order."""
    specs, named = with_channel_urls(context, specs)
    urls = list(dict.fromkeys(context.urls(channels) + named))
    context.check_terms(urls)
    matches = parse(specs)
    context.export_ca_bundle()
    gateway = rattler.Gateway(
        client=rattler.Client.default_client(),  # the gateway's own knows no netrc
        cache_dir=context.pkgs_dir / "cache",
        default_config=rattler.SourceConfig(
            jlap_enabled=False, zstd_enabled=True, bz2_enabled=False, sharded_enabled=False
        ),
    )
    sources = [rattler.Channel(url) for url in urls]
    print(
        "Channels:\n" + "".join(f" - {channel}\n" for channel in channels) + "Platform: linux-64", flush=True
    )
    with step("Collecting package metadata (repodata.json)"):
        try:
            answers = await gateway.query(
                sources, SUBDIRS, [match for match in matches if match.name], recursive=True
            )
        except GatewayError as error:
            raise download_error(error, urls) from error
    strict = (
        rattler.ChannelPriority.Disabled
        if context.values["channel_priority"] == "disabled"
        else rattler.ChannelPriority.Strict
    )
    with step("Solving environment"):
        try:
            return await rattler.solve(
                sources,
                matches,
                gateway=gateway,
                platforms=SUBDIRS,
                virtual_packages=virtual_packages(),
                channel_priority=strict,
                add_pip_as_python_dependency=True,
            )
        except SolverError as error:
            raise solver_error(error, specs, answers, urls) from error


async def install(
    context: Context, records: list[rattler.RepoDataRecord], prefix: Path, specs: list[str]
) -> None:
    """Downloads and links RECORDS into PREFIX."""
    prefix.mkdir(parents=True, exist_ok=True)
    try:
        with step("\nDownloading and Extracting Packages"):
            await rattler.install(
                records,
                prefix,
                cache_dir=context.pkgs_dir,
                show_progress=False,
                client=rattler.Client.default_client(),
                execute_link_scripts=True,
                # py-rattler 0.28 hands the list to its Rust half as it is.
                requested_specs=[match._match_spec for match in parse(specs)],
            )
    except InstallerError as error:
        raise download_error(error, [record.url for record in records]) from error
    for title in ("Preparing transaction", "Verifying transaction", "Executing transaction"):
        with step(title):
            pass
    write_history(prefix, records, specs)


def write_history(prefix: Path, records: list[rattler.RepoDataRecord], specs: list[str]) -> None:
    """conda-meta/history; a folder without it is no environment to conda."""
    now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"==> {now} <==", f"# cmd: {' '.join(sys.argv)}", f"# conda version: {VERSION}"]
    for record in records:
        channel = (record.channel or "").rstrip("/").rsplit("/", 1)[-1]
        lines.append(f"+{channel}/{record.subdir}::{record.name.normalized}-{record.version}-{record.build}")
    lines.append(f"# update specs: {specs!r}")
    history = prefix / "conda-meta" / "history"
    history.parent.mkdir(parents=True, exist_ok=True)
    with history.open("a") as file:
        file.write("\n".join(lines) + "\n")


def run(coroutine):
    """One event loop for everything; py-rattler's futures belong to it."""
    return asyncio.run(coroutine)
