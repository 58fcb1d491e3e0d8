#!/bin/sh
# What `remora-slo generate` writes in each of its formats and under both names is what those read it
# who it is for: promtool, and Kubernetes (tools/kube-check); twice the same bytes; --diff tells.
# Exit codes: 0 all well, 1 not, 77 without promtool or the program.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
slo=${REMORA_BIN:-$root/build/bin}/remora-slo
command -v promtool >/dev/null 2>&1 || {
  echo "skipped: promtool (Debian package prometheus) is not installed"
  exit 77
}
[ -x "$slo" ] || {
  echo "skipped: $slo is not built"
  exit 77
}
kube_check=$root/build/tools/bin/kube-check
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
  echo "FAILED: $*"
  failed=1
}

expect() { # CODE COMMAND…: ends with this code
  wanted=$1
  shift
  code=0
  "$@" >"$work/log" 2>&1 || code=$?
  [ "$code" -eq "$wanted" ] || fail "$* ended with $code instead of $wanted: $(cat "$work/log")"
}

generate() { # FORMAT NAMES INTO [options]
  format=$1 names=$2 into=$3
  shift 3
  expect 0 "$slo" generate "$root/slo/objectives" --format "$format" --names "$names" \
    --out "$into" --tests "$into/tests" "$@"
}

for format in rules prometheusrule; do
  for names in remora sloth; do
    into=$work/$format-$names
    options=
    [ "$format" = rules ] || options="--namespace shop --label release=kps"
    # shellcheck disable=SC2086 # several words
    generate "$format" "$names" "$into" $options
    # shellcheck disable=SC2086
    generate "$format" "$names" "$work/again/$format-$names" $options
    diff -r "$into" "$work/again/$format-$names" || fail "$format $names: other bytes"
    plain=$into
    [ "$format" = rules ] || plain=$into/tests
    expect 0 promtool check rules "$plain"/*.rules.yaml
    ! grep -qi duplicate "$work/log" || fail "$format $names: $(cat "$work/log")"
    expect 0 "$slo" generate "$root/slo/objectives" --names "$names" --out "$into" --diff
  done
done

# Alerts and values of one SLO under sloth's names; its tests under ours are tests of their own.
(cd "$work/rules-sloth/tests" && promtool test rules securities-latency.test.yaml) \
  >"$work/log" 2>&1 || fail "$(cat "$work/log")"

if [ -x "$kube_check" ]; then
  for file in "$work"/prometheusrule-*/*.rules.yaml; do
    { echo "---"; cat "$file"; } >>"$work/$(basename "$(dirname "$file")").all"
  done
  for all in "$work"/*.all; do
    "$kube_check" -extract "$work/extracted" <"$all" || fail "kube-check refuses $all"
  done
  expect 0 promtool check rules "$work"/extracted/*/rules.json
else
  echo "without kube-check (tools/install-go-tool kube-check): resources are not checked"
fi

# Whatever sloth itself records of an SLO over 28 days, we record under that name, too.
sloth=$root/build/tools/bin/sloth
if [ -x "$sloth" ]; then
  cat >"$work/sloth.yaml" <<'SPEC'
version: prometheus/v1
service: securities
slos:
  - name: securities-latency
    objective: 99
    sli: {raw: {error_ratio_query: 'x[{{.window}}]'}}
    alerting: {name: Burn}
SPEC
  expect 0 "$sloth" generate --default-slo-period=28d -i "$work/sloth.yaml" -o "$work/sloth.rules.yaml"
  recorded() { sed -n 's/^ *- record: //p' "$1" | sort -u; }
  recorded "$work/sloth.rules.yaml" >"$work/theirs"
  recorded "$work/rules-sloth/securities-latency.rules.yaml" >"$work/ours"
  [ "$(wc -l <"$work/theirs")" -ge 15 ] || fail "sloth records $(wc -l <"$work/theirs") series"
  missing=$(comm -23 "$work/theirs" "$work/ours")
  [ -z "$missing" ] || fail "sloth records these, we do not: $missing"
else
  echo "without sloth (tools/install-go-tool sloth): its names are not compared"
fi

# What is deployed is another one: what is gone, what is new, what is not the same.
sed -i 's/> 13.44/> 99/' "$work/rules-remora/securities-latency.rules.yaml"
rm "$work/rules-remora/critical-path.rules.yaml"
expect 1 "$slo" generate "$root/slo/objectives" --out "$work/rules-remora" --diff
grep -q '^      - .*> 99$' "$work/log" || fail "the changed factor is not told: $(cat "$work/log")"
grep -q '^+ slo-critical-path  SLONoData' "$work/log" || fail "what is new is not told"
expect 1 "$slo" generate "$root/slo/objectives" --out "$work/nothing" --diff --json
[ ! -e "$work/nothing" ] || fail "--diff wrote something"

# Usage.
objectives=$root/slo/objectives
expect 64 "$slo" generate "$objectives"
expect 64 "$slo" generate "$objectives" --out "$work/x" --format helm
expect 64 "$slo" generate "$objectives" --out "$work/x" --names pyrra
expect 64 "$slo" generate "$objectives" --out "$work/x" --namespace shop
expect 64 "$slo" generate "$objectives" --out "$work/x" --format prometheusrule --namespace Shop
expect 64 "$slo" generate "$objectives" --out "$work/x" --format prometheusrule --label a/b/c=d
expect 64 "$slo" generate "$objectives" --out "$work/x" --prometheus http://127.0.0.1:9
expect 69 "$slo" generate "$objectives" --diff --prometheus http://127.0.0.1:9
[ ! -e "$work/x" ] || fail "wrong usage wrote something"
exit "$failed"
