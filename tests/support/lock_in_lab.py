"""Solves against a channel and locks the answer; run with the lab's Python, which has py-rattler.

usage: lock_in_lab.py CHANNEL FOLDER SPEC…

Writes FOLDER/pixi.lock, by the library that pixi writes it with, and FOLDER/records.json, for other locks.
"""
import asyncio
import json
import os
import pathlib
import sys

import rattler

PLATFORM = "linux-64"


async def solved(channel, folder, specs):
    # Shards are not served, and a cache of a user's own could know another build of the lab.
    config = rattler.SourceConfig(bz2_enabled=False, sharded_enabled=False)
    gateway = rattler.Gateway(cache_dir=folder / "repodata", default_config=config)
    return await rattler.solve([rattler.Channel(channel)], specs, gateway=gateway, platforms=[PLATFORM, "noarch"],
                               virtual_packages=rattler.VirtualPackage.detect())


def as_json(record):
    return {"name": record.name.normalized, "version": str(record.version), "build": str(record.build),
            "url": record.url, "md5": record.md5.hex(), "sha256": record.sha256.hex(), "depends": record.depends}


def main(channel, folder, *specs):
    folder = pathlib.Path(folder)
    records = sorted(asyncio.run(solved(channel, folder, specs)), key=lambda record: record.name.normalized)
    (folder / "records.json").write_text(json.dumps([as_json(record) for record in records]), encoding="utf-8")
    platform = rattler.LockPlatform(PLATFORM)
    lock = rattler.LockFile([platform])
    lock.set_channels("default", [rattler.LockChannel(channel)])
    for record in records:
        lock.add_conda_package("default", platform, record)
    lock.to_path(folder / "pixi.lock")


main(*sys.argv[1:])
sys.stdout.flush()
os._exit(0)   # py-rattler's threads abort the process at interpreter exit now and then
