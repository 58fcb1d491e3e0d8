#: gate [options]          ask the release gate about the running stack
#:
#: Options go to `remora-slo gate`; the window is 10m unless given. Exit 0 pass, 1 fail,
#: 2 too little evidence.
# shellcheck shell=bash

dev_gate() {
  local window=(--window 10m)
  [[ ! " $*" =~ ' '--(window|since) ]] || window=()
  load_ports
  "$bin_dir/remora-slo" gate "$root/slo/objectives" \
    --prometheus "http://127.0.0.1:${port[prometheus]}" "${window[@]}" "$@"
}
