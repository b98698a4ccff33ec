#!/usr/bin/env python3
"""Suites and reports against others' readers: the schemas by jsonschema, JUnit XML by junitparser."""
import json
import re

import comparison

comparison.owners("reports")
import jsonschema  # noqa: E402
import junitparser  # noqa: E402
import ruamel.yaml  # noqa: E402

from support import envlift  # noqa: E402

GOLDEN = envlift.ROOT / "tests/golden"


def schema(name):
    loaded = json.loads((envlift.ROOT / "docs/schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


def errors(validator, value):
    return [f"{one.json_path}: {one.message}" for one in validator.iter_errors(value)]


def examples():
    """The suites of docs/suites.md."""
    page = (envlift.ROOT / "docs/suites.md").read_text(encoding="utf-8")
    for form, text in re.findall(r"```(yaml|json)\n(.*?)```", page, re.DOTALL):
        yield json.loads(text) if form == "json" else ruamel.yaml.YAML(typ="safe").load(text)


def wrong_suites():
    """Suites that envlift refuses too (tests/unit/suite_read_test.cpp)."""
    for case in ({"evnet": 1}, {"event": 1, "ready_made": "sqs"}, {"set": {"/a": 1}}, {"max_duration": "500"},
                 {"repeat": 0}, {"repeat": 1.5}, {"cold": "yes"}, {"expect": "mismatch"}, {"expect": {"at": {"a": 1}}},
                 {"expect": {"at": {"/a": {}}}}, {"expect": {"tolerance": -1}}, {"environment": {"1A": "x"}},
                 {"environment": {"A": []}}, {"context": {"identity": {"id": "x"}}}):
        yield {"cases": [{"name": "a"} | case]}
    yield from ({}, {"cases": []}, {"cases": {}}, {"cases": [{"event": 1}]})


def check_junit(run):
    xml = junitparser.JUnitXml.fromfile(str(GOLDEN / "test-run.xml"))
    expected = json.loads((GOLDEN / "test-run.json").read_text(encoding="utf-8"))["cases"]
    suites = list(xml)
    run.judge("test-run.xml", "", (xml.tests, xml.failures, xml.errors, len(suites)), (5, 2, 1, 1))
    kinds = {junitparser.Failure: "failure", junitparser.Error: "error"}
    found = [(case.name, [kinds[type(one)] for one in case.result], round(case.time, 6)) for case in suites[0]]
    run.judge("test-run.xml", "", found, [
        (one["name"], [] if one["met"] else ["error" if one["verdict"] == "engine_error" else "failure"],
         round(one["duration_ms"] / 1000, 6)) for one in expected])


def main():
    run = comparison.Comparison(0)
    for suite in examples():
        run.judge("docs/suites.md", "", errors(schema("suite"), suite), [])
    for suite in wrong_suites():
        run.judge("a wrong suite", suite, bool(errors(schema("suite"), suite)), True)
    for name, golden in (("test", "test-run"), ("init-profile", "init-profile"), ("load", "load")):
        report = json.loads((GOLDEN / f"{golden}.json").read_text(encoding="utf-8"))
        run.judge(f"{golden}.json", "", errors(schema(name), report), [])
    check_junit(run)
    run.finish()


if __name__ == "__main__":
    main()
