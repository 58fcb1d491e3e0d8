"""The page of `remora-slo serve` with what it shows: a Prometheus with a week of history, and a
probe that walks through a shop where things fail."""

import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from probed_shop import Probe, Shop
from servers import Server, wait_until
from slo_prometheus import OBJECTIVES, Prometheus, services, write_objectives

TRACES = "http://traces.example/trace/{trace_id}"


class SloPage(Server):
    def __init__(self, name: str, directory: Path, program: Path, arguments: list[str],
                 spawner: ThreadPoolExecutor):
        super().__init__(name, directory, 1, spawner)
        self._command = [str(program / "remora-slo"), "serve", *arguments]

    def command(self) -> list[str]:
        return [*self._command, "--listen", f"127.0.0.1:{self.port}"]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        return self._gets("/plain")

    @property
    def has_numbers(self) -> bool:
        return self._gets("/api/v1/slos")

    def _gets(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.base + path, timeout=30):
                return True
        except OSError:
            return False


@dataclass
class SloPages:
    prometheus: Prometheus
    page: SloPage
    crowd: SloPage | None  # the same with a thousand objectives


def write_crowd(file: Path) -> Path:
    text = services()
    for number in range(1000):
        objective = OBJECTIVES[number % 5]
        text += "---" + objective.document.replace(
            f"metadata: {{name: {objective.name},", f"metadata: {{name: number-{number:04},")
    file.write_text(text)
    return file


@contextmanager
def slo_pages(programs: Path, crowd: bool = False) -> Iterator[SloPages]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        spawner = stack.enter_context(ThreadPoolExecutor(1))
        now = int(time.time())
        prometheus = Prometheus(folder / "prometheus", now, spawner).start()
        stack.callback(prometheus.stop)
        shop = Shop()
        stack.callback(shop.close)
        shop.broken = 0.3
        (folder / "probe").mkdir()
        probe = Probe(folder / "probe", programs, shop, spawner).start()
        stack.callback(probe.stop)
        where = ["--prometheus", f"http://127.0.0.1:{prometheus.port}"]
        shown = [*write_objectives(folder / "objectives", now), *where, "--trace-url", TRACES,
                 "--probe", f"http://127.0.0.1:{probe.port}"]
        page = SloPage("slo", folder, programs, shown, spawner).start()
        stack.callback(page.stop)
        many = None
        if crowd:
            many = SloPage("crowd", folder, programs, [str(write_crowd(folder / "crowd.yaml")),
                                                       *where], spawner).start()
            stack.callback(many.stop)
        wait_until(lambda: page.has_numbers and (not many or many.has_numbers), 120,
                   "numbers on the page")
        yield SloPages(prometheus, page, many)
