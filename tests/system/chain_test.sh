#!/usr/bin/env bash
# The whole system as one person starts it: ./dev up on ports and data of its own, watched from
# outside, with processes killed and the scores service stopped. About three minutes.
# Exit codes: 0 all well, 1 not, 77 when a tool is missing.
set -euo pipefail

# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
for tool in python3 supervisord prometheus redis-server /usr/lib/postgresql/15/bin/postgres; do
  command -v "$tool" >/dev/null || {
    echo "skipped: $tool is not installed (./dev test installs it)"
    exit 77
  }
done
work=$(mktemp -d /var/tmp/remora-chain-XXXXXX)
chmod 0755 "$work"
export REMORA_RUN_DIR=$work/run
readonly run_for=120
up_pid='' sink_pid=''
end() {
  [[ -z $up_pid ]] || kill -TERM "$up_pid" 2>/dev/null || true
  [[ -z $up_pid ]] || wait "$up_pid" || true
  "$dev" down >/dev/null 2>&1 || true
  [[ -z $sink_pid ]] || kill "$sink_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM

base=$(free_port_base)
api=http://127.0.0.1:$base
prometheus=http://127.0.0.1:$((base + 50))

start_sink() {
  "$here/otlp_sink.py" "$work/sink-port" &
  sink_pid=$!
  within 10 test -s "$work/sink-port"
  sink=http://127.0.0.1:$(cat "$work/sink-port")
}

start_system() {
  REMORA_OTLP_ENDPOINT=$sink "$dev" up --port-base "$base" --for "$run_for" >"$work/up.log" 2>&1 &
  up_pid=$!
  if ! within 400 up_has_spoken; then
    echo './dev up does not get ready:'
    tail -n 60 "$work/up.log"
    exit 1
  fi
}

up_has_spoken() { grep -q 'Five things to try next' "$work/up.log" || process_ended; }
process_ended() { [[ ! -e /proc/$up_pid ]]; }

# --- what a user sees

has_score() {
  curl -fsS -m 5 "$@" "$api/v1/securities/US0378331005" |
    jq -e '.isin == "US0378331005" and (.score.value | type == "number") and .score.illustrative'
}

message_is_stored() {
  local id
  id=$(curl -fsS -m 5 "$api/v1/messages" -H 'content-type: application/json' \
    -H "authorization: Bearer $(cat "$REMORA_RUN_DIR/secrets/write-token")" \
    -d '{"topic":"notes","message":{"text":"hello"}}' | jq -er .transaction_id) || return 1
  within 10 stored "$id"
}

stored() {
  curl -fsS -m 5 "$api/v1/messages/$1" | jq -e '.status == "stored" and .message.text == "hello"'
}

answers_status() { # WANTED curl arguments…
  local wanted=$1
  shift
  [[ $(curl -sS -m 5 -o "$work/body" -w '%{http_code}' "$@") == "$wanted" ]] &&
    { ((wanted < 400)) || jq -e ".status == $wanted and .title" "$work/body"; }
}

# --- what the watchers see

# One trace id in the spans of the probe, of both sidecars and of both applications.
trace_goes_through() {
  curl -fsS "$sink/traces" | jq -e --argjson all "$1" \
    '[.[] | select(($all - .) == [])] | length > 0'
}

query() {
  curl -fsS -m 5 -G "$prometheus/api/v1/query" --data-urlencode "query=$1" |
    jq -er '.data.result[0].value[1] // "none"'
}

# number_is QUERY OPERATOR VALUE
number_is() {
  local value
  value=$(query "$1") || return 1
  awk -v a="$value" -v b="$3" -v op="$2" 'BEGIN {
    if (a == "none") exit 1
    exit !(op == ">" ? a + 0 > b : op == "==" ? a + 0 == b : a + 0 < b) }'
}

gate_says() { # CODE gate arguments…
  local wanted=$1 code=0
  shift
  "$dev" gate "$@" >"$work/gate.log" 2>&1 || code=$?
  [[ $code == "$wanted" ]]
}

reports_bad_runs() {
  "$root/build/bin/remora-slo" report "$root/slo/objectives" --prometheus "$prometheus" --raw \
    --json | jq -e '.slos[] | select(.name == "critical-path") | .bad_events > 0'
}

# --- what the supervisor does

supervisor() { supervisorctl -c "$REMORA_RUN_DIR/config/supervisord.conf" "$@"; }

recovers() { # NAME: killed, it comes back as another process and gets ready
  local before
  before=$(supervisor pid "$1")
  kill -KILL "$before"
  within 20 is_another_process "$1" "$before" && within 20 is_ready "$1"
}

is_another_process() {
  local now
  now=$(supervisor pid "$1") && [[ $now != 0 && $now != "$2" && -e /proc/$now ]]
}

is_ready() { "$dev" status | grep -E "^$1 " | grep -qv 'NOT READY'; }

no_process_left() { ! grep -lsz -x -F "REMORA_STACK=$REMORA_RUN_DIR" /proc/[0-9]*/environ; }

violates_while_scores_is_away() {
  supervisor stop scores
  within 90 gate_says 1 || return 1
  grep -iq 'securities-availability\|critical-path' "$work/gate.log"
}

# ---

start_sink
start_system
grep -A 12 'SLO' "$work/up.log" | head -n 14 || true

check 'every part is ready' "$dev" status
check 'before there is evidence, the gate is inconclusive' gate_says 2 --window 10m
check 'a security comes with its score' has_score
check 'a trace context of ours breaks nothing' has_score \
  -H 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
check 'an accepted message is stored' message_is_stored
check 'an unknown security is a problem document' answers_status 404 "$api/v1/securities/US0000000000"
check 'a message without a token is refused' answers_status 401 "$api/v1/messages" \
  -H 'content-type: application/json' -d '{"topic":"notes","message":{}}'
check 'one trace goes through probe, sidecars and applications' \
  within 30 trace_goes_through '["probe", "securities", "remora-securities", "scores", "remora-scores"]'
check 'the probe is recognised as synthetic' \
  within 15 number_is 'remora_probe_recognised{scenario="critical-path"}' '==' 1
check 'signatures of the probe are verified' \
  within 15 number_is 'remora_probe_signature_total{result="verified"}' '>' 0
check 'with enough evidence, the gate passes' within 120 gate_says 0 --window 10m
check 'without scores, the gate names a violated objective' violates_while_scores_is_away
check 'scores comes back' supervisor start scores
for name in scores scores-sidecar worker securities securities-sidecar slo load; do
  check "$name recovers from kill -9" recovers "$name"
done
check 'the probe noticed' within 15 number_is \
  'sum(remora_probe_runs_total{scenario="critical-path",outcome="failed"})' '>' 0
check 'probe recovers from kill -9' recovers probe
check 'and the report shows it' within 15 reports_bad_runs
check 'every panel of the dashboards has an answer' \
  "$root/tests/rules/panel_queries.py" "$prometheus" --wait 60

code=0
wait "$up_pid" || code=$?
up_pid=''
check 'the run ends with exit code 0' test "$code" == 0
check 'it stopped everything' grep -q 'stopped$' "$work/up.log"
check 'no process is left' no_process_left
((!failed)) || tail -n 40 "$work/up.log"
finish
