#!/usr/bin/env python3
"""No secret of a probe's is ever written down: not in what it logs, shows or reports, nor in the spans
that it sends, however the service that is asked sends it back (as it was, percent-encoded, as JSON, in
HTML, in base64), and whichever way a run fails.

Exit codes: 0 all well, 1 not.
"""

import base64
import html
import json
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler

import verdict_edge as edge
from probes import KEY, Probe, Runs
from servers import wait_until
from sidecars import SidecarTest, run_tests, serve

#: With everything in them that is spelled in several ways. In URL, header, body and JSON.
SECRETS = {"in_url": 'url/+?&= "k" 7f3a91', "in_header": "hdr:~!*'()%41;c05b7e22",
           "in_body": "body=<b>&amp;\\é/49ad10", "in_json": 'json"\\/\u00fc{}e8130f9c',
           "password": "pw-55d0c1b7a4", "short": "k9"}


def spellings(secret: str) -> dict[str, str]:
    """How a service could send it back."""
    raw = secret.encode()
    quoted = json.dumps(secret, ensure_ascii=False)[1:-1]
    out = {
        "as it is": secret, "percent-encoded": urllib.parse.quote(secret, safe=""),
        "partly percent-encoded": urllib.parse.quote(secret, safe="/+?&=:~!*'();"),
        "in lower case": urllib.parse.quote(secret, safe="").replace("%2F", "%2f"),
        "as ASCII JSON": json.dumps(secret)[1:-1], "with slashes escaped": quoted.replace("/", "\\/"),
        "as a form": urllib.parse.quote_plus(secret), "as JSON": quoted,
        "as JSON in JSON": json.dumps(quoted, ensure_ascii=False)[1:-1],
        "in HTML": html.escape(secret, quote=False),
    }
    for before in ("", "a", "ab"):
        text = base64.b64encode(before.encode() + raw).decode()
        out[f"base64 behind {before!r}"] = text
        out[f"base64url behind {before!r}"] = text.replace("+", "-").replace("/", "_")
    return out


def traces_of(secret: str) -> set[str]:
    """Pieces that give it away: any ten of its characters in any spelling. (Fewer than eight that
    are left of one that was cut may be an accident.)"""
    if len(secret) <= 10:
        return {secret} if len(secret) > 4 else set()
    found = set()
    for begin in range(len(secret) - 9):
        found.update(text for name, text in spellings(secret[begin:begin + 10]).items()
                     if "base64" not in name)
    for name, text in spellings(secret).items():
        if "base64" in name:
            found.update(text[begin:begin + 14] for begin in range(4, len(text) - 16))
    return found


def around(text: str, piece: str) -> str:
    at = text.index(piece)
    return text[max(0, at - 60):at + len(piece) + 20]


class Echo(BaseHTTPRequestHandler):
    """Fails, and says in every spelling what it was sent."""

    protocol_version = "HTTP/1.1"
    spelling = "as it is"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        told = [spellings(secret)[self.spelling] for name, secret in SECRETS.items()
                if name != "short"]
        body = " ".join(told).encode()
        if self.path.startswith("/json"):
            body = json.dumps({"echo": " ".join(told)}, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-echo", urllib.parse.quote(told[0], safe="/%+?&=\\\"; "))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


REQUEST = {
    "url": "${target.base}/${path}/${secret.in_url}?key=${secret.in_url}", "method": "POST",
    "headers": {"authorization": "Bearer ${secret.in_header}", "x-short": "${secret.short}"},
}
#: Ways to fail in which something of the answer is quoted.
EXPECT = {
    "json": {"expect": {"json": [{"pointer": "/echo", "equals": "${secret.in_json}!"}]}},
    "no-json": {"expect": {"json": [{"pointer": "/echo", "exists": True}]}},
    "header": {"expect": {"headers": [{"name": "x-echo", "equals": "${secret.in_header}!"}]}},
    "body": {"expect": {"contains": "${secret.in_body}!"}},
    "extract": {"extract": {"value": {"json": "/echo", "pick": "first"}}},
    "regex": {"extract": {"value": {"regex": "no such thing"}}},
}


def scenario(name: str, failing: dict) -> dict:
    body = {"json": {"a": "${secret.in_json}"}} if "json" in name else {"body": "${secret.in_body}"}
    request = REQUEST | body
    request["url"] = request["url"].replace("${path}", "json" if name == "json" else "text")
    return {"name": name, "interval": "100ms", "steps": [{"name": "ask", "http": request} | failing]}


