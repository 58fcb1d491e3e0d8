#!/usr/bin/env python3
"""The JSON Schemas of the probe's files (probe/*.schema.json) and the probe itself agree, as an
independent validator (jsonschema) sees it: every file that is shipped or documented is valid, every
broken file of tests/broken is not, but for those of which beyond_schema.txt says why no schema could
tell; and what the probe accepts is never invalid.

Exit codes: 0 all well, 1 not. Needs the packages of tools/python.
"""

import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml

import broken_files
from broken_files import Place
from probes import Runs
from sidecars import SidecarTest, run_tests
from stack import ROOT


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: `yes` is a text, and so is a date."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, begins in (
        ("null", r"^(null|Null|NULL|~|)$", ["n", "N", "~", ""]),
        ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
        ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
        ("float", r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
         list("-+.0123456789"))):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), begins)


def documents(text: str) -> list:
    return list(yaml.load_all(text, Loader))


FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("regex", raises=re.error)
def is_regex(text: object) -> bool:
    """A schema's expressions are ECMAScript's, whose named groups Python spells in its own way."""
    return not isinstance(text, str) or bool(re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", text)))


@functools.cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((ROOT / f"probe/{kind}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=FORMATS)


def shipped_scenarios() -> dict[str, str]:
    """Every scenario in the repository's files, by name."""
    tracked = subprocess.run(["git", "-C", ROOT, "ls-files", "*.yaml", "*.yml"],
                             capture_output=True, text=True, check=False).stdout.split()
    places = [ROOT / name for name in tracked] or list(ROOT.glob("probe/**/*.yaml"))
    found = {str(path.relative_to(ROOT)): path.read_text() for path in places
             if path.exists() and not {"broken", "chart"} & set(path.parts)
             and re.search(r"^steps:", path.read_text(), re.M)
             and "{{" not in path.read_text()}
    for number, block in enumerate(re.findall(r"^```yaml\n(.*?)^```",
                                              (ROOT / "docs/scenarios.md").read_text(),
                                              re.M | re.S)):
        if re.search(r"^steps:", block, re.M) and re.search(r"^name:", block, re.M):
            found[f"docs/scenarios.md, example {number + 1}"] = block
    return found


class ProbeSchemaTest(SidecarTest):
    def errors(self, kind: str, text: str) -> list[str]:
        try:
            parts = documents(text)
        except yaml.YAMLError as error:
            return [f"no YAML: {error}"]
        check = validator(kind)
        return [f"{'/'.join(map(str, error.path))}: {error.message}"
                for part in parts for error in check.iter_errors(part)]

    def test_what_is_shipped_is_valid(self) -> None:
        found = shipped_scenarios()
        self.assertIn("probe/scenarios/critical-path.yaml", found)
        self.assertTrue(any("docs/" in name for name in found))
        for name, text in found.items():
            with self.subTest(name):
                self.assertEqual(self.errors("scenario", text), [])
        # As ./dev fills it in.
        local = re.sub(r"^@OTLP@$", 'otlp: {endpoint: "http://127.0.0.1:4318"}',
                       (ROOT / "deploy/local/probe.yaml").read_text(), flags=re.M)
        self.assertEqual(self.errors("config", re.sub(r"@\w+@", "1", local)), [])
        print(f"{len(found)} scenarios: {', '.join(sorted(found))}")

    def test_what_the_probe_refuses_the_schema_refuses(self) -> None:
        beyond = broken_files.beyond_schema()
        names = set()
        for kind in ("scenario", "config"):
            for file in broken_files.files(kind):
                name = f"{kind}/{file.name}"
                names.add(name)
                with self.subTest(name):
                    wrong = self.errors(kind, file.read_text())
                    self.assertEqual(bool(wrong), name not in beyond,
                                     wrong or "the schema finds nothing wrong with it")
        self.assertEqual(set(beyond) - names, set(), "beyond_schema.txt names no file")
        print(f"{len(names) - len(beyond)} of {len(names)} broken files are refused by the schemas")

    def test_what_the_probe_accepts_the_schema_accepts(self) -> None:
        """Spellings that are all right, each in a file that is otherwise good."""
        runs = Runs(self.directory, self.programs)
        place = Place(self.directory / "place", {"targets": {"base": "http://127.0.0.1:1"}})
        step = '{name: get, http: {url: "${target.base}/"}}'
        for line in ("interval: 1h30m", 'interval: "${REMORA_TEST_INTERVAL}"', "max_running: 7",
                     'max_running: "${REMORA_TEST_COUNT}"', "sign: false", "description: 2026-11-21",
                     "description: 5", "trace_ratio: 0.25", "trace_ratio: 1",
                     "always: [" + step.replace("name: get", "name: end") + "]"):
            with self.subTest(line):
                text = f"name: good\n{line}\nsteps: [{step}]\n"
                (place.folder / "good.yaml").write_text(text)
                done = subprocess.run(
                    [runs.program, "serve", "--config", place.config_file, "--check-config"],
                    capture_output=True, text=True, check=False,
                    env={"REMORA_TEST_INTERVAL": "5s", "REMORA_TEST_COUNT": "3"})
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(self.errors("scenario", text), [])


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
