#: bench NAME [options]    measure ours against a peer, side by side
#:
#:   --json FILE           also write [{"row","ours","peer","unit","ratio","low","high","bound","verdict"}]
#:   --pairs N             alternating pairs (default 15); more make the interval narrower
#:   --seconds N           length of one measurement
#:
#: NAME is one of tests/bench/harness/rows_NAME.py. Verdicts: ok, short, or unclear when the
#: interval straddles the bound. Exit 0 all ok, 1 one is short, 2 one is unclear.
# shellcheck shell=bash

dev_bench() {
  local name=${1:-}
  if [[ ! $name =~ ^[a-z_]+$ || ! -f $root/tests/bench/harness/rows_$name.py ]]; then
    die "$exit_usage" "bench takes one of: $(bench_names)"
  fi
  install_packages up bench
  build_programs
  exec /usr/bin/python3 -B "$root/tests/bench/harness/bench.py" "$@"
}

bench_names() {
  local file
  for file in "$root"/tests/bench/harness/rows_*.py; do
    file=${file##*/rows_}
    printf '%s ' "${file%.py}"
  done
}