class ProbeSecretsTest(SidecarTest):
    def setUp(self) -> None:
        super().setUp()
        self.service = serve(Echo)
        self.stack.callback(self.service.shutdown)
        self.needles = {piece: name for name, secret in SECRETS.items()
                        for piece in traces_of(secret)} | {KEY["secret"][:12]: "the signing key"}
        for number, (name, secret) in enumerate(SECRETS.items()):
            (self.directory / f"secret{number}").write_text(secret)

    def config(self, base: str) -> dict:
        secrets = {name: f"file:{self.directory}/secret{number}"
                   for number, name in enumerate(SECRETS)}
        return {"targets": {"base": base}, "secrets": secrets,
                "signing": {"key_id": KEY["id"], "secret": KEY["secret"]}}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.service.server_port}"

    def assert_clean(self, text: str | bytes, where: str) -> None:
        if isinstance(text, bytes):
            text = text.decode("utf-8", errors="replace")
        found = sorted({f"{name}: {piece!r} in {around(text, piece)!r}"
                        for piece, name in self.needles.items() if piece in text})
        self.assertEqual(found, [], f"{where} tells of secrets")

    def spans(self) -> tuple[str, list[bytes]]:
        """A receiver that keeps what it is sent, and its URL."""
        bodies: list[bytes] = []

        class Receiver(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_) -> None:
                pass
        server = serve(Receiver)
        self.stack.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}", bodies

    def test_nothing_that_the_daemon_writes_tells_a_secret(self) -> None:
        receiver, bodies = self.spans()
        # Bundles with everything in them that an operator can allow.
        kept = {"folder": str(self.directory / "bundles"), "bodies": ["*"], "variables": ["*"],
                "headers": ["authorization", "x-short", "x-echo", "content-length"]}
        config = self.config(self.base) | {"otlp": {"endpoint": receiver, "interval": "20ms"},
                                           "failures": kept}
        files = {f"{name}.yaml": scenario(name, failing) for name, failing in EXPECT.items()}
        # One that also keeps what it was sent as a variable, and sends it on.
        first = scenario("kept", {"extract": {"echo": {"regex": ".+"}}})
        first["steps"].append({"name": "again", "http": REQUEST | {
            "url": "${target.base}/text/?echo=${echo}", "body": "${echo}"},
            "expect": {"contains": "no such thing"}})
        files["kept.yaml"] = first
        probe = self.begin(Probe(self.directory, self.programs, config, files, self.spawner))
        for spelling in spellings("x"):
            Echo.spelling = spelling
            with self.subTest(spelling):
                before = self.failed(probe)
                wait_until(lambda: all(now >= was + 2 for now, was in zip(self.failed(probe), before)),
                           what="failures of every scenario")
        for page in ("/metrics", "/config", "/failures", "/version", "/readyz"):
            status, text = probe.get(page, "application/openmetrics-text, */*")
            self.assertEqual(status, 200, page)
            self.assert_clean(text, page)
        self.assertIn("<secret>", probe.get("/failures")[1])
        self.assertIn("<secret>", probe.get("/config")[1])
        for bundle in json.loads(probe.get("/failures", "application/json")[1])["failures"]:
            self.assert_clean(probe.get(bundle["bundle"])[1], bundle["bundle"])
        self.assertEqual(probe.stop(), 0)
        bundles = list((self.directory / "bundles").rglob("*"))
        self.assertGreater(len(bundles), len(files))
        for bundle in bundles:
            if bundle.is_file():
                self.assert_clean(bundle.name + bundle.read_text(), "a bundle")
        self.assertIn("run failed", probe.log)
        self.assertIn("<secret>", probe.log)
        self.assert_clean(probe.log, "the log")
        self.assertTrue(bodies)
        self.assert_clean(b"".join(bodies), "spans")
        self.assertIn(b"<secret>", b"".join(bodies))

    def failed(self, probe: Probe) -> list[float]:
        return [probe.metric("remora_probe_runs_total", scenario=name, outcome="failed") or 0
                for name in EXPECT]

    def test_no_report_tells_a_secret(self) -> None:
        runs = Runs(self.directory, self.programs)
        kinds = ("junit", "markdown", "html")
        for spelling in spellings("x"):
            Echo.spelling = spelling
            for name, failing in EXPECT.items():
                words = [word for kind in kinds
                         for word in (f"--{kind}", str(self.directory / f"report.{kind}"))]
                done = runs.run(scenario(name, failing), self.config(self.base), *words)
                with self.subTest(f"{name}, {spelling}"):
                    self.assertEqual(done.code, 1, done.output)
                    self.assert_clean(done.output, "the terminal")
                    self.assert_clean(json.dumps(done.report, ensure_ascii=False), "the report")
                    for kind in kinds:
                        self.assert_clean((self.directory / f"report.{kind}").read_text(), kind)

    def test_what_cannot_be_sent_tells_none_either(self) -> None:
        """The unbuildable URL is quoted, and a connection that breaks names its target."""
        runs = Runs(self.directory, self.programs)
        broken = edge.Edge(edge.reset)
        self.stack.callback(broken.close)
        steps = {
            "no-url": {"name": "ask", "http": {"url": "${secret.in_url}/x"}},
            "no-header": {"name": "ask", "http": {
                "url": "${target.base}/", "headers": {"x": "${secret.in_header}\n${secret.password}"}}},
            "reset": {"name": "ask", "http": REQUEST | {
                "url": REQUEST["url"].replace("${path}", "text")}},
        }
        for name, step in steps.items():
            base = self.base if name != "reset" else f"http://127.0.0.1:{broken.port}"
            done = runs.run({"name": name, "steps": [step]}, self.config(base))
            with self.subTest(name):
                self.assertEqual(done.code, 1, done.output)
                self.assert_clean(done.output, "the terminal")
                self.assert_clean(json.dumps(done.report, ensure_ascii=False), "the report")


if __name__ == "__main__":
    sys.exit(run_tests(__name__, __doc__))
