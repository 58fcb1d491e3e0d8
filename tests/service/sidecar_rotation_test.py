#!/usr/bin/env python3
"""Certificates are rotated on both sides of mutual TLS between two sidecars, under load: no request
fails, and new connections see the new ones.

Exit codes: 0 all well, 1 not, 77 without openssl.
"""

import socket
import ssl
import sys

from authority import Authority
from servers import Skip, wait_until
from sidecar_load import Load
from sidecars import Sidecar, SidecarTest, run_tests

SERVER = "scores.test"


class ShortLoad(Load):
    """Connects anew for every request."""

    def _once(self, connection, path: str) -> bool:
        super()._once(connection, path)
        return False


class SidecarRotationTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        try:
            self.authority = Authority(self.directory)
        except Skip as why:
            self.skipTest(str(why))
        self.issue()
        app = self.begin(self.application())
        path = self.authority.path
        self.callee = self.begin(self.sidecar({"inbound": [
            {"name": "in", "upstream": f"127.0.0.1:{app.port}", "tls": {
                "certificate": path("server.crt"), "key": path("server.key"),
                "client_ca": path("ca.crt")}}]}, "callee"))
        self.caller = self.begin(self.sidecar({"outbound": [
            {"name": "out", "upstream": f"127.0.0.1:{self.callee.at('in')}", "tls": {
                "ca": path("ca.crt"), "server_name": SERVER,
                "certificate": path("client.crt"), "key": path("client.key")}}]}, "caller"))

    def issue(self) -> None:
        self.authority.issue("server", f"DNS:{SERVER}")
        self.authority.issue("client", "URI:spiffe://example.org/ns/shop/sa/web")

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.authority.path("ca.crt"))
        context.check_hostname = False  # it connects to an address
        context.load_cert_chain(self.authority.path("client.crt"), self.authority.path("client.key"))
        return context

    def serial_shown(self) -> int:
        """Of the leaf that a new connection sees."""
        with socket.create_connection(("127.0.0.1", self.callee.at("in")), timeout=30) as plain:
            with self.context().wrap_socket(plain, server_hostname=SERVER) as secured:
                return int(secured.getpeercert()["serialNumber"], 16)

    def in_force(self, sidecar: Sidecar, listener: str, leaf: str) -> bool:
        return self.authority.end(leaf) == sidecar.metric(
            "remora_tls_certificate_expiry_seconds", listener=listener)

    def test_a_rotation_under_load_costs_no_request(self) -> None:
        short = self.stack.enter_context(  # a connection for every request, straight to the callee
            ShortLoad(self.callee.at("in"), ["/ok"], clients=2, tls=self.context(), pause=0.005))
        load = self.stack.enter_context(Load(self.caller.at("out"), ["/ok", "/echo"]))
        for _ in range(3):
            wait_until(lambda n=load.answers(): load.answers() > n + 200, what="traffic")
            self.issue()
            wait_until(lambda: self.in_force(self.callee, "in", "server"), what="the new leaf")
            wait_until(lambda: self.in_force(self.caller, "out", "client"), what="the caller's")
            self.assertEqual(self.serial_shown(), self.authority.serial("server"))
        wait_until(lambda n=load.answers(): load.answers() > n + 200, what="traffic")
        wait_until(lambda n=short.answers(): short.answers() > n + 20, what="new connections")
        for one in (load, short):
            one.stop()
            self.assertEqual(set(one.statuses), {200})
            self.assertEqual((one.closed, one.cut, one.refused, one.hung), (0, 0, 0, 0))
        for sidecar in (self.callee, self.caller):
            self.assertGreaterEqual(sidecar.metric("remora_tls_reloads_total", result="ok"), 3)
            self.assert_balanced_end(sidecar, sidecar.stop())
        print(f"{load.answers()} requests through both, {short.answers()} on new connections")


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
