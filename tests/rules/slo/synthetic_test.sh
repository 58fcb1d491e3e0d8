#!/bin/sh
# The rules and unit tests that are generated for every kind of SLO load without a duplicate and pass,
# and the rules count what kinds/*.test.yaml say.
#
#   synthetic_test.sh PROGRAM PROMTOOL SHARD SHARDS [sloth]
#
# PROGRAM is write-synthetic-slos; of its SLOs every SHARDS-th is tested, beginning with the SHARD-th;
# with `sloth` under its names, too.
# Exit codes: 0 all well, 1 not, 77 without promtool.
set -eu
program=$1
promtool=$2
shard=$3
shards=$4
kinds=$(cd "$(dirname "$0")" && pwd)/kinds
command -v "$promtool" >/dev/null 2>&1 || {
  echo "skipped: $promtool is not there"
  exit 77
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" "$work/rules" "$work/tests" ${5+"$5"}

for file in "$work"/rules/*.rules.yaml; do
  basename "$file" .rules.yaml
done | sed -n "$shard~${shards}p" >"$work/slos"
[ -s "$work/slos" ] || { echo "there are no SLOs"; exit 1; }
failed=0
while read -r slo; do
  echo "$slo"
  "$promtool" check rules --lint=all --lint-fatal "$work/rules/$slo.rules.yaml" >"$work/out" 2>&1 ||
    { cat "$work/out"; failed=1; }
  "$promtool" test rules "$work/tests/$slo.test.yaml" >"$work/out" 2>&1 ||
    { cat "$work/out"; failed=1; }
  [ -e "$kinds/$slo.test.yaml" ] || continue
  cp "$kinds/$slo.test.yaml" "$work/tests/$slo.counts.yaml"
  "$promtool" test rules "$work/tests/$slo.counts.yaml" >"$work/out" 2>&1 ||
    { cat "$work/out"; failed=1; }
done <"$work/slos"
exit "$failed"
