"""What stands before a sidecar, and a name server, both of which fail on request. In this process,
a thread a connection."""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable

Script = Callable[[socket.socket], None]


class Edge:
    """Listens on a free port of 127.0.0.1 and plays a script on every connection."""

    def __init__(self, script: Script, backlog: int = 128):
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # A thread that accepts holds the listener until it is woken.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                threading.Thread(target=self._play, args=[connection], daemon=True).start()

    def _play(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            connection.settimeout(60)
            self._script(connection)


class Full:
    """A listener whose queue is full: further packets that open a connection are dropped."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        self._clients = []
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", self.port))
            self._clients.append(client)

    def close(self) -> None:
        for one in [self._listener, *self._clients]:
            one.close()


def read_head(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        part = connection.recv(65536)
        if not part:
            break
        got += part
    return got


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def close(connection: socket.socket) -> None:
    """Without an answer."""
    read_head(connection)
    connection.close()


def silent(connection: socket.socket) -> None:
    read_head(connection)


def deaf(connection: socket.socket) -> None:
    """Reads nothing, so that a long request is never sent."""


def answers(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> Script:
    length = len(body) if length is None else length
    head = [f"HTTP/1.1 {status} Some", f"content-length: {length}", *headers, "", ""]

    def script(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall("\r\n".join(head).encode() + body)
        if length > len(body):
            connection.close()
    return script


def sends(data: bytes) -> Script:
    """These bytes, and the end."""
    def script(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(data)
        connection.close()
    return script


def speaks(data: bytes) -> Script:
    """These bytes in answer to whatever comes first."""
    def script(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)
    return script


def passes(port: int, delay: float = 0, inserts: bytes = b"") -> Script:
    """To another port, one exchange a connection; the answer after a delay, with further header
    lines."""
    def script(connection: socket.socket) -> None:
        head = read_head(connection)
        with socket.create_connection(("127.0.0.1", port), timeout=60) as behind:
            behind.sendall(head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            got = b""
            while part := behind.recv(65536):
                got += part
        time.sleep(delay)
        connection.sendall(got.replace(b"\r\n", b"\r\n" + inserts, 1))
        connection.close()
    return script


def first(count: int, script: Script, then: Script) -> Script:
    """One script for so many connections, another for those after them."""
    left = iter(range(count))
    return lambda connection: (script if next(left, None) is not None else then)(connection)


def tls(certificate: str, key: str, script: Script, delay: float = 0) -> Script:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def secured(connection: socket.socket) -> None:
        time.sleep(delay)
        script(context.wrap_socket(connection, server_side=True))
    return secured


class NameServer:
    """Answers A questions over UDP by the first label of the name: `ok` 127.0.0.1, `slow` the same
    late, `servfail`, `refused` and `garbled` as they say, `silent` nothing, `empty` no records; any
    other name does not exist."""

    def __init__(self, port: int = 53, slow: float = 0.4):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self.port = self._socket.getsockname()[1]
        self._slow = slow
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                question, client = self._socket.recvfrom(4096)
                threading.Thread(target=self._answer, args=[question, client],
                                 daemon=True).start()

    def _answer(self, question: bytes, client) -> None:
        label = question[13:13 + question[12]].decode("latin-1").lower()
        end = question.index(b"\0", 12) + 5
        kind = question[end - 3]  # A or AAAA
        codes = {"ok": 0, "slow": 0, "empty": 0, "servfail": 2, "refused": 5, "garbled": 0}
        if label == "silent":
            return
        if label == "slow":
            time.sleep(self._slow)
        address = label in ("ok", "slow") and kind == 1
        flags = bytes([0x81, 0x80 | codes.get(label, 3)])
        head = question[:2] + flags + bytes([0, 1, 0, int(address), 0, 0, 0, 0])
        record = b"\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x01" if address else b""
        answer = head + question[12:end] + record
        if label == "garbled":
            answer = question[:2] + flags + b"\0\1\0\5\0\0\0\0" + question[12:end] + b"\xff\xff"
        with contextlib.suppress(OSError):
            self._socket.sendto(answer, client)
