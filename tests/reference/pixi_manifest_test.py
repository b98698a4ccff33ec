#!/usr/bin/env python3
"""Compares what envlift reads of pixi.toml with what tomllib and py-rattler read, put together by the rules of pixi's manual:
features, environments and targets; the specs of conda and the requirements of PyPI; the channels."""
import ast
import re
import tomllib

import comparison

comparison.owners("conda")
import conda_specs  # noqa: E402
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from rattler import MatchSpec  # noqa: E402
from rattler.exceptions import InvalidMatchSpecError  # noqa: E402

NAMES = ["numpy", "r-base", "_libgcc_mutex", "libstdcxx-ng", "Pillow", "scipy"]
VERSIONS = ["*", "*", "1.2.*", "==1.2.3", ">=1.2,<2", ">=1|<0.9", "~=1.2.3", "!=1.2", ">= 1.2, < 2", "=1.2", "1.2"]
PIP = ["requests", "Flask", "zope_interface", "idna"]
SPECIFIERS = ["*", "*", ">=1.0", "==2.*", "~=1.4.2", "!=1,<3", ">= 1, < 3"]
CHANNELS = ["conda-forge", "bioconda", "pytorch", "https://conda.example.com/a"]
FEATURES = ["test", "cuda", "py_x"]
SUBDIRS = {"linux-64": "x86_64", "linux-aarch64": "arm64"}
TARGETS = ["linux", "unix", "linux-64", "linux-aarch64", "win-64", "osx", "osx-arm64", "win"]
RANKS = {"unix": 0, "linux": 1}   # the more of a platform a target names, the more it counts
# pixi's keys of a spec, and those of a MatchSpec.
KEYS = {"version": "version", "build": "build", "build-number": "build_number", "subdir": "subdir", "md5": "md5",
        "sha256": "sha256", "file-name": "fn"}
PIP_KEYS = {"version", "extras", "git", "rev", "tag", "branch", "url", "subdirectory"}
# What envlift refuses and the rules do not: code -> (what is true of what is due, why).
STRICTER = {
    "EL0206": (lambda conda, pip, channels: any(not conda_specs.LEGAL_NAME.fullmatch(row[0]) or not conda_specs.LEGAL_BUILD.fullmatch(
        row[2] or "") for row in map(ast.literal_eval, conda)), "a name or build string that CEP 26 forbids"),
    "EL0207": (lambda conda, pip, channels: any(not re.fullmatch(r"(https?://)?\w[\w.~/%+=&!?:@-]*", one, re.ASCII) for one in channels),
               "a channel with characters that no name or URL has"),
    "EL0309": (lambda conda, pip, channels: any(not re.search(r" @ (git\+)?https?://[^/@]+/", one) for one in pip if " @ " in one),
               "a place that is no URL"),
    "EL0314": (lambda conda, pip, channels: len({re.match(r"[\w-]+", one)[0] for one in pip}) < len(pip),
               "requirements that exclude each other, which pixi's solve would find"),
}
# What pixi refuses and envlift does not.
LAXER = {
    "unknown key of a requirement": "a key that pixi has not (it denies unknown fields), which envlift passes over",
}
LETTERS = "[]{}='\"*,<>!~:; #@-.a1\t"


def conda_entry(rng):
    if rng.random() < 0.75:
        return f'"{rng.choice(VERSIONS)}"'
    keys = [f'version = "{rng.choice(VERSIONS)}"'] * (rng.random() < 0.8)
    keys += ['build = "py311*"'] * (rng.random() < 0.4) + ['channel = "bioconda"'] * (rng.random() < 0.4)
    keys += rng.choice([[], ["build-number = 3"], ['build-number = ">=2"'], ['md5 = "' + "ab" * 16 + '"']])
    return "{" + ", ".join(keys or ['version = "*"']) + "}"


def pip_entry(rng):
    if rng.random() < 0.7:
        return f'"{rng.choice(SPECIFIERS)}"'
    if rng.random() < 0.3:
        return rng.choice(['{git = "https://example.com/a/demo.git", rev = "0123456"}',
                           '{git = "https://example.com/a/demo.git", tag = "v1", subdirectory = "sub", extras = ["b", "A"]}',
                           '{url = "https://example.com/demo-1.0.tar.gz"}'])
    return f'{{version = "{rng.choice(SPECIFIERS)}", extras = ["socks"]}}'


