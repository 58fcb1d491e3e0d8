#!/bin/sh
# What `remora-slo generate` wrote does what its own tests say, and counts what deltas.test.yaml says.
# With names of SLOs, tests only those: promtool evaluates every minute of days.
# Exit codes: 0 all well, 1 not, 77 without promtool.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
command -v promtool >/dev/null 2>&1 || {
  echo "skipped: promtool (Debian package prometheus) is not installed"
  exit 77
}

cd "$root/tests/rules"
if [ $# -eq 0 ]; then
  exec promtool test rules slo/*.test.yaml generated/*.test.yaml
fi
failed=0
for name in "$@"; do
  promtool test rules "generated/$name.test.yaml" || failed=1
done
exit "$failed"
