"""nginx in the roles it has here: what answers, what takes spans, and the peer that proxies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from answers import Answer
from comparison import Setting
from processes import Processes, Started, free_port
from proxied import Place

BODY = '{"isin":"US0378331005","name":"Apple Inc.","country":"US","sector":"Technology",'
BODY += '"currency":"USD","score":{"value":71.2,"scale":"0-100","as_of":"-"}}'

MAIN = """\
daemon off;
{user}
worker_processes {workers};
pid {directory}/{name}.pid;
error_log stderr error;
worker_rlimit_nofile {descriptors};
events {{ worker_connections {connections}; }}
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


def nginx(
    processes: Processes,
    place: Place,
    name: str,
    http: str,
    workers: int = 1,
    connections: int = 4096,
) -> Started:
    """Starts it with the given `http` block; the workers end with their master."""
    config = place.directory / f"{name}.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(MAIN.format(
        user=user, directory=place.directory, name=name, http=http, workers=workers,
        connections=connections, descriptors=connections + 64,
    ))
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


def tls_server_config(place: Place, certificate: Path, key: Path) -> str:
    """The same over TLS, without resumption."""
    return f"""
  server {{
    listen 127.0.0.1:{place.port} ssl backlog=1024;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
    default_type application/json;
    location / {{ return 200 '{BODY}'; }}
  }}"""


@contextmanager
def span_collector(setting: Setting) -> Iterator[dict[str, str]]:
    """Takes spans on the core of the load; gives what our programs' `otlp` is then."""
    with Processes(setting.directory) as processes:
        at = Place(free_port(), 0, setting.directory, setting.cores.load)
        nginx(processes, at, "collector", upstream_config(at)).wait_listening(at.port)
        yield {"endpoint": f"http://127.0.0.1:{at.port}"}


def proxy_config(place: Place, server: str = "", listen: str = "", http: str = "") -> str:
    """The plainest proxy that reuses connections on both sides; and what else it is to do, as
    parameters of `listen` and directives of `server` and `http`."""
    return f"""
  upstream application {{
    server 127.0.0.1:{place.upstream};
    keepalive 64;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }}
  {http}
  server {{
    listen 127.0.0.1:{place.port} backlog=1024 {listen};
    {server}
    location / {{
      proxy_pass http://application;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}"""


# What `access_log` writes there: what ours tells too, of a request that is not traced.
JSON_LOG = "log_format json escape=json '{" + ",".join((
    '"timestamp":"$time_iso8601"', '"severity":"INFO"', '"service.name":"bench"',
    '"trace_id":"$request_id"', '"http.request.method":"$request_method"', '"url.path":"$uri"',
    '"http.response.status_code":$status', '"duration":$request_time',
    '"connect":"$upstream_connect_time"', '"app":"$upstream_header_time"',
    '"write":"$upstream_response_time"', '"upstream":"$upstream_addr"',
    '"request_bytes":$request_length', '"response_bytes":$body_bytes_sent',
    '"client.address":"$remote_addr"', '"user_agent":"$http_user_agent"',
)) + "}';"


def logging_proxy_config(place: Place) -> str:
    # Ours keeps 512 KB at most, and writes what it has ten times a second or when that is half full.
    log = f"access_log {place.directory}/nginx-access.log json buffer=256k flush=100ms;"
    return proxy_config(place, server=log, http=JSON_LOG)


def tls_proxy_config(place: Place, certificate: str, key: str) -> str:
    """Records as large as TLS allows, and no resumption, as ours."""
    tls = f"ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_buffer_size 16k; "
    tls += "ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache off;"
    return proxy_config(place, server=tls, listen="ssl")


def streaming_proxy_config(place: Place) -> str:
    """Bodies of any size, never on disk."""
    return proxy_config(place, server="client_max_body_size 0; proxy_request_buffering off; "
                                      "proxy_max_temp_file_size 0;")


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
