"""The programs beside ours: the byte relay passes everything on, the sink counts bodies."""

import os
import socket
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

from processes import Processes, free_port
from programs import program

CORE = min(os.sched_getaffinity(0))


class Programs(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.processes = Processes(Path(directory.name))
        self.addCleanup(self.processes.__exit__)
        self.port, self.upstream = free_port(), free_port()

    def start(self, name: str, *arguments: int) -> None:
        command = [program(name), *map(str, arguments)]
        self.processes.start(name, command, CORE).wait_listening(arguments[0])


class ByteRelay(Programs):
    def test_passes_more_than_sockets_hold_both_ways(self):
        body = os.urandom(20_000_000)

        def echo() -> None:
            # The first connection is the one that asked whether the relay listens.
            for _ in range(2):
                client = upstream.accept()[0]
                with client:
                    while piece := client.recv(65536):
                        client.sendall(piece)

        with socket.create_server(("127.0.0.1", self.upstream)) as upstream:
            thread = threading.Thread(target=echo)
            thread.start()
            self.start("byte_relay", self.port, self.upstream)
            with socket.create_connection(("127.0.0.1", self.port)) as client:
                sender = threading.Thread(target=client.sendall, args=(body,))
                sender.start()
                got = bytearray()
                while len(got) < len(body):
                    got += client.recv(1 << 20)
                sender.join()
            thread.join()
        self.assertEqual(got, body)


class UploadSink(Programs):
    def received(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/received") as answer:
            return int(answer.read())

    def test_counts_bodies_and_nothing_else(self):
        self.start("upload_sink", self.port)
        self.assertEqual(self.received(), 0)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/", bytes(3_000_000))
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.status, 204)
        self.assertEqual(self.received(), 3_000_000)

    def test_understands_requests_in_pieces_and_in_one_piece(self):
        self.start("upload_sink", self.port)
        one = b"POST / HTTP/1.1\r\ncontent-LENGTH: 5\r\n\r\nhello"
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            for at in range(len(one)):
                client.sendall(one[at:at + 1])
            client.sendall(one + one)
            got = b""
            while got.count(b"204") < 3:
                got += client.recv(4096)
        self.assertEqual(self.received(), 15)


if __name__ == "__main__":
    unittest.main()
