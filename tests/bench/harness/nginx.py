"""nginx in the roles it has here: what answers, what takes spans, and the peer that proxies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from answers import Answer
from comparison import Setting
from processes import Processes, Started, free_port
from proxied import Place

BODY = '{"isin":"US0378331005","name":"Apple Inc.","country":"US","sector":"Technology",'
BODY += '"currency":"USD","score":{"value":71.2,"scale":"0-100","as_of":"-"}}'

MAIN = """\
daemon off;
{user}
worker_processes 1;
pid {directory}/{name}.pid;
error_log stderr error;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
{http}
}}
"""


def nginx(processes: Processes, place: Place, name: str, http: str) -> Started:
    """Starts one worker with the given `http` block; it ends with its master."""
    config = place.directory / f"{name}.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(MAIN.format(user=user, directory=place.directory, name=name, http=http))
    command = ["/usr/sbin/nginx", "-p", str(place.directory), "-c", str(config)]
    return processes.start(name, command, place.core)


def upstream_config(place: Place) -> str:
    """Answers everything with the same 140 bytes; takes spans as an OTLP receiver would."""
    return f"""
  server {{
    listen 127.0.0.1:{place.port} backlog=1024;
    default_type application/json;
    location / {{ return 200 '{BODY}'; }}
    location = /v1/traces {{ default_type application/x-protobuf; return 200 ''; }}
  }}"""


@contextmanager
def span_collector(setting: Setting) -> Iterator[dict[str, str]]:
    """Takes spans on the core of the load; gives what our programs' `otlp` is then."""
    with Processes(setting.directory) as processes:
        at = Place(free_port(), 0, setting.directory, setting.cores.load)
        nginx(processes, at, "collector", upstream_config(at)).wait_listening(at.port)
        yield {"endpoint": f"http://127.0.0.1:{at.port}"}


def proxy_config(place: Place) -> str:
    """The plainest proxy that reuses connections on both sides."""
    return f"""
  upstream application {{
    server 127.0.0.1:{place.upstream};
    keepalive 64;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }}
  server {{
    listen 127.0.0.1:{place.port} backlog=1024;
    location / {{
      proxy_pass http://application;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}"""


# What nginx writes by itself into the head of an answer.
OWN_HEADERS = {"server", "date", "content-type", "content-length", "connection"}
# What fills its head up.
PADDING = "X-Padding"


def answer_config(place: Place, answer: Answer, headers: list[tuple[str, str]]) -> str:
    """Answers everything with the body and the type of `answer`, and with `headers`."""
    lines = [f"add_header {name} {quoted(value)} always;" for name, value in headers]
    return f"""
  server_tokens off;
  server {{
    listen 127.0.0.1:{place.port} backlog=1024;
    default_type {quoted(answer.header("content-type"))};
    location / {{
      {" ".join(lines)}
      return 200 {quoted(answer.body.decode())};
    }}
  }}"""


def headers_within(answer: Answer, size: int) -> list[tuple[str, str]]:
    """Those headers of `answer` that nginx does not write anyway, as far as they fit into `size`
    bytes of a head. What is left is filled up: with one more, or by making the last one longer."""
    chosen = []
    for name, value in answer.headers:
        if name.lower() not in OWN_HEADERS and len(name) + len(value) + 4 <= size:
            chosen.append((name, value))
            size -= len(name) + len(value) + 4  # with ": " and the end of the line
    if size > len(PADDING) + 4:
        chosen.append((PADDING, "p" * (size - len(PADDING) - 4)))
    elif size > 0 and chosen:
        name, value = chosen.pop()
        chosen.append((name, value + "p" * size))
    return chosen


def quoted(text: str) -> str:
    """As a parameter of a directive; `$` would begin a variable, and nothing can escape it."""
    if "$" in text:
        raise ValueError(f"nginx cannot say {text}")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
