"""How often a proxied request reads the clock and allocates: counts are exact, CPU time is not."""

from pathlib import Path

from comparison import Measurement, Setting
from load import Load, run_load
from preloaded import CallCounter
from processes import Cpu, Processes, Started
from proxied import Place, Starter

CLOCKS, ALLOCATIONS = "clock reads a request", "allocations a request"


class Calls(CallCounter):
    """`counts` are calls of clock_gettime and allocations."""

    def __init__(self, directory: Path):
        source = Path(__file__).with_name("calls.c")
        super().__init__(directory, source, "REMORA_CALL_COUNTERS", 2)


class Counted:
    """Starts a side with its calls counted, and counts those of a load once it is warm."""

    def __init__(self, side: Starter, load: Load):
        self._side, self._load = side, load
        self._calls: Calls | None = None

    def start(self, processes: Processes, place: Place) -> Started:
        self._calls = Calls(place.directory)
        with self._calls.preloaded():
            return self._side(processes, place)

    def measure(self, _: Started, place: Place, setting: Setting) -> Measurement:
        core, directory = setting.cores.load, setting.directory
        run_load(self._load, place.port, setting.warm_up, core, directory)
        before = self._calls.counts
        counted = run_load(self._load, place.port, setting.seconds, core, directory)
        clocks, allocations = (after - b for after, b in zip(self._calls.counts, before))
        also = {CLOCKS: clocks / counted.requests, ALLOCATIONS: allocations / counted.requests}
        return Measurement(Cpu(0, 0), counted.requests, counted.requests / counted.seconds, also)
