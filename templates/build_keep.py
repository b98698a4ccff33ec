"""What the user keeps of that which the finish would take: kinds of files (`headers`, `tests:numpy`), and patterns of
paths below the environment."""
import os
import re

# A pattern has what no kind has.
PATTERN = re.compile(r"[/*?\[]")


def expression(pattern):
    """The regular expression of a pattern: `*` and `?` stay within a name, `**` goes over folders, and a folder stands
    for all that it holds."""
    text = ""
    for part in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern.strip("/")):
        if part.startswith("["):
            text += "[" + part[1:-1].replace("\\", r"\\").replace("!", "^", 1 if part[1] == "!" else 0) + "]"
        else:
            text += {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part) or re.escape(part)
    return re.compile(f"(?:{text})(?:/.*)?$")


class Kept:
    """The paths that stay as they were installed."""

    def __init__(self, config):
        self.prefix = config["prefix"]
        self.kinds = {one for one in config["keep"] if not PATTERN.search(one)}
        self.patterns = {one: expression(one) for one in config["keep"] if PATTERN.search(one)}

    def __contains__(self, path):
        return bool(self.patterns) and bool(self.patterns_of(path))

    def patterns_of(self, path):
        relative = os.path.relpath(path, self.prefix)
        return {one for one, form in self.patterns.items() if form.match(relative)}

    def kind(self, *names):
        """Whether one of the kinds is kept."""
        return bool(self.kinds.intersection(names))

    def idle_tests(self, tested):
        """The kinds `tests:NAME` that keep nothing."""
        return sorted(one for one in self.kinds if one.startswith("tests:") and one[len("tests:"):] not in tested)

    def idle_patterns(self):
        """The patterns that fit no file: mistakes, in nearly all cases."""
        idle = set(self.patterns)
        for root, _, files in os.walk(self.prefix) if idle else ():
            for name in files:
                idle -= self.patterns_of(os.path.join(root, name))
        return sorted(idle)
