#!/usr/bin/env python3
"""A WebSocket goes through the sidecar as it is: the handshake, text and binary both ways, ping and
pong, large messages, and the close with its code. Both ends are the `websockets` package.

Exit codes: 0 all well, 1 not.
"""

import asyncio
import os
import sys
import threading

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.asyncio.server import serve as serve_websocket
from websockets.exceptions import ConnectionClosed, InvalidStatus

from servers import wait_until
from sidecars import SidecarTest, accepts, run_tests
from stack import sample

LARGE = 1 << 20
DURATION = "http_server_request_duration_seconds_count"


class Echo:
    """A WebSocket server in a thread of its own. It echoes; "close" ends with 4001, "ping" is
    answered once the client has answered a ping; it wants the subprotocol `echo`."""

    def __init__(self):
        self.closes: list[tuple[int, str]] = []
        self.origins: list[str | None] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._run(),), daemon=True)
        self._thread.start()
        self._ready.wait()

    async def _run(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        async with serve_websocket(self._talk, "127.0.0.1", 0, max_size=2 * LARGE,
                                   subprotocols=["echo"]) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stopped.wait()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(30)

    async def _talk(self, client: ServerConnection) -> None:
        self.origins.append(client.request.headers.get("Origin"))
        try:
            async for message in client:
                if message == "close":
                    await client.close(4001, "as you wish")
                elif message == "ping":
                    await (await client.ping(b"server's"))
                    await client.send("ponged")
                else:
                    await client.send(message)
        except ConnectionClosed:
            pass
        finally:
            await client.wait_closed()
            self.closes.append((client.close_code, client.close_reason))


class SidecarWebsocketTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        self.echo = Echo()
        self.stack.callback(self.echo.stop)
        self.car = self.begin(self.sidecar({"inbound": [
            {"name": "in", "upstream": f"127.0.0.1:{self.echo.port}",
             "routes": [{"route": "/talk"}]}], "drain": {"grace": "30s"}}))

    def talk(self, conversation, **more) -> None:
        async def run() -> None:
            async with connect(f"ws://127.0.0.1:{self.car.at('in')}/talk", max_size=2 * LARGE,
                               open_timeout=60, proxy=None, subprotocols=["echo"],
                               **more) as client:
                await asyncio.wait_for(conversation(client), 120)
        asyncio.run(run())

    def ended(self, n: int = 1) -> None:
        wait_until(lambda: len(self.echo.closes) == n, what="the server's end")
        wait_until(lambda: self.car.metric("remora_sidecar_tunnels") == 0, what="no tunnel")

    def test_text_and_binary_are_echoed_and_the_close_is_told_to_both(self) -> None:
        async def conversation(client) -> None:
            self.assertEqual(client.subprotocol, "echo")
            self.assertEqual(self.car.metric("remora_sidecar_tunnels"), 1)
            for message in ("hello", "ñandú", "", b"\0\xff"):
                await client.send(message)
                self.assertEqual(await client.recv(), message)
            await client.close(1000, "done")
        self.talk(conversation, origin="https://shop.example.org")
        self.ended()
        self.assertEqual(self.echo.closes, [(1000, "done")])
        self.assertEqual(self.echo.origins, ["https://shop.example.org"])
        self.assertEqual(self.car.metric(DURATION, http_response_status_code="101"), 1)
        text = self.car.metrics()
        for direction in ("upstream", "client"):
            self.assertGreater(
                sample(text, "remora_sidecar_tunnel_bytes_total", direction=direction), 0)

    def test_pings_go_both_ways(self) -> None:
        async def conversation(client) -> None:
            await (await client.ping(b"client's"))
            await client.send("ping")
            self.assertEqual(await client.recv(), "ponged")
        self.talk(conversation)
        self.ended()

    def test_a_message_of_a_megabyte_comes_back_whole(self) -> None:
        async def conversation(client) -> None:
            for message in (os.urandom(LARGE), "x" * LARGE):
                await client.send(message)
                self.assertEqual(await client.recv(), message)
        # Compressed it would be none: `x` again and again.
        self.talk(conversation, compression=None)
        self.ended()
        self.assertGreater(
            self.car.metric("remora_sidecar_tunnel_bytes_total", direction="client"), 2 * LARGE)

    def test_the_servers_close_reaches_the_client(self) -> None:
        async def conversation(client) -> None:
            await client.send("close")
            with self.assertRaises(ConnectionClosed):
                await client.recv()
            self.assertEqual((client.close_code, client.close_reason), (4001, "as you wish"))
        self.talk(conversation)
        self.ended()

    def test_an_abrupt_end_of_the_client_ends_the_server_too(self) -> None:
        async def conversation(client) -> None:
            client.transport.abort()
        self.talk(conversation)
        self.ended()
        self.assertEqual(self.echo.closes[0][0], 1006)

    def test_a_refused_handshake_is_an_answer_like_others(self) -> None:
        async def ask() -> None:
            with self.assertRaises(InvalidStatus) as refused:
                async with connect(f"ws://127.0.0.1:{self.car.at('in')}/talk", proxy=None,
                                   subprotocols=["other"], open_timeout=60):
                    pass
            self.assertEqual(refused.exception.response.status_code, 400)
        asyncio.run(ask())
        self.assertEqual(self.car.metric(DURATION, http_response_status_code="400"), 1)

    def test_the_sidecar_waits_for_tunnels_at_its_end(self) -> None:
        """A tunnel goes on during the grace, and the books balance with it."""
        async def conversation(client) -> None:
            await client.send("hello")
            self.assertEqual(await client.recv(), "hello")
            self.car.terminate()
            wait_until(lambda: not accepts(self.car.at("in")), what="the drain")
            await client.send("still here?")
            self.assertEqual(await client.recv(), "still here?")
        self.talk(conversation)
        self.assert_balanced_end(self.car, self.car.ended())


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
