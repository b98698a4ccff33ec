"""Conda packages for generated locks, and the rows of what envlift read of them."""
SUBDIRS = ["linux-64", "linux-aarch64", "osx-arm64", "win-64"]
NAMES = ["numpy", "python", "_libgcc_mutex", "r-base", "libstdcxx-ng", "ruamel.yaml", "openssl", "tzdata", "ca-certificates"]
WHEELS = ["idna", "Flask", "zope_interface", "charset_normalizer", "six"]
CHANNELS = ["https://conda.anaconda.org/conda-forge", "https://repo.anaconda.com/pkgs/main", "https://conda.example.com/a/b"]


def hexadecimal(rng, length):
    return "".join(rng.choice("0123456789abcdef") for _ in range(length))


def some(rng, subdir):
    """Packages of a platform, a few of them noarch."""
    found = []
    for name in rng.sample(NAMES, rng.randint(1, 6)):
        version = rng.choice(["1.2.3", "2024a", "3.0.1", "1.1.1w", "3.11.9", "0.1"])
        build = rng.choice(["py311h1234567_0", "0", "h0a1b2c3_1", "0_cp311", "pyhd8ed1ab_0"])
        place = "noarch" if rng.random() < 0.2 else subdir
        ending = rng.choice([".conda", ".conda", ".tar.bz2"])
        url = f"{rng.choice(CHANNELS)}/{place}/{name}-{version}-{build}{ending}"
        found.append({"name": name, "version": version, "build": build, "url": url, "md5": hexadecimal(rng, 32),
                      "sha256": hexadecimal(rng, 64)})
    return found


def some_wheels(rng):
    found = []
    for name in rng.sample(WHEELS, rng.choice([0, 0, 1, 2, 3])):
        version = rng.choice(["1.0", "2.3.4", "3.7.post1", "2024.1"])
        digest = hexadecimal(rng, 64)
        url = (f"https://files.pythonhosted.org/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/"
               f"{name}-{version}-py3-none-any.whl")
        found.append({"name": name.lower().replace("_", "-"), "version": version, "url": url, "sha256": digest})
    return found


def rows(found):
    conda = {(one["name"], one["url"], one.get("md5"), one.get("sha256")) for one in found.conda}
    pip = {(one.get("name", ""), tuple(one.get("hashes", []))) for one in found.pip}
    return conda, pip
