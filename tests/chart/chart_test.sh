#!/bin/sh
# The chart renders what Kubernetes, the Prometheus operator and Remora's programs accept.
#
#   chart_test.sh            1. the files in the chart are the ones they are copied from
#                            2. helm lint --strict, for the defaults and each of ci/*-values.yaml
#                            3. renders decode strictly and are restricted (tools/kube-check); the
#                               rules in them load (promtool); built programs accept their
#                               configuration (--check-config)
#                            4. renders are the golden ones
#                            5. each of invalid/*.yaml is refused, for the reason that it expects
#   chart_test.sh --update   writes the golden renders anew
#
# Golden renders are made with tests/chart/files instead of the chart's own files, so that they show
# the templates and do not change with every rule. Exit codes: 0 all well, 1 not, 77 without Go.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/chart
chart=$root/helm/remora
tools=$root/build/tools/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
  echo "FAILED: $*"
  failed=1
}

for tool in helm kube-check; do
  code=0
  "$root/tools/install-go-tool" "$tool" || code=$?
  if [ "$code" -eq 69 ]; then
    echo "skipped: $tool cannot be built (see above)"
    exit 77
  fi
  [ "$code" -eq 0 ] || exit 1
done

cases() { # lines "name values-file"; the defaults are an empty file
  : >"$work/default-values.yaml"
  for file in "$work/default-values.yaml" "$chart"/ci/*-values.yaml; do
    echo "$(basename "$file" -values.yaml) $file"
  done
}

render() { # CHART VALUES
  "$tools/helm" template remora "$1" --namespace shop --values "$2"
}

# What --check-config reads besides the configuration: secrets, scenarios, objectives.
accept() { # EXTRACTED PROGRAM CONFIG
  program=$root/build/bin/$2
  [ -e "$1/$3" ] && [ -x "$program" ] || return 0
  mounts=$work/mounts
  for secret in signing/key redis/password write-token/token; do
    mkdir -p "$mounts/$(dirname "$secret")"
    echo 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f >"$mounts/$secret"
  done
  mkdir -p "$mounts/postgres" "$mounts/tokens"
  echo postgresql://user@host/remora >"$mounts/postgres/url"
  for role in reader scores worker; do echo a-password >"$mounts/postgres/$role-password"; done
  : >"$mounts/tokens/tokens"
  sed -e "s#/var/run/remora#$mounts#g" \
    -e "s#/etc/remora/scenarios#$1/remora-probe-scenarios#g" \
    -e "s#/etc/remora/objectives#$1/remora-slo-objectives#g" "$1/$3" >"$work/config.yaml"
  shift 3
  "$program" "$@" --config "$work/config.yaml" --check-config >"$work/log" 2>&1 ||
    fail "$program does not accept its configuration: $(cat "$work/log")"
}

check_render() { # NAME VALUES
  extracted=$work/extracted/$1
  render "$chart" "$2" >"$work/$1.yaml" || { fail "$1 does not render"; return; }
  "$tools/kube-check" -extract "$extracted" <"$work/$1.yaml" || fail "$1: kube-check"
  if command -v promtool >/dev/null 2>&1; then
    for rules in "$extracted"/*/rules.json; do
      [ ! -e "$rules" ] || promtool check rules "$rules" >"$work/log" 2>&1 ||
        fail "$1: $(cat "$work/log")"
    done
  fi
  for service in securities scores; do
    accept "$extracted" remora-sidecar "remora-$service/sidecar.yaml"
    accept "$extracted" remora-api "remora-$service/api.yaml" "$service"
  done
  accept "$extracted" remora-api remora-worker/api.yaml worker
  accept "$extracted" remora-api remora-migrate/api.yaml migrate
  accept "$extracted" remora-probe remora-probe/probe.yaml serve
  accept "$extracted" remora-slo remora-slo/slo.yaml serve
}

check_golden() { # NAME VALUES
  render "$work/golden-chart" "$2" >"$work/golden-$1.yaml" || { fail "$1 does not render"; return; }
  if [ "${update:-no}" = yes ]; then
    cp "$work/golden-$1.yaml" "$here/golden/$1.yaml"
  elif ! diff -u "$here/golden/$1.yaml" "$work/golden-$1.yaml"; then
    fail "$1 differs from golden/$1.yaml; if that is meant: tests/chart/chart_test.sh --update"
  fi
}

check_refused() { # VALUES
  expected=$(sed -n '1s/^# expect: //p' "$1")
  [ -n "$expected" ] || { fail "$1 does not say what it expects"; return; }
  if render "$chart" "$1" >"$work/log" 2>&1; then
    fail "$(basename "$1") was accepted"
  elif ! grep -qF "$expected" "$work/log"; then
    fail "$(basename "$1") was not refused because of: $expected"
    cat "$work/log"
  fi
}

case ${1:-} in
  '') ;;
  --update) update=yes ;;
  *)
    sed -n '2,16s/^# \{0,1\}//p' "$0" >&2
    exit 64
    ;;
esac

cp -r "$chart" "$work/golden-chart"
rm -rf "$work/golden-chart/files"
cp -r "$here/files" "$work/golden-chart/files"
# `helm template` leaves the notes out: here they are an object among the others.
{
  echo '{{- define "notes" -}}'
  cat "$chart/templates/NOTES.txt"
  echo '{{- end -}}'
} >"$work/golden-chart/templates/_notes.tpl"
cat >"$work/golden-chart/templates/notes.yaml" <<'END'
apiVersion: v1
kind: ConfigMap
metadata: {name: notes}
data:
  NOTES.txt: |
    {{- include "notes" . | nindent 4 }}
END

"$root/helm/sync-files" --check || fail "the files in the chart"
cases >"$work/cases"
while read -r name values; do
  "$tools/helm" lint --strict --quiet "$chart" --values "$values" || fail "$name: helm lint"
  check_render "$name" "$values"
  check_golden "$name" "$values"
done <"$work/cases"
for values in "$here"/invalid/*.yaml; do
  check_refused "$values"
done
refused=$(find "$here/invalid" -name '*.yaml' | wc -l)
[ "$failed" -eq 1 ] || echo "$(wc -l <"$work/cases") sets of values render, $refused are refused"
exit "$failed"
