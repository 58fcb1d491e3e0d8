"""As much of a Redis client as the harness needs: commands and their replies, many at a time."""

import socket
from collections.abc import Iterable

Reply = str | int | None | list["Reply"]


def encoded(words: Iterable[str]) -> bytes:
    """A command as it goes over the wire (RESP2)."""
    parts = [word.encode() for word in words]
    lines = [f"*{len(parts)}\r\n".encode()]
    lines += [b"$%d\r\n%b\r\n" % (len(part), part) for part in parts]
    return b"".join(lines)


class RedisError(RuntimeError):
    """Redis said no, or something that is no reply."""


class RedisClient:
    """A connection; the first error reply is raised."""

    def __init__(self, port: int, password: str):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._stream = self._socket.makefile("rb")
        self.call("AUTH", password)

    def __enter__(self) -> "RedisClient":
        return self

    def __exit__(self, *_) -> None:
        self._stream.close()
        self._socket.close()

    def call(self, *words: str) -> Reply:
        return self.call_all([words])[0]

    def call_all(self, commands: list[Iterable[str]]) -> list[Reply]:
        """All at once; no more than what both sides' socket buffers can hold of replies."""
        self._socket.sendall(b"".join(encoded(words) for words in commands))
        return [self._reply() for _ in commands]

    def _reply(self) -> Reply:
        line = self._stream.readline().decode().rstrip("\r\n")
        kind, rest = line[:1], line[1:]
        if kind == "+":
            return rest
        if kind == ":":
            return int(rest)
        if kind == "$":
            return None if rest == "-1" else self._stream.read(int(rest) + 2)[:-2].decode()
        if kind == "*":
            return [self._reply() for _ in range(int(rest))]
        raise RedisError(rest or "the connection ended")