def tables(rng, prefix):
    """The tables of a feature, its targets' among them."""
    lines = []
    for target in ["", *rng.sample(TARGETS, rng.choice([0, 0, 1, 2]))]:
        head = prefix + (f"target.{target}." if target else "")
        if rng.random() < 0.8:
            lines += [f"[{head}dependencies]", *(f"{one} = {conda_entry(rng)}" for one in rng.sample(NAMES, rng.randint(1, 3))), ""]
        if rng.random() < 0.3:
            lines += [f"[{head}host-dependencies]", f"{rng.choice(NAMES)} = {conda_entry(rng)}", ""]
        if rng.random() < 0.4:
            lines += [f"[{head}pypi-dependencies]", *(f"{one} = {pip_entry(rng)}" for one in rng.sample(PIP, rng.randint(1, 2))), ""]
    return lines


def channel(rng):
    name = rng.choice(CHANNELS)
    return f'"{name}"' if rng.random() < 0.8 else f'{{channel = "{name}", priority = {rng.choice([-1, 1, 2])}}}'


def generate(rng):
    lines = [rng.choice(["[workspace]", "[project]"]), 'name = "demo"',
             "channels = [" + ", ".join(channel(rng) for _ in range(rng.randint(1, 3))) + "]",
             'platforms = ["linux-64", "linux-aarch64"]', ""]
    lines += tables(rng, "")
    features = rng.sample(FEATURES, rng.choice([0, 1, 2, 3]))
    for name in features:
        lines += [f"[feature.{name}]", "channels = [" + channel(rng) + "]", ""] * (rng.random() < 0.3) + tables(rng, f"feature.{name}.")
    environments = []
    if features and rng.random() < 0.9:
        lines.append("[environments]")
        for name in ["one", "two"]:
            listed = "[" + ", ".join(f'"{one}"' for one in rng.sample(features, rng.randint(1, len(features)))) + "]"
            lines.append(f"{name} = " + rng.choice([listed, listed, f"{{features = {listed}}}",
                                                    f"{{features = {listed}, no-default-feature = true}}"]))
        environments = ["one", "two"]
    text = "\n".join(lines) + "\n"
    if rng.random() < 0.3:
        text = comparison.mutated(rng, text, LETTERS)
    return text, rng.choice(["", *environments, *environments]), rng.choice(list(SUBDIRS))


class Refused(Exception):
    """Why the owners' rules do not take the file."""


def features_of(data, name):
    """The features of an environment, the default one last."""
    if name == "":
        return [data]
    environment = data.get("environments", {}).get(name)
    if environment is None:
        raise Refused(f"no environment {name}")
    listed = environment if isinstance(environment, list) else environment.get("features", [])
    features = [data["feature"][one] for one in listed]
    has_default = isinstance(environment, list) or not environment.get("no-default-feature", False)
    return features + [data] * has_default


def fits(target, subdir):
    return target in ("unix", "linux", subdir)


def entries(feature, subdir, keys):
    """{name in one form: (name, value)}; host and build replace run, and a target what stands for more platforms."""
    targets = sorted((one for one in feature.get("target", {}) if fits(one, subdir)), key=lambda one: RANKS.get(one, 2))
    found = {}
    for part in [feature, *(feature["target"][one] for one in targets)]:
        for key in keys:
            for name, value in part.get(key, {}).items():
                found[comparison.normal(name) if key.startswith("pypi") else name.lower()] = (name, value)
    return found.values()


def conda_row(name, value):
    if isinstance(value, str):
        value = {"version": value}
    if not isinstance(value, dict) or set(value) - {*KEYS, "channel"}:
        raise Refused(f"no spec: {name} = {value!r}")
    keys = {KEYS[key]: str(one).replace(" ", "") for key, one in value.items() if key != "channel"}
    if keys.get("version") == "*":
        del keys["version"]
    head = f"{value['channel']}::{name}" if "channel" in value else name
    brackets = ",".join(f"{key}='{one}'" for key, one in keys.items())
    text = f"{head}[{brackets}]" if brackets else head
    try:
        MatchSpec(text, strict=False)
    except InvalidMatchSpecError as error:
        raise Refused(f"{text}: {error}") from error
    return conda_specs.matched(text)


