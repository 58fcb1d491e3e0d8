# The SLO report of the running stack, from raw counters.
# shellcheck shell=bash

report() {
  "$bin_dir/remora-slo" report "$root/slo/objectives" \
    --prometheus "http://127.0.0.1:${port[prometheus]}" --raw "$@"
}

print_report() { report; }

every_slo_has_events() {
  report --json 2>/dev/null | jq -e '.slos | length > 0 and all(.events > 0)' >/dev/null 2>&1
}
