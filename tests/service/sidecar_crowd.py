#!/usr/bin/env python3
"""Many connections at once, in a process of their own.

  sidecar_crowd.py idle PORT N    opens N that ask once and stay; prints how many were answered. For
                                  every line on standard input it asks again on all, and prints how
                                  many were answered on the connection that they had
  sidecar_crowd.py slow PORT N    opens N that send a head byte by byte, without ever ending it;
                                  prints N when all have begun, and how many were closed when none
                                  is left
"""

import asyncio
import sys

REQUEST = b"GET /ok HTTP/1.1\r\nhost: crowd\r\n\r\n"
PAUSE = 0.3  # seconds between the bytes of a slow one

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(port: int, places: asyncio.Semaphore) -> Connection:
    async with places:
        return await asyncio.open_connection("127.0.0.1", port, limit=4096)


async def ask(connection: Connection, places: asyncio.Semaphore) -> bool:
    reader, writer = connection
    async with places:
        try:
            writer.write(REQUEST)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 120)
            return head.startswith(b"HTTP/1.1 200 ") and await reader.readexactly(2) == b"ok"
        except (OSError, EOFError, TimeoutError):
            return False


async def idle(port: int, n: int) -> None:
    places = asyncio.Semaphore(64)
    crowd = await asyncio.gather(*(connect(port, places) for _ in range(n)))
    loop = asyncio.get_running_loop()
    while True:
        print(sum(await asyncio.gather(*(ask(one, places) for one in crowd))), flush=True)
        if not await loop.run_in_executor(None, sys.stdin.readline):
            return


async def dribble(connection: Connection) -> bool:
    """True when it was closed by the other side, with or without a word."""
    reader, writer = connection
    ended = asyncio.create_task(reader.read())
    while not (await asyncio.wait([ended], timeout=PAUSE))[0]:
        writer.write(b"a")
    try:
        return not ended.result().startswith(b"HTTP/1.1 200")
    except OSError:
        return True
    finally:
        writer.close()


async def slow(port: int, n: int) -> None:
    places = asyncio.Semaphore(64)
    crowd = await asyncio.gather(*(connect(port, places) for _ in range(n)))
    for _, writer in crowd:
        writer.write(b"GET /ok HTTP/1.1\r\nhost: crowd\r\nx-slow: ")
    print(n, flush=True)
    print(sum(await asyncio.gather(*map(dribble, crowd))), flush=True)


if __name__ == "__main__":
    asyncio.run({"idle": idle, "slow": slow}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3])))
