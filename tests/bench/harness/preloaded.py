"""Small libraries that count a process's calls, loaded into it before it starts."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CallCounter:
    """Compiles `source` into `directory`; needs the compiler that our programs need. The library
    counts into the file that the environment variable `variable` names, eight bytes a counter."""

    def __init__(self, directory: Path, source: Path, variable: str, counters: int):
        self._library = directory / f"{source.stem}.so"
        self._counters = directory / f"{source.stem}.count"
        self._variable = variable
        self._counters.write_bytes(bytes(8 * counters))
        command = ["g++", "-x", "c", "-std=c11", "-O2", "-Wall", "-shared", "-fPIC", str(source)]
        done = subprocess.run([*command, "-o", str(self._library)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{source.name} does not compile\n{done.stderr}")

    @contextmanager
    def preloaded(self) -> Iterator[None]:
        """What is started inside the `with` block is counted."""
        ours = {"LD_PRELOAD": str(self._library), self._variable: str(self._counters)}
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
    def counts(self) -> list[int]:
        """Calls so far, of all the counted processes together."""
        data = self._counters.read_bytes()
        return [int.from_bytes(data[at:at + 8], "little") for at in range(0, len(data), 8)]
