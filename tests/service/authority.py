"""Certificates for tests, by the openssl program."""

import ssl
import subprocess
from pathlib import Path

from servers import tool


class Authority:
    """Issues leaves of a few days; every one has a serial and an end of its own. Skip without
    openssl."""

    def __init__(self, directory: Path):
        self.openssl = tool("openssl")
        self.directory = directory
        self.days = 2
        (directory / "openssl.cnf").write_text("[req]\ndistinguished_name=dn\n[dn]\n")
        self._make("ca", "basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign")

    def path(self, name: str) -> str:
        return str(self.directory / name)

    def issue(self, name: str, names: str) -> None:
        """NAME.crt and NAME.key, renamed over those before: first the one, then the other."""
        self.days += 1
        self._make("new", "basicConstraints=critical,CA:FALSE", f"subjectAltName={names}",
                   signed=["-CA", self.path("ca.crt"), "-CAkey", self.path("ca.key")])
        for kind in ("crt", "key"):
            Path(self.path(f"new.{kind}")).rename(self.path(f"{name}.{kind}"))

    def self_sign(self, name: str, names: str) -> None:
        """NAME.crt and NAME.key that lead to no authority."""
        self._make(name, "basicConstraints=critical,CA:FALSE", f"subjectAltName={names}")

    def issue_expired(self, name: str, names: str) -> None:
        """NAME.crt and NAME.key whose time is over since yesterday."""
        extensions = self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        request = self.path(f"{name}.csr")
        self._run("req", "-new", "-config", self.path("openssl.cnf"), *self._key(name), "-out",
                  request, "-subj", f"/CN={name}")
        self._run("x509", "-req", "-in", request, "-CA", self.path("ca.crt"), "-CAkey",
                  self.path("ca.key"), "-set_serial", "7", "-days", "-1", "-extfile",
                  str(extensions), "-out", self.path(f"{name}.crt"))

    def serial(self, name: str) -> int:
        return int(self._run("x509", "-in", self.path(f"{name}.crt"), "-noout", "-serial")
                   .strip().removeprefix("serial="), 16)

    def end(self, name: str) -> float:
        text = self._run("x509", "-in", self.path(f"{name}.crt"), "-noout", "-enddate")
        return ssl.cert_time_to_seconds(text.strip().removeprefix("notAfter="))

    def _key(self, name: str) -> list[str]:
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path(f"{name}.key")]

    def _make(self, name: str, *extensions: str, signed: list[str] | None = None) -> None:
        self._run("req", "-x509", "-config", self.path("openssl.cnf"), *self._key(name), "-out",
                  self.path(f"{name}.crt"), "-days", str(self.days), "-subj", f"/CN={name}",
                  *(word for extension in extensions for word in ("-addext", extension)),
                  *(signed or []))

    def _run(self, *words: str) -> str:
        done = subprocess.run([self.openssl, *words], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {' '.join(words)}\n{done.stderr}")
        return done.stdout
