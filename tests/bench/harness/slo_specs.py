"""SLOs in the words of both: OpenSLO v1 for remora-slo, prometheus/v1 for sloth. The same counters,
the same objective, the same 30 days."""

from pathlib import Path

OURS = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}, displayName: Requests of {name}}}
spec:
  service: shop
  indicator:
    metadata: {{name: {name}-requests}}
    spec:
      ratioMetric:
        counter: true
        bad:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate({metric}{{job="shop",app="{name}",code="500"}}[{{{{.window}}}}]))'
        total:
          metricSource:
            type: Prometheus
            spec:
              query: 'sum(rate({metric}{{job="shop",app="{name}"}}[{{{{.window}}}}]))'
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: {target}}}]
"""

SLOTH_HEAD = """\
version: prometheus/v1
service: shop
slos:
"""
SLOTH = """\
  - name: {name}
    objective: {percent}
    sli:
      events:
        error_query: 'sum(rate({metric}{{job="shop",app="{name}",code="500"}}[{{{{.window}}}}]))'
        total_query: 'sum(rate({metric}{{job="shop",app="{name}"}}[{{{{.window}}}}]))'
    alerting:
      name: ShopBurn
      page_alert: {{}}
      ticket_alert: {{}}
"""
METRIC = "http_requests_total"


def name_of(number: int) -> str:
    return f"app-{number}"


def write_ours(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        name = name_of(number)
        (folder / f"{name}.yaml").write_text(OURS.format(name=name, metric=METRIC, target=0.999))
    return folder


def write_sloth(file: Path, count: int) -> Path:
    slos = (SLOTH.format(name=name_of(n), metric=METRIC, percent=99.9) for n in range(count))
    file.write_text(SLOTH_HEAD + "".join(slos))
    return file
