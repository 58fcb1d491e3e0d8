"""tests/broken: files of the probe's that are wrong, and what is said about them."""

import shutil
from pathlib import Path

from probes import write_json
from stack import ROOT

FOLDER = ROOT / "tests/broken"
GOOD_SCENARIO = {"name": "good", "interval": "100ms",
                 "steps": [{"name": "get", "http": {"url": "${target.base}/ok"}}]}


def files(kind: str) -> list[Path]:
    """Of "scenario" or "config", in order."""
    return sorted((FOLDER / kind).glob("*.yaml"))


def messages(kind: str) -> dict[str, list[str]]:
    """What messages.txt says, by file."""
    out: dict[str, list[str]] = {}
    for line in (FOLDER / kind / "messages.txt").read_text().splitlines():
        if line.startswith("== "):
            lines = out[line.removeprefix("== ")] = []
        else:
            lines.append(line)
    return out


def write_messages(kind: str, said: dict[str, list[str]]) -> None:
    lines = [line for name in said for line in (f"== {name}", *said[name])]
    (FOLDER / kind / "messages.txt").write_text("\n".join(lines) + "\n")


def beyond_schema() -> dict[str, str]:
    """By `kind/file`, why a schema cannot refuse it."""
    lines = (FOLDER / "beyond_schema.txt").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


class Place:
    """A folder with a configuration, probe.yaml, and a scenario, good.yaml; either can be replaced
    by a broken file, and put back."""

    def __init__(self, folder: Path, config: dict):
        self.folder = folder
        self.config = config
        folder.mkdir()
        self.mend()

    @property
    def config_file(self) -> Path:
        return self.folder / "probe.yaml"

    def break_it(self, kind: str, file: Path) -> None:
        if kind == "config":
            shutil.copy(file, self.config_file)
        else:
            shutil.copy(file, self.folder)
            write_json(self.config_file, self.config | {"scenarios": [file.name]})

    def mend(self) -> None:
        for file in self.folder.glob("*.yaml"):
            file.unlink()
        write_json(self.folder / "good.yaml", GOOD_SCENARIO)
        write_json(self.config_file, self.config | {"scenarios": ["good.yaml"]})

    def said(self, kind: str, file: Path, text: str) -> list[str]:
        """Lines of an output with file names as messages.txt has them."""
        text = text.replace(f"{self.folder}/", "")
        if kind == "config":
            text = text.replace("probe.yaml", file.name)
        return text.splitlines()
