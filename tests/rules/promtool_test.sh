#!/bin/sh
# Every rule file loads without a duplicate, and every alert does what its unit tests say: silent
# below, firing, resolved. Exit codes: 0 all well, 1 not, 77 without promtool.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
command -v promtool >/dev/null 2>&1 || {
  echo "skipped: promtool (Debian package prometheus) is not installed"
  exit 77
}

cd "$root"
failed=0
for file in alerts/remora.rules.yaml alerts/generated/*.yaml; do
  [ -e "$file" ] || continue
  # promtool only prints duplicates; here they fail.
  promtool check rules --lint=all --lint-fatal "$file" || failed=1
done
promtool test rules tests/rules/*.test.yaml || failed=1

# An alert without a test is a guess.
untested=$(sed -n 's/^ *- alert: //p' alerts/remora.rules.yaml | while read -r alert; do
  [ -e "tests/rules/$alert.test.yaml" ] || echo "tests/rules/$alert.test.yaml does not exist"
done)
[ -z "$untested" ] || { echo "$untested"; failed=1; }
exit "$failed"
