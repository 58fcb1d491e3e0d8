"""One answer of an HTTP/1.1 server, with the bytes of its head as they were sent."""

import socket
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    head: bytes  # with the empty line
    body: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    @property
    def headers(self) -> list[tuple[str, str]]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)
                if name]

    def header(self, name: str) -> str:
        """Its value; "" when it is not there."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def ask(port: int, path: str, method: str = "GET", headers: dict[str, str] | None = None,
        body: str = "") -> Answer:
    """Sends one request as wrk would and reads the answer, which must have a Content-Length."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as server:
        server.sendall("\r\n".join([*lines, "", body]).encode())
        with server.makefile("rb") as stream:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline()
                if not line:
                    raise RuntimeError(f"port {port} ends the connection within an answer")
                head += line
            answer = Answer(head, b"")
            return Answer(head, stream.read(int(answer.header("content-length"))))