def pip_row(name, value):
    if isinstance(value, str):
        value = {"version": value}
    if not isinstance(value, dict):
        raise Refused(f"no requirement: {name} = {value!r}")
    if set(value) - PIP_KEYS:
        raise Refused(f"unknown key of a requirement: {name} = {value!r}")
    extras = "[" + ",".join(value["extras"]) + "]" if value.get("extras") else ""
    fragment = "#subdirectory=" + value["subdirectory"] if "subdirectory" in value else ""
    revision = "".join("@" + value[key] for key in ("rev", "tag", "branch") if key in value)
    places = [f" @ git+{value[key]}{revision}{fragment}" if key == "git" else f" @ {value[key]}{fragment}"
              for key in ("git", "url") if key in value]
    if len(places) + ("version" in value) > 1 or revision.count("@") > 1:
        raise Refused(f"more than one place: {name} = {value!r}")
    version = value.get("version", "*")
    text = name + extras + (places[0] if places else "" if version == "*" else version)
    try:
        return comparison.plain(Requirement(text))
    except InvalidRequirement as error:
        raise Refused(f"{text}: {error}") from error


def channels_of(data, features):
    """By priority, then in the order of the features."""
    ranked = []
    workspace = data.get("workspace", data.get("project"))
    for feature in features:
        place = feature if feature is not data and "channels" in feature else workspace
        ranked += [(one.get("priority", 0), one["channel"]) if isinstance(one, dict) else (0, one) for one in place["channels"]]
    return list(dict.fromkeys(name for _, name in sorted(ranked, key=lambda one: -one[0])))


def owner_says(text, name, subdir):
    try:
        data = tomllib.loads(text)
        features = features_of(data, name)
        conda = {str(conda_row(*one)) for part in features
                 for one in entries(part, subdir, ("dependencies", "host-dependencies", "build-dependencies"))}
        pip = {pip_row(*one) for part in features for one in entries(part, subdir, ("pypi-dependencies",))}
        return data, conda, pip, channels_of(data, features)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


def compare(run, path, where, text, name, subdir):
    found = comparison.inspect(path, "--arch", SUBDIRS[subdir], *comparison.words("--pixi-environment", [name] if name else []))
    try:
        data, conda, pip, channels = owner_says(text, name, subdir)
    except Refused as why:
        reason = next((reason for words, reason in LAXER.items() if words in str(why)), "")
        if reason and not found.codes:
            run.deviate(reason)
            return
        run.judge(where, text, bool(found.codes), True, f"{name} {subdir} {why} {sorted(found.codes)}")
        return
    ours = {str(conda_specs.matched(one["spec"])) for one in found.conda}, set(comparison.plain_rows(found)), found.channels
    due = conda, pip, channels
    rules = [STRICTER.get(code) for code in sorted(found.codes)]
    if rules and all(rules) and all(is_so(*due) for is_so, _ in rules):
        run.deviate(rules[0][1])
        return
    wrong = [(sorted(one - other), sorted(other - one)) if isinstance(one, set) else (one, other) for one, other in zip(ours, due)
             if one != other]
    if not wrong and not found.codes:
        run.agree()
    else:
        run.differ(where, text, f"{name} {subdir} {[(one['code'], one.get('line'), one['message']) for one in found.errors]} {wrong}")


def main():
    run = comparison.Comparison(count=600)
    for file in run.files:
        text = file.read_text(encoding="utf-8")
        for name in ["", *tomllib.loads(text).get("environments", {})]:
            for subdir in SUBDIRS:
                compare(run, file, file, "", name, subdir)
    with comparison.folder() as place:
        path = place / "pixi.toml"
        for number, (text, name, subdir) in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8", newline="")
            compare(run, path, number, text, name, subdir)
    run.finish()


if __name__ == "__main__":
    main()
