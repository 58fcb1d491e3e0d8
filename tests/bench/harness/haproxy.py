"""haproxy as the plainest proxy that reuses connections on both sides: no log, one thread."""

from processes import Processes, Started
from proxied import Place

CONFIG = """\
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h
  http-reuse always
frontend public
  bind 127.0.0.1:{port} backlog 1024
  default_backend application
backend application
  server application 127.0.0.1:{upstream}
"""


def haproxy_proxy(processes: Processes, place: Place) -> Started:
    config = place.directory / "haproxy.cfg"
    config.write_text(CONFIG.format(port=place.port, upstream=place.upstream))
    command = ["/usr/sbin/haproxy", "-db", "-f", str(config)]
    return processes.start("haproxy", command, place.core)
