#!/usr/bin/env python3
"""Every alert has a runbook, and every runbook has an alert.

Reads all rule files below alerts/ (hand-written and generated) and the runbooks. An alert's
runbook_url must be alerts/runbooks/<its name>.md, that file must exist with its four sections, and
links between runbooks must lead somewhere. Exit codes: 0 all well, 1 not.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = ROOT / "alerts"
RUNBOOKS = ALERTS / "runbooks"
SECTIONS = ["Meaning", "Impact", "Diagnosis", "Mitigation"]

# Alerts of the SLO engine: their runbooks are wanted even where no rules were generated yet.
GENERATED_ALERTS = {"SLOErrorBudgetBurn", "SLOErrorBudgetExhausted", "SLOAlertPolicy", "SLONoData"}


def alerts_of(path):
    """Yields (line, alert, runbook_url or None); a rule ends where the next one begins.

    Rule files are written one key a line (by hand and by the engine), so lines are enough to read
    them, and the test needs no YAML library.
    """
    alert, line_of_alert, url = None, 0, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if re.match(r"\s*-\s", line):
            starts = re.match(r"\s*-\s+(?:alert|record|name|expr|labels|annotations)\s*:", line)
            if starts and alert:
                yield line_of_alert, alert, url
                alert, url = None, None
        if found := re.match(r"\s*(?:-\s+)?alert:\s*[\"']?(\w+)", line):
            alert, line_of_alert = found.group(1), number
        if found := re.match(r"\s*(?:-\s+)?runbook_url:\s*[\"']?([^\"'\s]+)", line):
            url = found.group(1)
    if alert:
        yield line_of_alert, alert, url


def alert_problems():
    named = set(GENERATED_ALERTS)
    for path in sorted(ALERTS.rglob("*.yaml")):
        if path.name == "alertmanager.yaml":
            continue
        for line, alert, url in alerts_of(path):
            named.add(alert)
            if url != f"alerts/runbooks/{alert}.md":
                yield f"{path.relative_to(ROOT)}:{line}: {alert}: runbook_url is {url}"
    existing = {path.stem for path in RUNBOOKS.glob("*.md")}
    for alert in sorted(named - existing):
        yield f"alerts/runbooks/{alert}.md does not exist"
    for alert in sorted(existing - named):
        yield f"alerts/runbooks/{alert}.md has no alert"


def runbook_problems():
    for path in sorted(RUNBOOKS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT)
        if not text.startswith(f"# {path.stem}\n"):
            yield f"{name}: the title is not the alert's name"
        if re.findall(r"^## (.+)$", text, re.MULTILINE) != SECTIONS:
            yield f"{name}: the sections are not {', '.join(SECTIONS)}"
        for stack in ("Local stack", "Kubernetes"):
            if stack not in text:
                yield f"{name}: the diagnosis has no commands for: {stack}"
        for target in re.findall(r"\]\(([^)]+)\)", text):
            if not (path.parent / target).is_file():
                yield f"{name}: link to {target} leads nowhere"


def main():
    problems = [*alert_problems(), *runbook_problems()]
    for problem in problems:
        print(problem)
    print(f"{len(list(RUNBOOKS.glob('*.md')))} runbooks, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
