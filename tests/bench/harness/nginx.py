"""nginx in the roles it has here: the application that answers, and the peer that proxies."""

import os

from comparison import Place
from processes import Processes, Started

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
