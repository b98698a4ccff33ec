"""Pushes through a proxy that fails, until it has failed often enough; then everything in the registry is pulled and summed.

usage: push_faults.py ENVLIFT [FAULTS] [RATE] [SEED]

Every push must complete with a manifest whose blobs are all there, or end with exit code 6 or 75 and a reason; each image that
arrived is pulled by skopeo and audited. Exit code 1 where one does not.
"""
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, registry, stored_image  # noqa: E402
from support.faulty_proxy import FaultyProxy  # noqa: E402

LOGIN = ("AWS", "pass:word")
AT_ONCE = 4


def images(folder):
    """A few images that share layers, small and of several MB."""
    noise = random.Random(1)
    layers = [{f"opt/data{number}": noise.randbytes(size)} for number, size in enumerate((5_000_000, 1_200_000, 300_000, 2_500_000))]
    for number in range(6):
        path = folder / f"image-{number}.tar"
        code = f"def handler(event, context):\n    return {number}\n".encode()
        stored_image.archive(path, [{"bin/sh": b"#!sh\n", "lambda-entrypoint.sh": b"#!/bin/sh\n"}, *layers[number % 3:], {"var/task/app.py": code}],
                             Entrypoint=["/lambda-entrypoint.sh"], Cmd=["app.handler"], WorkingDir="/var/task")
        yield path


def push(server, folder, image, number, rate, seed):
    """(exit code, reference, stderr, the proxy's count of faults)."""
    proxy = FaultyProxy(server.host, LOGIN, rate=rate, seed=seed + number, bearer=number % 2 == 0)
    home = folder / f"home-{number}"
    home.mkdir()
    config = registry.docker_config(home, proxy.host, LOGIN)
    done = envlift.run("push", f"docker-archive:{image}", "--registry", proxy.host, "--plain-http", "--repository",
                       f"faults/{number % 40}", "--tag", f"t{number}", HOME=home, DOCKER_CONFIG=config, timeout=600)
    proxy.close()
    faults = collections.Counter({name: count for name, count in proxy.counts.items() if name})
    return done.returncode, done.stdout.strip().replace(proxy.host, server.host), done.stderr, faults


def failed_audits(server, references, folder):
    """What `envlift audit` says of the images that it finds errors in, as skopeo pulls them."""
    said = []
    for number, reference in enumerate(sorted(references)):
        layout = f"oci:{folder / f'pulled-{number}'}:image"
        subprocess.run(["skopeo", "copy", "--quiet", "--src-tls-verify=false", "--src-creds", ":".join(LOGIN),
                        f"docker://{reference}", layout], check=True)
        done = envlift.run("audit", layout.removesuffix(":image"), HOME=folder)
        if done.returncode:
            said.append(done.stdout + done.stderr)
    return said


def main(binary, wanted="1000", rate="0.25", seed="0"):
    os.environ["ENVLIFT"] = str(pathlib.Path(binary).resolve())
    faults, codes, reasons, wrong = collections.Counter(), collections.Counter(), collections.Counter(), []
    arrived = {}   # digest -> reference
    server = registry.Registry(LOGIN)
    with tempfile.TemporaryDirectory() as name, concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        folder = pathlib.Path(name)
        made = list(images(folder))
        number = 0
        while faults.total() < int(wanted):
            batch = [pool.submit(push, server, folder, made[one % len(made)], one, float(rate), int(seed))
                     for one in range(number, number + AT_ONCE)]
            number += AT_ONCE
            for future in batch:
                code, reference, said, met = future.result()
                faults += met
                codes[code] += 1
                reason = re.search(r"\[(EL14\d\d)\]", said)
                if code == 0:
                    server.image(reference)
                    arrived[reference.partition("@")[2]] = reference
                elif code in (6, 75) and reason:
                    reasons[reason[1]] += 1
                else:
                    wrong.append((code, said))
        corrupt = server.corrupt_files()
        refused = failed_audits(server, arrived.values(), folder)
    server.close()
    print(f"{number} pushes, {faults.total()} faults: {dict(faults)}")
    print(f"exit codes {dict(codes)}, reasons {dict(reasons)}, corrupt blobs {len(corrupt)}, pushes without a reason {len(wrong)}")
    print(f"{len(arrived)} different images arrived, {len(refused)} with errors in the audit")
    for one in wrong + refused:
        print(one, file=sys.stderr)
    sys.exit(1 if wrong or corrupt or refused else 0)


main(*sys.argv[1:])
