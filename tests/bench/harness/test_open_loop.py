"""The open loop keeps its rate, and charges a server with the time in which it answered nobody."""

import os
import socket
import threading
import time
import unittest

from load import LoadFailed
from open_loop import Arrivals, run_open_loop

CORE = min(os.sched_getaffinity(0))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers each read with `answer`; once it has stalled for `stall` seconds."""

    def __init__(self, answer: bytes = OK, stall: float = 0):
        self._answer, self._stall = answer, stall
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._serve, args=(client,)))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            while client.recv(4096):
                stall, self._stall = self._stall, 0
                time.sleep(stall)
                try:
                    client.sendall(self._answer)
                except OSError:
                    return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()


class OpenLoop(unittest.TestCase):
    def load(self, server: Server, **how) -> dict:
        self.addCleanup(server.close)
        how = {"rate": 200, "connections": 4, **how}
        return run_open_loop(Arrivals("/", **how), server.port, 0, 1, CORE)

    def test_keeps_its_rate_evenly_spaced(self):
        found = self.load(Server(), kind="uniform")
        self.assertAlmostEqual(found["requests"], 200, delta=1)
        self.assertLessEqual(found["p50_us"], found["p99_us"])
        self.assertLessEqual(found["p99_us"], found["max_us"])

    def test_charges_a_stall_to_all_that_became_due_meanwhile(self):
        # One connection, half a second: the requests of that time wait 250 ms in the middle.
        found = self.load(Server(stall=0.5), connections=1, kind="uniform")
        self.assertGreaterEqual(found["max_us"], 490_000)
        self.assertGreaterEqual(found["p90_us"], 300_000)
        self.assertGreaterEqual(found["requests"], 199)

    def test_does_not_count_when_answers_are_errors(self):
        with self.assertRaisesRegex(LoadFailed, "requests failed"):
            self.load(Server(OK.replace(b"200 OK", b"503 No")))

    def test_does_not_count_when_the_server_closes(self):
        with self.assertRaisesRegex(LoadFailed, "closed"):
            self.load(Closing())


class Closing(Server):
    def _serve(self, client: socket.socket) -> None:
        client.recv(4096)
        client.close()


if __name__ == "__main__":
    unittest.main()
