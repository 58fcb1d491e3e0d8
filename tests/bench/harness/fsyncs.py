"""How often a process asks the kernel to put a file on disk: no counter of Linux or Redis tells it
exactly, so a small library that counts the calls is loaded into the process beforehand."""

from pathlib import Path

from preloaded import CallCounter


class FsyncCounter(CallCounter):
    def __init__(self, directory: Path):
        source = Path(__file__).with_name("fsyncs.c")
        super().__init__(directory, source, "REMORA_FSYNC_COUNTER", 1)

    @property
    def count(self) -> int:
        return self.counts[0]
