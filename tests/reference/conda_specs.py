"""Generated MatchSpecs, and what one matches in words that can be compared. Versions are ordered by conda's rules."""
import re

from rattler import MatchSpec, Version, VersionSpec
from rattler.exceptions import InvalidMatchSpecError

NAMES = ["numpy", "python", "r-base", "_libgcc_mutex", "libstdcxx-ng", "ruamel.yaml", "Pillow", "7zip", "x"]
VERSIONS = ["1", "1.2", "1.2.3", "2023.1", "1.0.post1", "1.1.1w", "2.0rc1", "1!2.0", "3.0_2", "1.2dev", "1.10", "0"]
BUILDS = ["*", "py311*", "*_cuda", "h1234567_0", "py38_0", "0", "*cpu*", "*_openblas"]
CHANNELS = ["conda-forge::", "conda-forge/linux-64::", "https://conda.example.com/a::", "bioconda::", "defaults::"]
KEYS = ["build_number=3", "build_number='>=2'", "md5=" + "ab" * 16, "sha256=" + "ab" * 32, "subdir=linux-64",
        "channel=conda-forge", "fn='x-1.0-0.conda'", "license=MIT", "file_name=x.conda"]
LEGAL_BUILD = re.compile(r"[A-Za-z0-9_.*+]*|\^.*\$")   # CEP 26, with CEP 29's patterns
LEGAL_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]*|\*")   # CEP 26
LEGAL_CHANNEL = re.compile(r"(https?://[\w.~/%+=&!:@*-]+|[\w./*-]*)", re.ASCII)
GRID = VERSIONS + ["1.2.0", "1.2.5", "1.3", "2", "2.0", "2.0.1", "0.9", "1.2a1", "1.20", "10", "2!1", "3.0_3", "1.2.3.4"]


def matched(text):
    """(name, the versions of the grid, build, number, md5, sha256, channel, subdir, file); None where it is refused."""
    try:
        spec = MatchSpec(text, strict=False)
    except InvalidMatchSpecError:
        return None
    name = str(spec.name.normalized if hasattr(spec.name, "normalized") else spec.name)
    found = VersionSpec(spec.version) if spec.version else None
    held = [text for text in GRID if found is None or found.matches(Version(text))]
    channel = spec.channel.name if spec.channel else None
    return name, held, spec.build, spec.build_number, digest(spec.md5), digest(spec.sha256), channel, spec.subdir, spec.file_name


def without_spaces(text):
    """CEP 29 has the spaces of a version expression removed."""
    return re.sub(r"(?<=[=<>~!|,'\"]) +| +(?=[|,=<>!~'\"])", "", text)


def parts(text):
    """(channel, the rest) of a spec."""
    channel, _, rest = re.sub(r"\[.*", "", text).rpartition("::")
    return channel, rest


# Where envlift reads otherwise than py-rattler on purpose: rewritings after which py-rattler reads as envlift does.
REWRITINGS = [
    ("`==1.*` is 1.*, as in CEP 29's example `pkg ==1.8.* *`; py-rattler drops the glob",
     lambda text: re.sub(r"==\s*([\w.!]*?)\.?\*(?! *\*?\w)", r"=\1", text)),
    ("`==1.* BUILD` is 1.*, as in CEP 29's example `pkg ==1.8.* *`; py-rattler drops the glob",
     lambda text: re.sub(r"==\s*([\w.!]*?)\.?\*\s+(\S+)$", r"[version='=\1',build='\2']", text)),
    ("`=1.2 BUILD` is fuzzy (CEP 29, version expression parsing); exact to py-rattler",
     lambda text: re.sub(r"^([^\[=<>!~]+)=\s*([\w.!]+)\s+(\S+)$", r"\1[version='=\2',build='\3']", text)),
    ("`=1.2.` is 1.2.* (conda: match_spec.py appends `*`); py-rattler takes the `.` for a build",
     lambda text: re.sub(r"(=\s*[\w.!]*\w)\.(?=$|[,| =])", r"\1", text)),
    ("what stands behind `#` is a comment (conda: match_spec.py, _parse_spec_str)", lambda text: re.sub(r"\s*#.*", "", text)),
    ("a bare `=` at the end, which conda drops (conda: match_spec.py, _parse_spec_str)", lambda text: re.sub(r"=+$", "", text)),
    ("an empty place between the commas in brackets", lambda text: re.sub(r",(\s*[,\]])", r"\1", text)),
    ("the host of a channel's URL is looked at when it is fetched",
     lambda text: text.replace(parts(text)[0], "x", 1) if "://" in parts(text)[0] else text),
    ("spaces in a version, which CEP 29 has removed", without_spaces),
]


