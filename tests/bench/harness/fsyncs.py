"""How often a process asks the kernel to put a file on disk: no counter of Linux or Redis tells it
exactly, so a small library that counts the calls is loaded into the process beforehand."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).with_name("fsyncs.c")


class FsyncCounter:
    """Compiles the library into `directory`; needs the compiler that our programs need."""

    def __init__(self, directory: Path):
        self._library = directory / "fsyncs.so"
        self._counter = directory / "fsyncs.count"
        self._counter.write_bytes(bytes(8))
        command = ["g++", "-x", "c", "-std=c11", "-O2", "-Wall", "-shared", "-fPIC", str(SOURCE)]
        done = subprocess.run([*command, "-o", str(self._library)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{SOURCE.name} does not compile\n{done.stderr}")

    @contextmanager
    def preloaded(self) -> Iterator[None]:
        """What is started inside the `with` block is counted."""
        ours = {"LD_PRELOAD": str(self._library), "REMORA_FSYNC_COUNTER": str(self._counter)}
        before = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value

    @property
    def count(self) -> int:
        """Calls so far, of all the counted processes together."""
        return int.from_bytes(self._counter.read_bytes(), "little")
