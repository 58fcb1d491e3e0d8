"""A client of the API on one connection that is kept, and what it was answered."""

import http.client
import json
import time
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message  # looked up without regard to case
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """Its value; "" when it is not there."""
        return self.headers.get(name, "")


class NoAnswer(Exception):
    """The connection ended, or could not be made, before the answer was complete."""

    def __init__(self, why: Exception, alive: float):
        super().__init__(f"{type(why).__name__}: {why}")
        self.alive = alive  # monotonic time at which the connection was known to be good


class Client:
    """Not for several threads at once. `timeout` is for one wait on the socket."""

    def __init__(self, base: str, token: str = "", timeout: float = 30):
        self._address = urlsplit(base).netloc
        self._token = token
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None
        self._alive = 0.0

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def send(self, method: str, path: str, document: Any = None, **headers: str) -> Answer:
        """`headers` with underscores for hyphens; NoAnswer when there is none."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            fields.setdefault("Authorization", f"Bearer {self._token}")
        body = None
        if document is not None:
            body = json.dumps(document).encode()
            fields.setdefault("Content-Type", "application/json")
        begin = time.monotonic()
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=self._timeout)
            self._alive = begin
        try:
            self._connection.request(method, path, body, fields)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(),
                            time.monotonic() - begin)
        except (OSError, http.client.HTTPException) as why:
            self.close()
            raise NoAnswer(why, self._alive) from why
        self._alive = time.monotonic()
        if response.will_close:
            self.close()
        return answer

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def isin(country: str, number: int) -> str:
    """A valid ISIN of that country with the number as its national part (ISO 6166, Luhn)."""
    body = f"{country}{number:09d}"
    digits = "".join(str(int(c, 36)) for c in body)
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return f"{body}{-total % 10}"
