"""What the stand-in for blackbox_exporter and the real one are pointed at: servers that behave, and
servers that do not. All on loopback and free ports, threads of this process."""

import gzip
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
import time
import urllib.parse
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from servers import Server, tool
from sidecars import accepts, fetch

LONG = 30.0  # beyond every timeout here


class Certificates:
    """A root and leaves of it, good and bad, as files of a directory."""

    def __init__(self, directory: Path):
        self.openssl = tool("openssl")
        self.directory = directory
        (directory / "openssl.cnf").write_text("[req]\ndistinguished_name=dn\n[dn]\n")
        root = ["basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign"]
        self._make("ca", "/C=NZ/O=Roots & Co/CN=root", 20, root)
        self._make("middle", "/O=Roots & Co/CN=middle", 15, root, signer="ca")
        here = ["basicConstraints=critical,CA:FALSE",
                "subjectAltName=DNS:localhost,DNS:shop.test,IP:127.0.0.1,IP:::1"]
        self._make("good", "/C=NZ/O=Shop/OU=Web/CN=shop.test", 10, here, signer="ca")
        self._make("deep", "/CN=shop.test", 12, here, signer="middle")
        self._make("wrong", "/CN=other.test", 10, ["subjectAltName=DNS:other.test"], signer="ca")
        self._make("selfsigned", "/CN=localhost", 10, here)
        self._make("expired", "/CN=localhost", -1, here, signer="ca")
        self._make("client", "/CN=client", 10, ["basicConstraints=critical,CA:FALSE"], signer="ca")
        with (directory / "deep.crt").open("a") as chain:
            chain.write((directory / "middle.crt").read_text())

    def path(self, name: str) -> str:
        return str(self.directory / name)

    def _make(self, name: str, subject: str, days: int, extensions: list[str],
              signer: str | None = None) -> None:
        self._run("req", "-new", "-config", self.path("openssl.cnf"), "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.path(f"{name}.key"),
                  "-out", self.path("request"), "-subj", subject)
        (self.directory / "extensions").write_text("\n".join(extensions) + "\n")
        signed = (["-CA", self.path(f"{signer}.crt"), "-CAkey", self.path(f"{signer}.key"),
                   "-CAcreateserial"] if signer else ["-signkey", self.path(f"{name}.key")])
        self._run("x509", "-req", "-in", self.path("request"), "-days", str(days), "-extfile",
                  self.path("extensions"), "-out", self.path(f"{name}.crt"), *signed)

    def _run(self, *words: str) -> None:
        done = subprocess.run([self.openssl, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(words)}\n{done.stderr}")

    def server(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(f"{name}.crt"), self.path(f"{name}.key"))
        return context


class Listener(socketserver.ThreadingTCPServer):
    """Calls `talk(connection)` for each connection, in a thread of its own."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, talk, family=socket.AF_INET, tls: ssl.SSLContext | None = None):
        self.talk = talk
        self.tls = tls
        self.address_family = family
        super().__init__(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), None)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def finish_request(self, request, client_address) -> None:
        request.settimeout(LONG)
        try:
            if self.tls:
                request = self.tls.wrap_socket(request, server_side=True)
            self.talk(request)
            # Closing with unread input would reset what was sent.
            request.shutdown(socket.SHUT_WR)
            while request.recv(4096):
                pass
        except (OSError, ValueError):
            pass
        finally:
            request.close()

    def handle_error(self, request, client_address) -> None:
        pass


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Request:
    """One request that was read whole."""

    def __init__(self, connection: socket.socket):
        data = b""
        while b"\r\n\r\n" not in data:
            got = connection.recv(65536)
            if not got:
                raise ValueError("no request")
            data += got
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = lines[0].split(" ")
        self.headers = {name.lower(): value.strip() for name, _, value in
                        (line.partition(":") for line in lines[1:])}
        while len(self.body) < int(self.headers.get("content-length", 0)):
            self.body += connection.recv(65536)


def answer(status: str = "200 OK", body: bytes = b"", *headers: str, length: bool = True) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (*parts, b""))


HELLO = b"hello, world: status=green\nsecond line\n"


class Web:
    """An HTTP server whose paths say how it answers."""

    def __init__(self, family=socket.AF_INET, tls: ssl.SSLContext | None = None):
        self.other = ""  # a base URL that /away redirects to
        self.listener = Listener(self._talk, family, tls)
        self.port = self.listener.port

    def _talk(self, connection: socket.socket) -> None:
        request = Request(connection)
        path, _, tail = request.path[1:].partition("/")
        known = getattr(self, "_" + path.partition("?")[0].replace("-", "_"), None)
        if known is None:
            connection.sendall(answer("404 Not Found", b"nothing here\n"))
        else:
            known(connection, request, tail)

    def _(self, connection, request, tail):
        body = b"" if request.method == "HEAD" else HELLO
        head = answer(body=HELLO).removesuffix(HELLO)
        connection.sendall(head + body)

    _ok = _

    def _status(self, connection, request, tail):
        connection.sendall(answer(f"{tail} Whatever", HELLO))

    def _empty_204(self, connection, request, tail):
        connection.sendall(answer("204 No Content", length=False))

    def _unchanged(self, connection, request, tail):
        connection.sendall(answer("304 Not Modified", length=False))

    def _chunked(self, connection, request, tail):
        connection.sendall(answer("200 OK", b"", "Transfer-Encoding: chunked", length=False)
                           + chunked(b"hello, ", b"chunks"))

    def _trickled(self, connection, request, tail):
        for byte in answer(body=HELLO):
            connection.sendall(bytes([byte]))

    def _until_close(self, connection, request, tail):
        connection.sendall(answer("200 OK", b"", length=False) + HELLO)

    def _old(self, connection, request, tail):
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + HELLO)

    def _early(self, connection, request, tail):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(body=HELLO))

    def _modified(self, connection, request, tail):
        connection.sendall(answer("200 OK", HELLO, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"))

    def _headers(self, connection, request, tail):
        connection.sendall(answer("200 OK", HELLO, "X-Colour: red", "X-Colour: green"))

    def _redirect(self, connection, request, tail):
        left = int(tail)
        to = f"/redirect/{left - 1}" if left > 1 else "/ok"
        connection.sendall(answer("302 Found", b"moved", f"Location: {to}"))

    def _loop(self, connection, request, tail):
        connection.sendall(answer("301 Moved Permanently", b"", "Location: /loop"))

    def _away(self, connection, request, tail):
        connection.sendall(answer("302 Found", b"", f"Location: {self.other}/{tail}"))

    def _nowhere(self, connection, request, tail):
        connection.sendall(answer("302 Found", b"no location"))

    def _again(self, connection, request, tail):
        connection.sendall(answer("307 Temporary Redirect", b"", "Location: /posted"))

    def _see(self, connection, request, tail):
        connection.sendall(answer("303 See Other", b"", "Location: /got"))

    def _posted(self, connection, request, tail):
        good = request.method == "POST" and request.body == b'{"a": 1}'
        connection.sendall(answer("200 OK" if good else "400 Bad Request", HELLO))

    def _got(self, connection, request, tail):
        good = request.method == "GET" and request.body == b""
        connection.sendall(answer("200 OK" if good else "400 Bad Request", HELLO))

    def _cookie(self, connection, request, tail):
        if "taste=sweet" in request.headers.get("cookie", ""):
            connection.sendall(answer(body=HELLO))
        else:
            connection.sendall(answer("302 Found", b"", "Set-Cookie: taste=sweet; Path=/",
                                      "Location: /cookie"))

    def _gzip(self, connection, request, tail):
        connection.sendall(answer("200 OK", gzip.compress(HELLO * 100), "Content-Encoding: gzip"))

    def _deflate(self, connection, request, tail):
        packed = zlib.compressobj(wbits=-15)
        body = packed.compress(HELLO * 100) + packed.flush()
        connection.sendall(answer("200 OK", body, "Content-Encoding: deflate"))

    def _broken_gzip(self, connection, request, tail):
        connection.sendall(answer("200 OK", gzip.compress(HELLO * 100)[:-20]))

    def _huge(self, connection, request, tail):
        connection.sendall(answer("200 OK", b"x" * 12_000_000))

    def _huge_chunked(self, connection, request, tail):
        connection.sendall(answer("200 OK", b"", "Transfer-Encoding: chunked", length=False)
                           + chunked(*[b"y" * 100_000] * 120))

    def _short(self, connection, request, tail):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + HELLO)

    def _nothing(self, connection, request, tail):
        pass

    def _reset(self, connection, request, tail):
        reset(connection)

    def _slow(self, connection, request, tail):
        time.sleep(LONG)

    def _slow_body(self, connection, request, tail):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + HELLO)
        time.sleep(LONG)

    def _nonsense(self, connection, request, tail):
        connection.sendall(b"220 this is no HTTP\r\n\r\n")

    def _auth(self, connection, request, tail):
        good = request.headers.get("authorization") == {
            "basic": "Basic dXNlcjpwYXNz", "bearer": "Bearer let-me-in"}[tail]
        connection.sendall(answer("200 OK" if good else "401 Unauthorized", HELLO))

    def _host(self, connection, request, tail):
        good = request.headers.get("host") == tail
        connection.sendall(answer("200 OK" if good else "421 Misdirected Request", HELLO))

    def _query(self, connection, request, tail):
        good = request.path == "/query?a=1&b=two%20words"
        connection.sendall(answer("200 OK" if good else "400 Bad Request", HELLO))


class Lines:
    """TCP servers that talk in lines."""

    def __init__(self, certificates: Certificates):
        self._tls = certificates.server("good")
        self.banner = Listener(lambda c: c.sendall(b"220-first\r\n220 mail.test ESMTP ready\r\n"))
        self.unended = Listener(lambda c: c.sendall(b"220 no line feed"))
        self.silent = Listener(lambda c: time.sleep(LONG))
        self.closing = Listener(lambda c: None)
        self.resetting = Listener(reset)
        self.pong = Listener(self._pong)
        self.starttls = Listener(self._starttls)
        self.secure = Listener(lambda c: c.sendall(b"+OK secure\r\n"), tls=self._tls)
        self.endless = Listener(lambda c: c.sendall(b"z" * 200_000))

    @staticmethod
    def _pong(connection: socket.socket) -> None:
        connection.sendall(b"PING :token-7\r\n")
        line = connection.makefile("rb").readline()
        connection.sendall(b":test 001 welcome\r\n" if line == b"PONG token-7\n" else b"no\r\n")

    def _starttls(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb", buffering=0)
        connection.sendall(b"220 mail.test ESMTP\r\n")
        reader.readline()
        connection.sendall(b"250-mail.test\r\n250 STARTTLS\r\n")
        reader.readline()
        connection.sendall(b"220 go ahead\r\n")
        secured = self._tls.wrap_socket(connection, server_side=True)
        secured.makefile("rb", buffering=0).readline()
        secured.sendall(b"250 AUTH\r\n")
        secured.shutdown(socket.SHUT_WR)


def _name(text: str) -> bytes:
    labels = [label.encode() for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _record(name: str, kind: int, data: bytes, ttl: int = 300) -> bytes:
    return _name(name) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data


A, NS, CNAME, SOA, MX, TXT, AAAA, SRV = 1, 2, 5, 6, 15, 16, 28, 33


class Names:
    """A DNS server, over UDP, TCP and TLS, on one port each."""

    def __init__(self, certificates: Certificates):
        self.udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), None)
        self.udp.finish_request = self._datagram
        self.udp.handle_error = lambda *_: None
        threading.Thread(target=self.udp.serve_forever, args=(0.02,), daemon=True).start()
        self.port = self.udp.server_address[1]
        self.tcp = Listener(self._stream)
        self.tls = Listener(self._stream, tls=certificates.server("good"))

    def _datagram(self, request, client) -> None:
        data, out = request
        reply = self.reply(data)
        if reply:
            out.sendto(reply, client)

    def _stream(self, connection: socket.socket) -> None:
        size = struct.unpack("!H", self._exactly(connection, 2))[0]
        reply = self.reply(self._exactly(connection, size))
        if reply:
            connection.sendall(struct.pack("!H", len(reply)) + reply)

    @staticmethod
    def _exactly(connection: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            got = connection.recv(size - len(data))
            if not got:
                raise ValueError("cut off")
            data += got
        return data

    def reply(self, query: bytes) -> bytes | None:
        """What is asked for says what comes; nothing for `silent.test`."""
        end = query.index(b"\0", 12) + 5
        question = query[12:end]
        labels, at = [], 0
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode())
            at += question[at] + 1
        name = ".".join(labels)
        desired = query[2] & 1
        if name == "silent.test":
            return None
        if name == "garbage.test":
            return query[:2] + b"\xff" * 9
        answers: list[bytes] = []
        authority = [_record("test", NS, _name("ns.test"))]
        additional = [_record("ns.test", A, bytes([10, 0, 0, 53]))]
        rcode = {"missing.test": 3, "broken.test": 2, "refused.test": 5}.get(name, 0)
        if rcode == 0:
            answers = {
                "two.test": [_record(name, A, bytes([10, 0, 0, 1])),
                             _record(name, A, bytes([10, 0, 0, 2]))],
                "six.test": [_record(name, AAAA, b"\x20\x01\x0d\xb8" + b"\0" * 11 + b"\x01")],
                "alias.test": [_record(name, CNAME, _name("two.test")),
                               _record("two.test", A, bytes([10, 0, 0, 1]))],
                "test": [_record(name, SOA, _name("ns.test") + _name("root.test")
                                 + struct.pack("!IIIII", 2026112101, 3600, 600, 86400, 60))],
                "mail.test": [_record(name, MX, struct.pack("!H", 10) + _name("mx.test"))],
                "text.test": [_record(name, TXT, b"\x05hello\x07w\"orld ")],
                "srv.test": [_record(name, SRV, struct.pack("!HHH", 1, 2, 443) + _name("a.test"))],
                "recursed.test": [_record(name, A, bytes([10, 0, 0, desired]))],
            }.get(name, [])
        if rcode or name == "none.test":
            authority, additional = [], []
        head = query[:2] + bytes([0x80 | desired, rcode]) + struct.pack(
            "!HHHH", 1, len(answers), len(authority), len(additional))
        return head + question + b"".join([*answers, *authority, *additional])


class Exporter(Server):
    """One of the two, by its program and the words before the flags they share."""

    def __init__(self, name: str, words: list[str], config: Path, spawner: ThreadPoolExecutor,
                 flags: tuple[str, ...] = ()):
        super().__init__(name, config.parent, 1, spawner)
        self._words = words
        self._config = config
        self._flags = flags

    def command(self) -> list[str]:
        return [*self._words, f"--config.file={self._config}",
                f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error", *self._flags]

    def answers(self) -> bool:
        return accepts(self.port)

    def ask(self, path: str, **parameters: str) -> tuple[int, str]:
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        return fetch(f"http://127.0.0.1:{self.port}{path}{query}")
