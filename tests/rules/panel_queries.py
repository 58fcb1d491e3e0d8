#!/usr/bin/env python3
"""Every query of every panel has an answer.

  panel_queries.py --syntax                 parses all queries with promtool (no Prometheus needed)
  panel_queries.py URL [--wait SECONDS]     asks the Prometheus at URL, e.g. of the local stack

Against a Prometheus it prints a table (series, panel, query) and fails on an error, on an empty
answer and on an answer without a number, unless ALLOWED_EMPTY says why that is healthy. It also
asks for every selector of the hand-written alerts: an alert on a series that does not exist cannot
fire. --wait repeats what failed until it succeeds or the time is over (recording rules need
minutes).
Exit codes: 0 all answered, 1 not, 64 usage, 69 Prometheus unreachable, 77 --syntax without promtool.
"""

import json
import math
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = ROOT / "alerts" / "remora.rules.yaml"

# (dashboard, panel): why a healthy system has no answer. Keep it short: a query that may be empty
# cannot tell a good day from a missing metric.
ALLOWED_EMPTY = {
    ("remora-service", "Server errors by route"): "no response had a 5xx status",
    ("remora-service", "annotation: Deployments"): "no version appeared in the last two minutes",
    ("remora-slo", "annotation: Deployments"): "no version appeared in the last two minutes",
}

# What Grafana would put in for its own variables; the others come from the dashboards.
BUILTIN = {"__rate_interval": "1m", "__interval": "15s", "__range": "1h"}


class unreachable(Exception):
    pass


def variables(dashboard):
    """Name to value: what the dashboard shows when it is opened, "all" as its own pattern."""
    values = dict(BUILTIN)
    for variable in dashboard["templating"]["list"]:
        current = variable.get("current", {}).get("value", "")
        values[variable["name"]] = variable["allValue"] if current == "$__all" else current
    return values


def substituted(text, values):
    def value(match):
        name = match.group(1) or match.group(2)
        if not values.get(name):
            raise KeyError(f"variable ${name} has no value")
        return values[name]

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)


def panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def dashboard_queries():
    """Yields (dashboard, panel, query)."""
    files = sorted((ROOT / "dashboards").glob("*.json"))
    for path in files:
        dashboard = json.loads(path.read_text(encoding="utf-8"))
        if "panels" not in dashboard:
            continue  # package.json and its kin
        values = variables(dashboard)
        uid = dashboard["uid"]
        for panel in panels(dashboard):
            for target in panel.get("targets", []):
                yield uid, panel["title"], substituted(target["expr"], values)
        for annotation in dashboard["annotations"]["list"]:
            yield uid, f"annotation: {annotation['name']}", substituted(annotation["expr"], values)


def alert_queries():
    """Yields every selector of the hand-written alerts as a query of its own."""
    rules = ALERTS.read_text(encoding="utf-8")
    code = "\n".join(line for line in rules.splitlines() if not line.lstrip().startswith("#"))
    for selector in sorted(set(re.findall(r'[a-z_:][a-z0-9_:]*\{[a-z_]+=~?"[^}]*\}', code))):
        yield "alerts", ALERTS.name, f"count({selector})"


def ask(base, query):
    """The numbers of an instant query; raises ValueError with Prometheus' own words."""
    url = f"{base}/api/v1/query?" + urllib.parse.urlencode({"query": query})
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            result = json.load(response)["data"]["result"]
    except urllib.error.HTTPError as error:
        raise ValueError(json.load(error).get("error", str(error))) from error
    except OSError as error:
        raise unreachable(f"{base}: {error}") from error
    return [float(series["value"][1]) for series in result]


def verdict(base, dashboard, panel, query):
    """(ok, series as text, note)."""
    try:
        numbers = ask(base, query)
    except ValueError as error:
        return False, "error", str(error)
    real = [number for number in numbers if not math.isnan(number)]
    if real:
        return True, str(len(numbers)), ""
    seen = f"{len(numbers)} NaN" if numbers else "none"
    reason = ALLOWED_EMPTY.get((dashboard, panel))
    return reason is not None, seen, f"allowed: {reason}" if reason else "NO ANSWER"


def check_live(base, wait):
    deadline = time.monotonic() + wait
    todo = [*dashboard_queries(), *alert_queries()]
    results = {entry: verdict(base, *entry) for entry in todo}
    while not all(ok for ok, _, _ in results.values()) and time.monotonic() < deadline:
        time.sleep(min(5, max(0, deadline - time.monotonic())))
        for entry, (ok, _, _) in list(results.items()):
            if not ok:
                results[entry] = verdict(base, *entry)
    print(f"{'series':>8}  {'dashboard':<15} {'panel':<38} query")
    for (dashboard, panel, query), (_, seen, note) in results.items():
        print(f"{seen:>8}  {dashboard:<15} {panel:<38} {query}" + (f"   [{note}]" if note else ""))
    failed = [entry for entry, (ok, _, _) in results.items() if not ok]
    for dashboard, panel, query in failed:
        note = results[(dashboard, panel, query)][2]
        print(f"FAILED {dashboard} / {panel}: {note}\n  {query}", file=sys.stderr)
    print(f"{len(results) - len(failed)} of {len(results)} queries answered")
    return 1 if failed else 0


def check_syntax():
    promtool = shutil.which("promtool")
    if promtool is None:
        print("skipped: promtool (Debian package prometheus) is not installed")
        return 77
    entries = sorted(set(dashboard_queries()))
    rules = [{"record": f"query:{n}", "expr": query} for n, (_, _, query) in enumerate(entries)]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump({"groups": [{"name": "queries", "rules": rules}]}, file)  # JSON is YAML
        file.flush()
        run = subprocess.run(
            [promtool, "check", "rules", file.name], capture_output=True, text=True, check=False
        )
    for match in re.finditer(r'rule (\d+), "query:\d+": (.*)', run.stderr):
        dashboard, panel, query = entries[int(match.group(1)) - 1]
        print(f"{dashboard} / {panel}: {match.group(2)}\n  {query}")
    if run.returncode != 0:
        print(run.stderr)
        return 1
    print(f"{len(entries)} queries parse")
    return 0


def unused_allowances():
    known = {(dashboard, panel) for dashboard, panel, _ in dashboard_queries()}
    return sorted(set(ALLOWED_EMPTY) - known)


def main(arguments):
    for dashboard, panel in unused_allowances():
        print(f"ALLOWED_EMPTY names a panel that does not exist: {dashboard} / {panel}")
        return 1
    if arguments == ["--syntax"]:
        return check_syntax()
    if len(arguments) == 3 and arguments[1] == "--wait" and arguments[2].isdigit():
        wait = int(arguments[2])
    elif len(arguments) == 1 and not arguments[0].startswith("-"):
        wait = 0
    else:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        return check_live(arguments[0].rstrip("/"), wait)
    except unreachable as error:
        print(f"no Prometheus: {error}", file=sys.stderr)
        return 69


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
