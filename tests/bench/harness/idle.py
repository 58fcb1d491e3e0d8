"""Memory: under 64 connections, and of each idle connection that has served a request."""

import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass

from comparison import Measurement, Setting
from load import Load, run_load
from processes import Cpu, Started, allow_many_descriptors, memory_of
from proxied import Place
from secured import client_context

RESIDENT = "MB resident"
PER_IDLE = "KB an idle connection"
BODY_END = b"}}"  # of the upstream's answer


@dataclass(frozen=True)
class Memory:
    """Measures a side: `load` with its 64 connections first, then idle ones, `few` and `many` of
    them. The slope between these two leaves out what the process needs anyway."""

    load: Load
    few: int
    many: int

    def __call__(self, started: Started, place: Place, setting: Setting) -> Measurement:
        need = self.many + 200
        if allow_many_descriptors() < need:
            raise RuntimeError(f"{need} open files are not allowed here (ulimit -Hn)")
        run_load(self.load, place.port, setting.seconds, setting.cores.load, setting.directory)
        resident = memory_of(started.pid, "VmHWM") / 1024
        with ExitStack() as held:
            context = client_context() if self.load.scheme == "https" else None

            def grown(connections: int) -> float:
                for _ in range(connections):
                    held.enter_context(served(place.port, self.load.path, context))
                return memory_of(started.pid, "RssAnon")

            before = grown(self.few)
            slope = (grown(self.many - self.few) - before) / (self.many - self.few)
        return Measurement(Cpu(0, 0), 1, 0, {RESIDENT: resident, PER_IDLE: slope})


def served(port: int, path: str, context: ssl.SSLContext | None) -> socket.socket:
    """A connection on which one request has been answered."""
    made = socket.create_connection(("127.0.0.1", port), 10)
    if context:
        made = context.wrap_socket(made)
    made.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(BODY_END):
        piece = made.recv(4096)
        if not piece:
            raise RuntimeError(f"a connection was closed after {answer[:200]!r}")
        answer += piece
    return made
