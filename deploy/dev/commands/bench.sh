#: bench NAME [options]    measure ours against a peer, side by side
#:
#:   --json FILE           also write [{"row","ours","peer","unit","ratio","low","high","bound","verdict"}];
#:                         ratio is null where ours itself is held against the bound, bound where
#:                         a row is only shown, peer where there is none
#:   --pairs N             alternating pairs (default 15); more make the interval narrower
#:   --seconds N           length of one measurement
#:   --only WORD           only the rows whose name contains WORD
#:
#: NAME is one of tests/bench/harness/rows_NAME.py (api, probe, relay, sidecar, slo). Verdicts: ok, short, or unclear
#: when the interval straddles the bound. Exit 0 all ok, 1 one is short, 2 one is unclear, 69 not all
#: could be measured.
#:
#: bench growth            what the API's requests cost with 1,000 to 1,000,000 securities, written
#:                         into docs/api-growth.md
#:
#:   --sizes N,…           other numbers of securities
#:   --seconds N           length of one measurement (default 3)
#:   --out FILE            another document that has the marks
#:
#: bench gate [RELEASES]   how often the release gate is wrong, over simulated releases (default
#:                         20000 a row), written into docs/gate.md
# shellcheck shell=bash

dev_bench() {
  local name=${1:-} script=bench.py
  if [[ $name == gate ]]; then
    install_packages up bench
    build_bench_programs
    exec "$bin_dir/gate_truth" "${2:-20000}" "$root/docs/gate.md"
  fi
  if [[ $name == growth ]]; then
    script=growth.py
    shift
  elif [[ ! $name =~ ^[a-z_]+$ || ! -f $root/tests/bench/harness/rows_$name.py ]]; then
    die "$exit_usage" "bench takes one of: $(bench_names) growth gate"
  fi
  install_packages up bench
  build_programs
  build_bench_programs
  if [[ $name == relay ]]; then build_go_tool otel-collector; fi
  if [[ $name == slo ]]; then build_go_tool sloth; fi
  exec /usr/bin/python3 -B "$root/tests/bench/harness/$script" "$@"
}

# They are no part of what `./dev build` builds; the setting stays in the build directory.
build_bench_programs() {
  step 'building the programs of the benchmarks'
  (cd "$root" && cmake -S . -B build -D REMORA_BENCHMARKS=ON >/dev/null) ||
    die 1 'cmake could not configure the benchmarks'
  run_ninja --target bench_programs || die 1 'the build failed'
}

bench_names() {
  local file names=()
  for file in "$root"/tests/bench/harness/rows_*.py; do
    file=${file##*/rows_}
    names+=("${file%.py}")
  done
  printf '%s' "${names[*]}"
}