def deviation(text, written, codes=(), depth=0):
    """Why the two differ where that is meant, else an empty text."""
    theirs = matched(text)
    if not written or codes:
        return stricter(text, written, theirs, codes)
    if theirs is not None and not LEGAL_BUILD.fullmatch(theirs[2] or "") and "." != theirs[2]:
        return "a build string that CEP 26 forbids"
    if re.search(r"version='([^']*[|,])?\*\w", written) and matched(written) is None:
        return "a glob before the end makes a version a pattern of texts (CEP 29); py-rattler takes it for a build"
    for reason, rewrite in REWRITINGS:
        other = rewrite(text)
        if other != text and (agrees(other, rewrite(written)) or (depth < 3 and deviation(other, rewrite(written), (), depth + 1))):
            return reason
    return ""


def agrees(text, written):
    ours, theirs = matched(written), matched(text)
    has_url = "://" in written
    return ours is not None and theirs is not None and all(
        one == other for place, (one, other) in enumerate(zip(ours, theirs)) if place != 6 or not has_url)


# (what is so of the text and of its reading by py-rattler, why envlift refuses it)
STRICTER = [
    (lambda text, theirs: not LEGAL_NAME.fullmatch(theirs[0]), "a name that CEP 26 forbids"),
    (lambda text, theirs: not LEGAL_BUILD.fullmatch(theirs[2] or ""), "a build string that CEP 26 forbids"),
    (lambda text, theirs: not LEGAL_CHANNEL.fullmatch(parts(text)[0]) or not LEGAL_CHANNEL.fullmatch(theirs[6] or ""),
     "a channel with characters that no name or URL has (CEP 26)"),
    (lambda text, theirs: any(not is_version(one) for one in literals(text)), "a version that CEP 33 forbids"),
    (lambda text, theirs: re.search(r"\[.*\w( +=|= +['\"])", text),
     "a space beside the `=` of a key in brackets, where conda finds none (conda: match_spec.py, _parse_spec_str)"),
    (lambda text, theirs: re.search(r"[\w*]=$", text), "a `=` without the build string that it announces"),
    (lambda text, theirs: re.search(r"\[.*=(''|\"\")", text), "a key in brackets without a value"),
    (lambda text, theirs: re.search(r"\[.*=[^'\",\]]*\w +\w+ *[,\]]", text), "a value with a space, which CEP 29 has quoted"),
]
# Of the places that no image can be built from, as py-rattler reads them.
PLACES = {
    "EL0208": (lambda text, theirs: "@" in parts(text)[0], "credentials in a channel"),
    "EL0218": (lambda text, theirs: theirs[7] not in (None, "noarch", "linux-64"), "another platform, or none"),
    "EL0219": (lambda text, theirs: re.match(r"[/.~]|file:", parts(text)[0]) or re.search(r"channel=['\"]?([/.~]|file:)", text),
               "a channel on this machine's disk"),
}


def stricter(text, written, theirs, codes):
    if theirs is None:
        return ""
    if set(codes) - {"EL0206"}:
        return next((PLACES[code][1] for code in codes if code in PLACES and PLACES[code][0](text, theirs)), "")
    return next((reason for is_so, reason in STRICTER if is_so(text, theirs)), "")


def literals(text):
    quoted = re.search(r"version=(['\"])(.*?)\1", text)
    words = re.split(r"[=<>!~,| ]+(?!\d*!)", quoted[2] if quoted else re.split(r"[ =<>~]", parts(text)[1] + " ", maxsplit=1)[1])
    return [word.rstrip("*").removesuffix(".") for word in words if re.match(r"\d", word)]


def is_version(text):
    try:
        Version(text)
    except Exception:   # py-rattler's own has no common base
        return False
    return not text.endswith("-")


def digest(value):
    return value.hex() if value else None
