"""Our side: remora-sidecar as in production. What is switched on in it stands here, once."""

from dataclasses import dataclass
from pathlib import Path

from processes import Processes, Started
from programs import program
from proxied import Place

PATH = "/v1/securities/US0378331005"

# RED metrics and SLI counters of known routes, spans of 1 % of the requests exported with their
# ledger. What is said in FEATURES comes on top: the application's spans are received and teach
# routes.
CONFIG = """\
service: bench
workers: {workers}
admin: {{listen: "127.0.0.1:0"}}
inbound:
  - name: public
    listen: "127.0.0.1:{port}"
    upstream: "127.0.0.1:{upstream}"
    trust: strangers
    routes:
      - {{route: "/v1/securities", methods: [GET], thresholds: [100ms, 300ms]}}
      - {{route: "/v1/securities/{{isin}}", methods: [GET], thresholds: [100ms, 300ms]}}
{listener}
tracing: {{sample_ratio: {sample_ratio}}}
otlp: {{endpoint: "http://127.0.0.1:{upstream}"}}
drain: {{delay: 0s, grace: 1s}}
{features}
"""

# Further sections of a production configuration, a line each.
FEATURES = (
    "metrics: {learn_routes: true}",
    'relay: {listen: "127.0.0.1:0"}',
)

ACCESS_LOG = 'access_log: {{path: "{directory}/sidecar-access.log", format: json, when: all}}'


@dataclass(frozen=True)
class Sidecar:
    """Starts one; instances are the starters of comparisons."""

    workers: int = 1
    sample_ratio: float = 0.01
    access_log: bool = False
    certificate: tuple[Path, Path] | None = None  # with its key; None: plain

    def __call__(self, processes: Processes, place: Place) -> Started:
        config = place.directory / "sidecar.yaml"
        config.write_text(self.configuration(place))
        command = [program("remora-sidecar"), "--config", str(config)]
        return processes.start("sidecar", command, place.core)

    def configuration(self, place: Place) -> str:
        features = list(FEATURES)
        if self.access_log:
            features.append(ACCESS_LOG.format(directory=place.directory))
        listener = ""
        if self.certificate:
            listener = '    tls: {{certificate: "{}", key: "{}"}}'.format(*self.certificate)
        return CONFIG.format(
            port=place.port, upstream=place.upstream, workers=self.workers, listener=listener,
            sample_ratio=self.sample_ratio, features="\n".join(features),
        )
