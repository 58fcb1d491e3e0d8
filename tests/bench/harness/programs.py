"""Where our own programs are: build/bin, or REMORA_BIN."""

import os
from pathlib import Path


def program(name: str) -> str:
    folder = os.environ.get("REMORA_BIN") or Path(__file__).resolve().parents[3] / "build" / "bin"
    path = Path(folder) / name
    if not path.exists():
        raise RuntimeError(f"{path} is not built: ./dev build")
    return str(path)
