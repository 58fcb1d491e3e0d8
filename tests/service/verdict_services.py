"""Services that are no HTTP and that answer wrongly: what the probe's other checks are held against
(verdict_table.py). A name server is in verdict_edge.py."""

import socket
import struct

from verdict_edge import Script, speaks


def redis(reply: bytes) -> Script:
    """A Redis that knows one reply."""
    return speaks(reply)


def _message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _read(connection: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        more = connection.recv(size - len(got))
        if not more:
            raise OSError("the client is gone")
        got += more
    return got


def _start_up(connection: socket.socket) -> None:
    size, = struct.unpack("!i", _read(connection, 4))
    _read(connection, size - 4)


READY = _message(b"Z", b"I")


def refusing_postgres(connection: socket.socket) -> None:
    """A PostgreSQL that knows nobody."""
    _start_up(connection)
    fields = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"u\"\0\0"
    connection.sendall(_message(b"E", fields))
    connection.close()


def postgres(connection: socket.socket) -> None:
    """A PostgreSQL without passwords that answers every statement with one row: n = 7."""
    _start_up(connection)
    parameters = {"server_version": "15.0", "client_encoding": "UTF8",
                  "standard_conforming_strings": "on", "integer_datetimes": "on"}
    told = b"".join(_message(b"S", f"{name}\0{value}\0".encode())
                    for name, value in parameters.items())
    key = _message(b"K", struct.pack("!ii", 1, 1))
    connection.sendall(_message(b"R", struct.pack("!i", 0)) + told + key + READY)
    column = b"n\0" + struct.pack("!ihihih", 0, 0, 23, 4, -1, 0)
    answers = {
        b"Q": _message(b"C", b"SET\0") + READY,
        b"P": _message(b"1"),
        b"B": _message(b"2"),
        b"D": _message(b"T", struct.pack("!h", 1) + column),
        b"E": _message(b"D", struct.pack("!hi", 1, 1) + b"7") + _message(b"C", b"SELECT 1\0"),
        b"S": READY,
    }
    while (kind := _read(connection, 1)) != b"X":
        size, = struct.unpack("!i", _read(connection, 4))
        _read(connection, size - 4)
        connection.sendall(answers.get(kind, b""))
