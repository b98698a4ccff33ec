"""Stand-ins for tools that conda's installers call and minimal bases lack; on PATH for the installer only.

usage: build_tools.py TOOL ARGUMENT...

The installers' header (constructor: header.sh) reads glibc's version with `ldd --version | awk 'NR==1{print $NF}'`
and the free disk space with `df -Pk DIR | tail -n 1 | awk '{print $4}'`.
"""
import os
import re
import sys

# One action on all lines or one: an optional substitution, then a field.
PROGRAM = re.compile(r"""\s*(?:NR\s*==\s*(?P<line>\d+))?\s*\{
    \s*(?:sub\(/(?P<pattern>[^/]*)/\s*,\s*"(?P<text>[^"\\&]*)"\)\s*;)?
    \s*print\s+\$(?P<field>NF|\d+)\s*;?
\s*\}\s*""", re.VERBOSE)


def field(line, which):
    """awk's $0, $N and $NF."""
    fields = line.split()
    number = len(fields) if which == "NF" else int(which)
    if number == 0:
        return line
    return fields[number - 1] if number <= len(fields) else ""


def awk(arguments, lines):
    program = PROGRAM.fullmatch(arguments[0]) if len(arguments) == 1 else None
    if program is None:
        sys.exit("awk: this stand-in knows only '[NR==N]{[sub(/RE/, \"TEXT\");] print $FIELD}'")
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\n")
        if program["line"] and number != int(program["line"]):
            continue
        if program["pattern"] is not None:
            line = re.sub(program["pattern"], program["text"], line, count=1)
        print(field(line, program["field"]))


def ldd(arguments, _):
    if arguments != ["--version"]:
        sys.exit("ldd: this stand-in knows only --version")
    print("ldd (GNU libc) " + os.confstr("CS_GNU_LIBC_VERSION").split()[-1])


TOOLS = {"awk": awk, "ldd": ldd}

if __name__ == "__main__":
    TOOLS[sys.argv[1]](sys.argv[2:], sys.stdin)
