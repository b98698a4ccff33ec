"""Generated projects and their packages, which the locks' comparisons write in the form of each tool."""
import dataclasses

NAMES = ["anyio", "charset-normalizer", "click", "colorama", "greenlet", "idna", "numpy", "pydantic-core", "sniffio",
         "typing-extensions", "urllib3", "zope-interface"]
MARKERS = ['python_full_version < "3.11"', 'sys_platform == "win32"', 'platform_machine == "aarch64"',
           'python_version >= "3.10" and sys_platform != "darwin"', 'implementation_name == "cpython"',
           'os_name == "nt" or python_version < "3.12"']
TAGS = ["cp39-cp39-manylinux_2_17_x86_64.manylinux2014_x86_64", "cp311-cp311-manylinux_2_28_aarch64",
        "cp310-abi3-manylinux_2_17_x86_64", "cp312-cp312-musllinux_1_2_x86_64", "cp313-cp313-win_amd64",
        "cp313-cp313-macosx_11_0_arm64", "cp38-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64",
        "cp311-cp311-manylinux_2_5_x86_64.manylinux1_x86_64", "pp310-pypy310_pp73-manylinux_2_17_x86_64"]


@dataclasses.dataclass
class File:
    name: str
    digest: str

    @property
    def url(self):
        return f"https://files.pythonhosted.org/packages/{self.digest[:2]}/{self.digest[2:4]}/{self.name}"


def file(rng, name):
    return File(name, "".join(rng.choice("0123456789abcdef") for _ in range(64)))


def packages(rng):
    """Each with name, version, marker ("" for none), python, sdist (or None), wheels, and what it depends on (names of
    later packages with a marker each)."""
    names = sorted(rng.sample(NAMES, rng.randint(3, len(NAMES))))
    found = []
    for number, name in enumerate(names):
        version = rng.choice(["1.0", "2.3.4", "3.7.post1", "2024.1", "0.1.2"])
        stem = f"{name.replace('-', '_')}-{version}"
        wheels = [file(rng, f"{stem}-py3-none-any.whl")] if rng.random() < 0.6 else [
            file(rng, f"{stem}-{tag}.whl") for tag in rng.sample(TAGS, rng.randint(2, 6))]
        sdist = file(rng, f"{stem}.tar.gz") if rng.random() < 0.85 else None
        later = names[number + 1:]
        needs = [(other, rng.choice(["", "", *MARKERS[:4]])) for other in rng.sample(later, min(len(later), rng.choice([0, 1, 2])))]
        found.append({"name": name, "version": version, "marker": rng.choice(["", "", "", *MARKERS]), "sdist": sdist,
                      "wheels": wheels, "python": rng.choice([">=3.8", ">=3.9"]), "needs": needs})
    return found


def project(rng):
    """What a project asks for: the main dependencies, groups and extras; [(name, marker)] each."""
    found = packages(rng)
    def some(most):
        chosen = rng.sample([one["name"] for one in found], rng.randint(1, min(most, len(found))))
        return [(name, rng.choice(["", "", *MARKERS])) for name in chosen]
    return {"packages": found, "main": some(4), "groups": {"dev": some(2), "docs": some(2)} if rng.random() < 0.6 else {},
            "extras": {"speed": some(2)} if rng.random() < 0.6 else {}}


def requirement(name, marker):
    return f"{name} ; {marker}" if marker else name


def quoted(texts):
    return "[" + ", ".join(f"'{text}'" for text in texts) + "]"


def choices(groups, extras):
    """[(groups, extras)]: none, then each alone."""
    return [((), ()), *(((group,), ()) for group in groups), *(((), (extra,)) for extra in extras)]
