"""Clients with keep-alive that ask again and again and note what became of every request."""

import http.client
import random
import threading
from collections import Counter

PATIENCE = 60  # seconds until a request counts as hung


class Load:
    """`statuses` counts whole answers. Of the other requests: `closed`, the connection ended without
    a byte of an answer; `cut`, within the answer; `refused`, there was nobody to connect to; `hung`.
    `told` are the contents of answers from 500 on that are no problem documents."""

    def __init__(self, port: int, paths: list[str], clients: int = 8, seed: int = 1,
                 tls=None, pause: float = 0.0):
        self._port, self._paths, self._tls = port, paths, tls
        self._pause = pause  # seconds between the requests of a client
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(random.Random(f"{seed}-{n}"),))
                         for n in range(clients)]
        self.statuses: Counter[int] = Counter()
        self.by_path: Counter[str] = Counter()
        self.closed = self.cut = self.refused = self.hung = 0
        self.told: list[str] = []

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def answers(self) -> int:
        with self._lock:
            return sum(self.statuses.values())

    def _ask(self, chance: random.Random) -> None:
        connection = self._connection()
        while not self._stopping.wait(self._pause):
            if not self._once(connection, chance.choice(self._paths)):
                connection.close()
                connection = self._connection()
        connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls:
            return http.client.HTTPSConnection("127.0.0.1", self._port, timeout=PATIENCE,
                                               context=self._tls)
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)

    def _once(self, connection: http.client.HTTPConnection, path: str) -> bool:
        """False when the connection is of no use any more."""
        try:
            if connection.sock is None:
                connection.connect()
        except OSError:
            self._note("refused")
            self._stopping.wait(0.01)
            return False
        began = False
        try:
            connection.request(*(("POST", path, b"x" * 100) if path == "/echo" else ("GET", path)))
            answer = connection.getresponse()
            began = True
            body = answer.read()
        except TimeoutError:
            self._note("hung")
            return False
        except (OSError, http.client.HTTPException):
            self._note("cut" if began else "closed")
            return False
        with self._lock:
            self.statuses[answer.status] += 1
            self.by_path[path] += 1
            if answer.status >= 500 and answer.headers["content-type"] != "application/problem+json":
                self.told.append(body.decode(errors="replace"))
        return not answer.will_close

    def _note(self, what: str) -> None:
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)
