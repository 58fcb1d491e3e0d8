#!/usr/bin/env python3
"""An application behind a sidecar that also misbehaves on request; a process of its own, so that it
can be killed and frozen.

  sidecar_app.py PORT OUTBOUND_PORT RELAY_PORT      0: there is none

GET /ok, /ok/…          200 "ok"
GET /slow/MS            the same, after so many milliseconds
POST /echo              the body
GET /call               calls /ok through the sidecar's outbound listener: its status, as 200 or 502
GET /call-later/MS      the same, after so many milliseconds
GET /half               promises 1000 bytes, sends 10 and closes
GET /half-head          closes within the head of the answer
GET /reset              resets the connection without an answer
GET /garbage            answers what is no HTTP
GET /hang               never answers
GET /count              {"requests": …, "calls": …, "spans": …}: requests taken so far, without /count
                        itself; calls made; spans that the relay has accepted

With a relay it sends one span for every sampled request, the child of its caller's.
"""

import asyncio
import json
import secrets
import socket
import struct
import sys
import time
from collections import Counter

counts: Counter[str] = Counter()
spans: list[dict] = []  # not sent yet


def answer(status: int, body: bytes, length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status} Some\r\ncontent-length: {len(body) if length is None else length}"
    return head.encode() + b"\r\n\r\n" + body


async def call(port: int) -> bytes:
    """Another service's answer, on a new connection each time."""
    counts["calls"] += 1
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /ok HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n")
    got = await reader.read()
    writer.close()
    status = got.split(b" ", 2)[1] if got.startswith(b"HTTP/1.1 ") else b"none"
    return answer(200 if status == b"200" else 502, status)


def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                               struct.pack("ii", 1, 0))
    writer.transport.abort()


async def respond(path: str, body: bytes, writer: asyncio.StreamWriter, outbound: int) -> bool:
    """False when the connection ends with it."""
    kind = path.split("/")[1]
    if kind == "count":
        writer.write(answer(200, json.dumps(counts).encode()))
        return True
    counts["requests"] += 1
    if kind in ("slow", "call-later"):
        await asyncio.sleep(int(path.split("/")[2]) / 1000)
    if kind == "hang":
        await asyncio.sleep(3600)
    broken = {"half": answer(200, b"0123456789", 1000), "half-head": b"HTTP/1.1 200 OK\r\ncont",
              "garbage": b"220 mail.example.org ready\r\n"}
    if kind in broken:
        writer.write(broken[kind])
        return False
    if kind == "reset":
        reset(writer)
        return False
    if kind in ("call", "call-later"):
        writer.write(await call(outbound))
    else:
        writer.write(answer(200, body if kind == "echo" else b"ok"))
    return True


def record(context: str, path: str, began: int) -> None:
    _, trace, parent, flags = context.split("-")[:4]
    if int(flags, 16) & 1:
        spans.append({"traceId": trace, "spanId": secrets.token_hex(8), "parentSpanId": parent,
                      "name": f"work on {path}", "kind": 1, "startTimeUnixNano": str(began),
                      "endTimeUnixNano": str(time.time_ns())})


async def send_spans(relay: int) -> None:
    """Again and again what has gathered; what is refused is sent again."""
    service = {"attributes": [{"key": "service.name", "value": {"stringValue": "application"}}]}
    while True:
        await asyncio.sleep(0.02)
        some = spans[:200]
        if not some:
            continue
        body = json.dumps({"resourceSpans": [{"resource": service,
                                              "scopeSpans": [{"spans": some}]}]}).encode()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", relay)
            writer.write(b"POST /v1/traces HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n"
                         b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
                         % len(body) + body)
            got = await reader.read()
            writer.close()
        except OSError:
            continue
        if got.startswith(b"HTTP/1.1 200"):
            del spans[:len(some)]
            counts["spans"] += len(some)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, outbound: int,
                relay: int) -> None:
    try:
        going = True
        while going:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            began = time.time_ns()
            length, context = 0, ""
            for line in head.split("\r\n")[1:]:
                name, _, value = line.partition(":")
                length = int(value) if name.lower() == "content-length" else length
                context = value.strip() if name.lower() == "traceparent" else context
            path = head.split(" ")[1]
            body = await reader.readexactly(length)
            going = await respond(path, body, writer, outbound)
            if relay and context:
                record(context, path, began)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # the other side went away
    finally:
        writer.close()


async def main() -> None:
    port, outbound, relay = map(int, sys.argv[1:4])

    async def one(reader, writer):
        await serve(reader, writer, outbound, relay)

    counts.update(requests=0, calls=0, spans=0)
    sending = asyncio.create_task(send_spans(relay)) if relay else None
    server = await asyncio.start_server(one, "127.0.0.1", port, backlog=4096)
    async with server:
        await asyncio.gather(server.serve_forever(), *filter(None, [sending]))


if __name__ == "__main__":
    asyncio.run(main())
