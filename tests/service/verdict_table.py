"""Every fault that the running chain can be given, and the verdict that the probe must give of it:
what verdicts_test.py injects one by one. `place` is where the fault really is; a verdict that
blames another place says in `alike` why the two look alike from outside (docs/scenarios.md)."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import verdict_edge as edge
import verdict_services as services

STEP_TIMEOUT = "700ms"
HTML = b"<html>Sorry</html>"
#: Of the securities that are there from the start; what was read is remembered for a while.
SCORE_OF_ONE = "/v1/securities/US0378331005/score"
SCORE_OF_ANOTHER = "/v1/securities/DE0007164600/score"


@dataclass
class Fault:
    name: str
    place: str
    verdict: str  # "where why"
    path: str = "/ok"
    #: Prepares the fault and gives the base URL; what it puts on the stack is undone afterwards.
    at: Callable = lambda world, stack: world.base("in")
    step: dict = field(default_factory=dict)  # further members of the step
    scenario: dict = field(default_factory=dict)  # of the scenario
    # Instead of the one step; or what gives them for the base URL.
    steps: list | Callable | None = None
    good_before: int = 0  # runs that pass before the fault
    key: str = "right"  # that signs
    needs: str = ""  # "network": a network of its own
    alike: str = ""


def behind(listener: str) -> Callable:
    return lambda world, stack: world.base(listener)


def plain(script: edge.Script) -> Callable:
    """An edge instead of the chain."""
    def at(_world, stack) -> str:
        server = edge.Edge(script)
        stack.callback(server.close)
        return f"http://127.0.0.1:{server.port}"
    return at


def before(make: Callable, good: int = 0) -> Callable:
    """An edge in front of the sidecar: `good` connections are passed on, then it plays the script
    that `make(port of the sidecar)` gives."""
    def at(world, stack) -> str:
        port = world.port("in")
        script = edge.first(good, edge.passes(port), make(port)) if good else make(port)
        return plain(script)(world, stack)
    return at


def name_server(_world, stack) -> str:
    server = edge.NameServer(port=0)
    stack.callback(server.close)
    return f"http://127.0.0.1:{server.port}"


def asks(kind: str, key: str, expected: dict | None = None, **request: str) -> Callable:
    """A step of a kind that is no HTTP, to the address of the base URL."""
    def steps(base: str) -> list:
        where = base.removeprefix("http://")
        if kind == "postgres":
            where = f"postgresql://u@{where}/d?sslmode=disable&gssencmode=disable"
        step = {"name": "ask", kind: {key: where} | request}
        return [step | ({"expect": {kind: expected}} if expected else {})]
    return steps


def secured(script: edge.Script, **more) -> Callable:
    """TLS with a certificate that is all right."""
    def at(world, stack) -> str:
        one = world.authority
        made = edge.tls(one.path("good.crt"), one.path("good.key"), script, **more)
        return plain(made)(world, stack).replace("http", "https")
    return at


def untrusted(script: edge.Script) -> Callable:
    """An edge that is spoken to by TLS, whatever it speaks itself."""
    return lambda world, stack: plain(script)(world, stack).replace("http", "https")


def full(_world, stack) -> str:
    server = edge.Full()
    stack.callback(server.close)
    return f"http://127.0.0.1:{server.port}"


def nobody(world, _stack) -> str:
    return f"http://127.0.0.1:{world.free_port()}"


def frozen(which: str, listener: str = "in") -> Callable:
    def at(world, stack) -> str:
        server = getattr(world, which)
        server.pause()
        stack.callback(server.resume)
        return world.base(listener)
    return at


def killed(world, stack) -> str:
    world.car.kill()
    stack.callback(world.car.start)
    return world.base("in")


def occupied(listener: str) -> Callable:
    """Somebody else's request takes the only place."""
    def at(world, stack) -> str:
        stack.enter_context(world.waiting_request(listener, "/slow/1500"))
        return world.base(listener)
    return at


def no_ports(world, stack) -> str:
    """Of all ports to dial from there is one, and it is taken."""
    base = world.base("in")
    file = Path("/proc/sys/net/ipv4/ip_local_port_range")
    was = file.read_text()
    stack.callback(lambda: file.write_text(was))
    taken = stack.enter_context(contextlib.closing(world.bound_socket()))
    file.write_text("{0} {0}".format(taken.getsockname()[1]))
    return base


def called(world, where: str, status: int, path: str) -> str:
    ports = {"scores": world.port("scores"), "lost": world.port("lost")}
    return f"/call/{ports[where]}/{status}{path}"


