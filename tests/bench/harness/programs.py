"""Where our own programs are: build/bin, or REMORA_BIN."""

import os
import subprocess
from pathlib import Path


def program(name: str) -> str:
    folder = os.environ.get("REMORA_BIN") or Path(__file__).resolve().parents[3] / "build" / "bin"
    path = Path(folder) / name
    if not path.exists():
        raise RuntimeError(f"{path} is not built: ./dev build")
    return str(path)


def tool(name: str) -> str:
    """A peer that is built from the Go module proxy: build/tools/bin, or REMORA_TOOLS."""
    folder = os.environ.get("REMORA_TOOLS") or (
        Path(__file__).resolve().parents[3] / "build" / "tools" / "bin")
    path = Path(folder) / name
    if not path.exists():
        raise RuntimeError(f"{path} is not built: tools/install-go-tool {name}")
    return str(path)


def go_module(name: str, path: str) -> Path:
    """The source of a module that tools/NAME pins, as the module cache has it."""
    folder = Path(__file__).resolve().parents[3] / "tools" / name
    done = subprocess.run(["go", "list", "-m", "-f", "{{.Dir}}", path], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"{path} is not in the module cache: {done.stderr[-300:]}")
    return Path(done.stdout.strip())
