"""TLS towards clients on both sides: one certificate, and the cipher that both choose."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from comparison import Setting, Side, Sides
from nginx import nginx, tls_proxy_config
from processes import Processes, Started
from proxied import Measuring, Place, Starter, started_anew
from sidecar import Sidecar


def issue(directory: Path) -> tuple[Path, Path]:
    """A self-signed ECDSA certificate and its key, for 127.0.0.1."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"openssl made no certificate: {done.stderr[-300:]}")
    return certificate, key


def client_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def cipher_of(port: int) -> str:
    """What the server chooses from what OpenSSL offers by default, as the load generator does."""
    with socket.create_connection(("127.0.0.1", port), 5) as plain:
        with client_context().wrap_socket(plain) as secured:
            name, version, _ = secured.cipher()
            return f"{version} {name}"


def secured(upstream: Starter, measuring: Measuring, sidecar: Sidecar = Sidecar()):
    """What a `Comparison` opens: both sides with TLS; ends it when their ciphers differ."""

    @contextmanager
    def opened(setting: Setting) -> Iterator[Sides]:
        certificate, key = issue(setting.directory)

        def nginx_proxy(processes: Processes, place: Place) -> Started:
            config = tls_proxy_config(place, str(certificate), str(key))
            return nginx(processes, place, "nginx-proxy", config, connections=16384)

        ours = replace(sidecar, certificate=(certificate, key))
        chosen = [cipher(side, upstream, setting) for side in (ours, nginx_proxy)]
        if chosen[0] != chosen[1]:
            raise RuntimeError(f"we choose {chosen[0]}, nginx chooses {chosen[1]}")

        def side(starter: Starter) -> Side:
            return lambda: started_anew(starter, upstream, measuring, setting)

        yield Sides(side(ours), side(nginx_proxy), chosen[0])

    return opened


def cipher(side: Starter, upstream: Starter, setting: Setting) -> str:
    return started_anew(side, upstream, lambda _, place, __: cipher_of(place.port), setting)