def calls(where: str, status: int, path: str) -> Callable:
    """The application's answer when it calls another through the sidecar."""
    return lambda world, stack: world.base("in") + called(world, where, status, path)


def without_database(world, stack) -> str:
    """The real API: securities, which calls scores through the sidecar, whose PostgreSQL stops."""
    base, api = world.real_chain(stack)
    world.must_answer(base + SCORE_OF_ONE)
    api.postgres.kill()
    return base


def once(expect: dict) -> dict:
    return {"expect": expect}


def late(most: str = "150ms") -> dict:
    return {"expect": {"latency": most}}


def name(label: str) -> Callable:
    return lambda world, stack: f"http://{label}.test:{world.port('in')}"


JSON_OK = {"json": [{"pointer": "/ok", "equals": True}]}
BROKEN_LINE = [
    {"name": "read", "http": {"url": "${target.base}/two-lines"},
     "extract": {"value": {"json": "/value"}}},
    {"name": "send", "http": {"url": "${target.base}/ok", "headers": {"x-value": "${value}"}}}]
CDN = b'Server-Timing: cdn-cache;desc="MISS", cdn-origin;dur=3\r\n'

FAULTS = [
    # Here.
    Fault("a header would have a line break", "client", "client request", steps=BROKEN_LINE),
    Fault("no port to dial from", "client", "client exhausted", at=no_ports, needs="network"),
    # Names.
    Fault("the name does not exist", "dns", "dns name_not_found", at=name("nobody"),
          needs="network"),
    Fault("the name has no address", "dns", "dns name_not_found", at=name("empty"),
          needs="network"),
    Fault("the name server fails", "dns", "dns refused", at=name("servfail"), needs="network"),
    Fault("the name server refuses", "dns", "dns refused", at=name("refused"),
          needs="network"),
    Fault("the name server is silent", "dns", "dns timed_out", at=name("silent"), needs="network"),
    Fault("the name server is slow", "dns", "dns latency", at=name("slow"), step=late(),
          needs="network"),
    # The way.
    Fault("no route", "network", "network unreachable", at=lambda *_: "http://192.0.2.1:80",
          needs="network"),
    Fault("packets vanish", "network", "network timed_out",
          at=lambda *_: "http://198.51.100.7:80", needs="network"),
    Fault("connections are not answered", "network", "network timed_out", at=full),
    Fault("the way is slow", "network", "network latency", step=late(),
          at=before(lambda port: edge.passes(port, delay=0.4))),
    # TLS.
    Fault("plain HTTP where TLS is spoken", "tls", "tls tls_handshake",
          at=untrusted(edge.speaks(b"HTTP/1.1 400 Bad Request\r\n\r\n"))),
    Fault("closed during the handshake", "tls", "tls tls_handshake",
          at=untrusted(lambda connection: (connection.recv(1), connection.close()))),
    Fault("reset during the handshake", "tls", "tls tls_handshake",
          at=untrusted(lambda connection: (connection.recv(1), edge.reset(connection)))),
    Fault("silence during the handshake", "tls", "tls timed_out", at=untrusted(edge.silent)),
    Fault("a slow handshake", "tls", "tls latency", step=late(),
          at=secured(edge.answers(200, b"{}"), delay=0.4)),
    Fault("an expired certificate", "tls", "tls tls_certificate", at=behind("expired")),
    Fault("a certificate of another name", "tls", "tls tls_certificate", at=behind("wrong-name")),
    Fault("a self-signed certificate", "tls", "tls tls_certificate", at=behind("self-signed")),
    Fault("a certificate that ends too soon", "tls", "tls certificate",
          step=once({"tls": {"valid_for": "3650d"}}), at=secured(edge.answers(200, b"{}"))),
    # Before the sidecar.
    Fault("nobody listens", "edge", "edge refused", at=nobody),
    Fault("reset at accept", "edge", "edge reset", at=plain(edge.reset)),
    Fault("closed without an answer", "edge", "edge closed", at=plain(edge.close)),
    Fault("closed within the head", "edge", "edge closed",
          at=plain(edge.sends(b"HTTP/1.1 200 OK\r\ncont"))),
    Fault("an answer that is no HTTP", "edge", "edge malformed",
          at=plain(edge.sends(b"220 mail.example.org ready\r\n\r\n"))),
    Fault("a head without end", "edge", "edge too_large",
          at=plain(edge.sends(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n"))),
    Fault("another proxy's error, and it says so", "edge", "edge status",
          at=plain(edge.answers(502, b"", "proxy-status: cdn; error=connection_timeout"))),
    Fault("another proxy's error, behind which there is a sidecar", "edge", "edge status",
          good_before=1, at=before(lambda _: edge.answers(502, HTML), good=1)),
    Fault("another proxy's error with its own Server-Timing", "edge", "edge status",
          good_before=1,
          at=before(lambda _: edge.answers(503, HTML, CDN.decode().strip()), good=1)),
    Fault("another proxy's page instead of ours", "edge", "edge json", good_before=1,
          step=once(JSON_OK), at=before(lambda _: edge.answers(200, HTML), good=1)),
    Fault("a proxy without a name of its own fails", "edge", "unknown status",
          at=plain(edge.answers(503, HTML)), alike="nothing says who answered"),
    Fault("a proxy accepts and is silent", "edge", "unknown timed_out", at=plain(edge.silent),
          alike="silence may be anybody's"),
    Fault("a proxy does not read", "edge", "unknown timed_out", at=plain(edge.deaf),
          steps=[{"name": "send", "http": {"url": "${target.base}/", "method": "POST",
                                           "body": "x" * 12_000_000}}],
          alike="silence may be anybody's"),
    Fault("a proxy cuts a body", "edge", "unknown closed",
          at=plain(edge.answers(200, b"0123456789", length=1000)),
          alike="nothing says who answered"),
    Fault("a slow server without a sidecar", "edge", "unknown latency", step=late(),
          at=plain(lambda connection: (edge.read_head(connection), time.sleep(0.4),
                                       connection.sendall(b"HTTP/1.1 204 No\r\n\r\n"))),
          alike="nothing says who was slow"),
    # The sidecar.
    Fault("the sidecar's rate limit", "sidecar", "sidecar status", good_before=1,
          at=behind("rated")),
    Fault("the sidecar has no place", "sidecar", "sidecar status", at=occupied("narrow")),
    Fault("the sidecar's queue", "sidecar", "sidecar latency", at=occupied("queued"), step=late(),
          scenario={"step_timeout": "5s", "timeout": "10s"}),
    Fault("the sidecar refuses the head", "sidecar", "edge status",
          steps=[{"name": "known", "http": {"url": "${target.base}/ok"}}, {"name": "long", "http": {
              "url": "${target.base}/ok", "headers": {"x-long": "y" * 14_000}}}],
          alike="a head that it refuses to read has no signature that it could know"),
    Fault("the sidecar is gone", "sidecar", "edge refused", at=killed,
          alike="a load balancer refuses alike"),
    Fault("the sidecar is frozen", "sidecar", "unknown timed_out", at=frozen("car"),
          alike="silence may be anybody's"),
    # The application.
    Fault("the application is gone", "app", "app status", at=behind("gone")),
    Fault("the application is silent", "app", "app status", path="/hang"),
    Fault("the application is frozen", "app", "app status", at=frozen("app")),
    Fault("the application is frozen and the sidecar waits", "app", "unknown timed_out",
          at=frozen("app", "patient"), alike="the sidecar's limit is longer than the step's"),
    Fault("the application closes", "app", "app status", path="/empty"),
    Fault("the application resets", "app", "app status", path="/reset"),
    Fault("the application closes within the head", "app", "app status", path="/half-head"),
    Fault("the application speaks no HTTP", "app", "app status", path="/garbage"),
    Fault("the application's head has no end", "app", "app status", path="/huge-head"),
    Fault("the application closes within the body", "app", "app closed", path="/half"),
    Fault("the application resets within the body", "app", "app closed", path="/reset-body"),
    Fault("the application stalls within the body", "app", "app timed_out", path="/stall"),
    Fault("the application's body has no end", "app", "app too_large", path="/huge",
          scenario={"step_timeout": "10s", "timeout": "20s"}),
    Fault("the application fails", "app", "app status", path="/status/500"),
    Fault("the application does not know it", "app", "app status", path="/status/404"),
    Fault("the application answers no JSON", "app", "app json", path="/text", step=once(JSON_OK)),
    Fault("the application answers other JSON", "app", "app json",
          step=once({"json": [{"pointer": "/ok", "equals": False}]})),
    Fault("the application answers another header", "app", "app header",
          step=once({"headers": [{"name": "x-kind", "equals": "bad"}]})),
    Fault("the application answers another body", "app", "app body",
          step=once({"contains": "all is lost"})),
    Fault("the application's answer is too large", "app", "app size",
          step=once({"size": {"max": 5}})),
    Fault("the application speaks another version", "app", "app version",
          step=once({"version": "HTTP/1.0"})),
    Fault("the application redirects in a circle", "app", "app redirects",
          steps=[{"name": "get", "http": {"url": "${target.base}/around", "redirects": 3}}]),
    Fault("the application is slow", "app", "app latency", path="/slow/400", step=late(),
          at=behind("patient")),
    Fault("the application never gets ready", "app", "app condition", path="/pending",
          step={"poll": {"until": {"status": 200}, "while": 202, "every": "20ms",
                         "at_most": "200ms"}}),
    Fault("the application's answer lacks a value", "app", "app extraction",
          step={"extract": {"id": {"json": "/items/0/id"}}}),
    Fault("a drill's delay", "app", "app latency", at=behind("delayed"), step=late()),
    Fault("a drill's abort", "app", "app status", at=behind("aborted")),
    Fault("a drill's reset", "app", "app status", at=behind("reset")),
    Fault("the application through a proxy that adds headers", "app", "app status",
          path="/status/500", at=before(lambda port: edge.passes(port, inserts=CDN))),
    Fault("the application fails, and the probe does not sign", "app", "unknown status",
          path="/status/500", scenario={"sign": False},
          alike="the sidecar tells only verified probes"),
    Fault("the application fails, and the signature is forged", "app", "unknown status",
          path="/status/500", key="forged", alike="the sidecar tells only verified probes"),
    Fault("the application is wrong, and the probe does not sign", "app", "unknown json",
          path="/text", scenario={"sign": False}, step=once(JSON_OK),
          alike="the sidecar tells only verified probes"),
    # What the application calls.
    Fault("a called service fails", "dependency", "dependency status", path="",
          at=calls("scores", 503, "/status/500")),
    Fault("a called service is gone", "dependency", "dependency status", path="",
          at=calls("lost", 503, "/ok")),
    Fault("a called service is silent", "dependency", "dependency status", path="",
          at=calls("scores", 504, "/hang"), scenario={"step_timeout": "3s"}),
    Fault("a called service resets", "dependency", "dependency status", path="",
          at=calls("scores", 502, "/reset")),
    Fault("a called service does not know it, and the application calls that a bad gateway",
          "dependency", "dependency status", path="", at=calls("scores", 502, "/status/404")),
    Fault("a called service is slow", "dependency", "dependency latency", path="", step=late(),
          at=calls("scores", 502, "/slow/250")),
    Fault("the application says that its database is slow", "dependency", "dependency status",
          path="/reports"),
    Fault("a called service fails, and the application does not care which status", "dependency",
          "app status", path="", at=calls("scores", 404, "/status/500"),
          alike="a 404 is the application's own word"),
    Fault("the database of the real API behind the chain is stopped", "dependency",
          "dependency status", path=SCORE_OF_ANOTHER, at=without_database,
          scenario={"step_timeout": "5s"}),
    # What is no HTTP.
    Fault("a mail server that is closed", "app", "unknown dialog",
          at=plain(lambda connection: connection.sendall(b"554 no service here\r\n")),
          steps=lambda base: [{"name": "greet", "tcp": {
              "address": base.removeprefix("http://"),
              "dialog": [{"expect": "^220 ", "reject": "^5"}]}}],
          alike="nothing says who answered"),
    Fault("a message that can be read twice", "app", "app duplicated",
          steps=lambda base: [{"name": "message", "stream": {
              "submit": {"http": {"url": f"{base}/ok"}}, "read": {"http": {"url": f"{base}/twice"}},
              "until": {}, "copies": "/copies"}}]),
    Fault("a name server that fails", "dns", "dns rcode", at=name_server,
          steps=asks("dns", "server", name="servfail.test")),
    Fault("a name server that knows no records", "dns", "dns records", at=name_server,
          steps=asks("dns", "server", {"answers": {"count": 1}}, name="empty.test")),
    Fault("a name server that says nothing", "dns", "dns timed_out", at=name_server,
          steps=asks("dns", "server", name="silent.test")),
    Fault("a Redis that refuses", "dependency", "dependency reply",
          at=plain(services.redis(b"-NOAUTH Authentication required.\r\n")),
          steps=asks("redis", "address")),
    Fault("a Redis that says something else", "dependency", "dependency reply",
          at=plain(services.redis(b":7\r\n")),
          steps=asks("redis", "address", {"at_most": 6})),
    Fault("a PostgreSQL that knows us not", "dependency", "dependency sql",
          at=plain(services.refusing_postgres), steps=asks("postgres", "url")),
    Fault("a PostgreSQL with other rows", "dependency", "dependency rows",
          at=plain(services.postgres),
          steps=asks("postgres", "url", {"values": [{"column": "n", "equals": "8"}]})),
]
