"""`./dev bench sidecar`: what a proxied request costs, against nginx as a plain proxy."""

from comparison import Comparison, Row
from load import Load
from nginx import nginx, proxy_config, upstream_config
from processes import Processes, Started
from programs import program
from proxied import Place, proxied

PATH = "/v1/securities/US0378331005"

# Everything that a production sidecar does: RED metrics and SLI counters of a known route, spans
# of 1 % of the requests exported, one thread.
CONFIG = """\
service: bench
workers: 1
admin: {{listen: "127.0.0.1:0"}}
inbound:
  - name: public
    listen: "127.0.0.1:{port}"
    upstream: "127.0.0.1:{upstream}"
    trust: strangers
    routes:
      - {{route: "/v1/securities", methods: [GET], thresholds: [100ms, 300ms]}}
      - {{route: "/v1/securities/{{isin}}", methods: [GET], thresholds: [100ms, 300ms]}}
tracing: {{sample_ratio: 0.01}}
otlp: {{endpoint: "http://127.0.0.1:{upstream}"}}
drain: {{delay: 0s, grace: 1s}}
"""


def sidecar(processes: Processes, place: Place) -> Started:
    config = place.directory / "sidecar.yaml"
    config.write_text(CONFIG.format(port=place.port, upstream=place.upstream))
    command = [program("remora-sidecar"), "--config", str(config)]
    return processes.start("sidecar", command, place.core)


def nginx_proxy(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "nginx-proxy", proxy_config(place))


def application(processes: Processes, place: Place) -> Started:
    return nginx(processes, place, "application", upstream_config(place))


COMPARISONS = [
    Comparison(
        open=proxied(sidecar, nginx_proxy, application, Load(path=PATH, connections=64)),
        peer_name="nginx",
        rows=(
            Row(
                "CPU per proxied request, sidecar / nginx",
                "µs",
                bound=0.90,
                value=lambda m: m.us_per_request(m.cpu.total),
            ),
            Row(
                "user CPU per proxied request, sidecar / nginx",
                "µs",
                bound=0.75,
                value=lambda m: m.us_per_request(m.cpu.user),
            ),
        ),
        note="64 keep-alive connections, saturating, 140-byte answers; one worker each; ours with "
        "RED metrics, SLI counters and 1 % of the spans exported, nginx without logs",
    )
]
