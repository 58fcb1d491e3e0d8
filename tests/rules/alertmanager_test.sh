#!/bin/sh
# The Alertmanager configuration loads, and sends every kind of alert to the receiver it is meant
# for.
# Exit codes: 0 all well, 1 not, 77 without amtool.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
config=$root/alerts/alertmanager.yaml
command -v amtool >/dev/null 2>&1 || {
  echo "skipped: amtool (Debian package prometheus-alertmanager) is not installed"
  exit 77
}

amtool check-config "$config"

failed=0
# route RECEIVER LABEL…
route() {
  wanted=$1
  shift
  if ! amtool config routes test --config.file="$config" --verify.receivers="$wanted" "$@"; then
    echo "wanted: $wanted for $*"
    failed=1
  fi
}
route dead-mans-switch alertname=Watchdog severity=none
route page alertname=RemoraServiceDown severity=critical service=securities
route page alertname=SLOErrorBudgetBurn severity=critical slo_id=critical-path
route ticket alertname=SLOErrorBudgetBurn severity=warning slo_id=critical-path
route ticket alertname=SLONoData severity=warning slo_id=critical-path
route nobody alertname=SomethingElse severity=none
route ticket alertname=AlertThatForgotItsSeverity
exit "$failed"
