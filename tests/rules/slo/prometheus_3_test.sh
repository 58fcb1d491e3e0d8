#!/bin/sh
# Prometheus 3 accepts and evaluates the generated rules as Prometheus 2 does: the same unit tests, of
# this deployment's SLOs, of what the rules count, and of every third synthetic SLO (so of every kind),
# pass in its promtool. All of them take it ten minutes:
#   synthetic_test.sh PROGRAM build/tools/bin/promtool-3 1 1
#
#   prometheus_3_test.sh PROGRAM
#
# PROGRAM is write-synthetic-slos. Exit codes: 0 all well, 1 not, 77 where that promtool cannot be built.
set -eu
program=$1
root=$(cd "$(dirname "$0")/../../.." && pwd)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$root/tools/install-go-tool" promtool-3 >"$log" 2>&1 || {
  cat "$log"
  echo "skipped: promtool of Prometheus 3 cannot be built (tools/install-go-tool promtool-3)"
  exit 77
}
promtool=$root/build/tools/bin/promtool-3
failed=0
for file in "$root"/alerts/generated/*.rules.yaml; do
  "$promtool" check rules --lint=all --lint-fatal "$file" || failed=1
done
cd "$root/tests/rules"
"$promtool" test rules slo/*.test.yaml generated/*.test.yaml || failed=1
"$root/tests/rules/slo/synthetic_test.sh" "$program" "$promtool" 1 3 || failed=1
exit "$failed"
