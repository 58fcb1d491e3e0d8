#!/usr/bin/env python3
"""An application, or one that it depends on, that fails in every way that a verdict tells apart; a
process of its own, so that it can be frozen.

  verdict_app.py PORT

GET /ok                  200 {"ok": true, "items": [1]}, header x-kind: good
GET /status/N            that status
GET /slow/MS             as /ok, after so many milliseconds
GET /pending             202 {"state": "pending"}, always
GET /twice               200 {"copies": 2}
GET /around              302, to itself
GET /text, /two-lines    200 and no JSON; 200 {"value": "a\\nb"}
GET /hang                never answers
GET /empty, /reset       closes, or resets, without an answer
GET /half-head, /garbage closes within the head; answers what is no HTTP
GET /half, /stall        promises a body of 1000 bytes, sends 10 and closes, or goes silent
GET /reset-body          the same, and resets
GET /huge, /huge-head    a body of 32 MB; a head of 64 KB
GET /reports             503, and says of itself that its database did not answer in time
GET /call/PORT/STATUS/…  calls GET /… on that port of 127.0.0.1, in the trace of its caller: 200 when
                         that answers 200, else STATUS
"""

import asyncio
import json
import socket
import struct
import sys

GOOD = json.dumps({"ok": True, "items": [1]}).encode()


def answer(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    head = [f"HTTP/1.1 {status} Some", f"content-length: {len(body) if length is None else length}",
            *headers, "", ""]
    return "\r\n".join(head).encode() + body


def good(status: int = 200, body: bytes = GOOD) -> bytes:
    return answer(status, body, "content-type: application/json", "x-kind: good")


WHOLE = {
    "ok": good(),
    "pending": good(202, b'{"state":"pending"}'),
    "around": answer(302, b"", "location: /around"),
    "twice": good(200, b'{"copies":2}'),
    "two-lines": good(200, b'{"value":"a\\nb"}'),
    "text": answer(200, b"all is well", "content-type: text/plain"),
    "reports": answer(503, b"", 'server-timing: db;dur=5;desc="timed_out"'),
}
PARTS = {
    "half-head": b"HTTP/1.1 200 OK\r\ncont",
    "garbage": b"220 mail.example.org ready\r\n\r\n",
    "half": answer(200, b"0123456789", length=1000),
    "reset-body": answer(200, b"0123456789", length=1000),
    "stall": answer(200, b"0123456789", length=1000),
    "huge": answer(200, bytes(32_000_000)),
    "huge-head": answer(200, b"", "x-long: " + "y" * 65536),
    "empty": b"",
    "reset": b"",
}


def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                               struct.pack("ii", 1, 0))
    writer.transport.abort()


async def call(path: str, headers: dict[str, str]) -> bytes:
    port, status, rest = path.removeprefix("/call/").split("/", 2)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        trace = headers.get("traceparent", "")
        context = f"traceparent: {trace}\r\n" if trace else ""
        writer.write(f"GET /{rest} HTTP/1.1\r\nhost: other\r\n{context}connection: close\r\n\r\n"
                     .encode())
        got = await reader.read()
        writer.close()
    except OSError:
        got = b""
    return good(200 if got.startswith(b"HTTP/1.1 200") else int(status))


async def respond(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> bool:
    """False when the connection ends with it."""
    kind, _, rest = path[1:].partition("/")
    if kind == "call":
        writer.write(await call(path, headers))
        return True
    if kind == "slow":
        await asyncio.sleep(int(rest) / 1000)
        kind = "ok"
    if kind == "status":
        writer.write(good(int(rest)))
        return True
    if kind in WHOLE:
        writer.write(WHOLE[kind])
        return True
    writer.write(PARTS.get(kind, b""))
    await writer.drain()
    if kind in ("hang", "stall"):
        await asyncio.sleep(3600)
    if kind in ("reset", "reset-body"):
        await asyncio.sleep(0.05)  # what was sent is read by then
        reset(writer)
    return False


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        going = True
        while going:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            lines = head.split("\r\n")
            headers = {name.lower(): value.strip()
                       for name, _, value in (line.partition(":") for line in lines[1:])}
            await reader.readexactly(int(headers.get("content-length", 0)))
            going = await respond(lines[0].split(" ")[1], headers, writer)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # the other side went away
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
