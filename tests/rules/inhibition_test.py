#!/usr/bin/env python3
"""Alertmanager mutes what a more telling alert already says, and nothing else.

Starts an Alertmanager of its own with alerts/alertmanager.yaml, posts alerts and asks which of them
are suppressed. Exit codes: 0 all well, 1 not, 77 without prometheus-alertmanager.
"""

import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")


def burn(slo, severity, service="securities"):
    return {
        "alertname": "SLOErrorBudgetBurn",
        "severity": severity,
        "slo_id": slo,
        "slo_service": service,
        "slo_name": slo,
    }


def no_data(slo, service="securities"):
    return {**burn(slo, "warning", service), "alertname": "SLONoData"}


def down(service):
    return {
        "alertname": "RemoraServiceDown",
        "severity": "critical",
        "job": "remora-api",
        "service": service,
        "slo_service": service,
    }


def target_down(service, instance):
    return {
        "alertname": "RemoraTargetDown",
        "severity": "warning",
        "job": "remora-api",
        "service": service,
        "instance": instance,
    }


PROBE_MISSING = {"alertname": "RemoraProbeMissing", "severity": "warning", "job": "remora-probe"}
DEAD_LETTERS = {
    "alertname": "RemoraMessagesDeadLettered",
    "severity": "warning",
    "job": "remora-api",
}

# name, posted alerts, those of them that are muted
CASES = [
    (
        "a page mutes the ticket of the same SLO only",
        [burn("a", "critical"), burn("a", "warning"), burn("b", "warning"), DEAD_LETTERS],
        [burn("a", "warning")],
    ),
    (
        "a service that is down mutes its SLOs and its targets only",
        [
            down("securities"),
            burn("a", "critical"),
            no_data("a"),
            target_down("securities", "a"),
            burn("b", "critical", "ingestion"),
            target_down("scores", "b"),
        ],
        [burn("a", "critical"), no_data("a"), target_down("securities", "a")],
    ),
    (
        "a missing probe mutes the missing data of its SLO only",
        [PROBE_MISSING, no_data("critical-path"), no_data("a"), burn("critical-path", "warning")],
        [no_data("critical-path")],
    ),
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def request(base, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(
        urllib.request.Request(base + path, data=data, headers=headers), timeout=5
    ) as response:
        return response.read()


def wait_until_ready(base):
    deadline = time.monotonic() + 20
    while True:
        try:
            return request(base, "/-/ready")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def key(labels):
    return tuple(sorted(labels.items()))


def muted(alerts):
    """Labels of the posted alerts that a fresh Alertmanager suppresses."""
    with tempfile.TemporaryDirectory() as storage:
        port = free_port()
        process = subprocess.Popen(
            [
                PROGRAM,
                f"--config.file={ROOT}/alerts/alertmanager.yaml",
                f"--storage.path={storage}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_until_ready(base)
            request(base, "/api/v2/alerts", [{"labels": labels} for labels in alerts])
            return settled(base, len(alerts))
        finally:
            process.terminate()
            process.wait(timeout=20)


def settled(base, count):
    """What is suppressed once all alerts are known and the answer no longer changes."""
    before = None
    for _ in range(100):
        states = json.loads(request(base, "/api/v2/alerts"))
        now = {key(a["labels"]) for a in states if a["status"]["state"] == "suppressed"}
        if len(states) == count and now == before:
            return now
        before = now
        time.sleep(0.3)
    raise TimeoutError("the alerts do not settle")


def main():
    if PROGRAM is None:
        print("skipped: Alertmanager (Debian package prometheus-alertmanager) is not installed")
        return 77
    failed = 0
    for name, alerts, wanted in CASES:
        got = muted(alerts)
        expected = {key(labels) for labels in wanted}
        print(f"{'ok' if got == expected else 'FAILED'}: {name}")
        for labels in sorted(got - expected):
            print(f"  muted and should not be: {dict(labels)}")
        for labels in sorted(expected - got):
            print(f"  not muted and should be: {dict(labels)}")
        failed += got != expected
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
