#: fuzz [options] [TARGET…]   parsers of outside input under libFuzzer, a minute each
#:
#: Builds the targets (tests/fuzz) with clang and runs them side by side, one a processor, each from
#: its seeds; all of them when none is named. Says per target how many inputs were tried, the edges
#: covered and how many inputs led to something new. An input for which a property does not hold is
#: shown in base64 and kept in build/fuzz/crashes; run it again with
#:   build/fuzz/bin/TARGET_fuzz FILE
#:
#:   --seconds N   for each target (default 60)
#:   --runs N      inputs for each target, however long they take, instead of --seconds
#:   --seed N      of the mutations (default: another each time); with --runs the same inputs are
#:                 tried on a slow machine as on a fast one
# shellcheck shell=bash

readonly fuzz_dir=$root/build/fuzz

dev_fuzz() {
  local limit=-max_total_time=60 seed=0 targets=()
  while (($#)); do
    case $1 in
      --seconds)
        value_of "$1" $#
        number "$1" "$2" 1 86400
        limit=-max_total_time=$2
        shift
        ;;
      --runs)
        value_of "$1" $#
        number "$1" "$2" 1 1000000000
        limit=-runs=$2
        shift
        ;;
      --seed)
        value_of "$1" $#
        number "$1" "$2" 1 4294967295
        seed=$2
        shift
        ;;
      -*) die "$exit_usage" "fuzz has no option '$1'" ;;
      *) targets+=("$1") ;;
    esac
    shift
  done
  install_packages up fuzz
  build_fuzzers "${targets[@]}"
  ((${#targets[@]})) || mapfile -t targets < <(cut -d ' ' -f 1 "$fuzz_dir/fuzz_targets.txt")
  run_fuzzers "$limit" "$seed" "${targets[@]}"
}

# build_fuzzers TARGET…: these, or all.
build_fuzzers() {
  step 'building the fuzz targets'
  mkdir -p "$fuzz_dir"
  (cd "$root" && cmake --preset fuzz >"$fuzz_dir/configure.log" 2>&1) || {
    cat "$fuzz_dir/configure.log" >&2
    die 1 'cmake could not configure the build'
  }
  local target
  for target in "$@"; do
    longest_input "$target" >/dev/null ||
      die "$exit_usage" "there is no target '$target'; there are:" \
        "$(cut -d ' ' -f 1 "$fuzz_dir/fuzz_targets.txt" | xargs)"
  done
  local goals=("${@/%/_fuzz}")
  (($#)) || goals=(fuzzers)
  cmake --build "$fuzz_dir" -j "$(build_jobs)" --target "${goals[@]}" ||
    die 1 'the build of the fuzz targets failed'
}

# longest_input TARGET: the most bytes that an input of it has; fails when there is no such target.
longest_input() {
  awk -v name="$1" '$1 == name {print $2; found = 1} END {exit !found}' \
    "$fuzz_dir/fuzz_targets.txt"
}

declare -A fuzzing=() # targets by the process that runs them

# run_fuzzers LIMIT SEED TARGET…: a line for each that ends; fails when a property did not hold.
# LIMIT is libFuzzer's option that ends a run.
run_fuzzers() {
  local limit=$1 seed=$2 target
  shift 2
  rm -rf "$fuzz_dir/crashes" "$fuzz_dir/log" "$fuzz_dir/corpus"
  mkdir -p "$fuzz_dir/crashes" "$fuzz_dir/log"
  trap end_fuzzers EXIT
  step "fuzzing $# targets, $(nproc) side by side, ${limit#-} each"
  printf '%-20s %12s %8s %8s %8s\n' target executions 'per s' edges new
  for target in "$@"; do
    ((${#fuzzing[@]} < $(nproc))) || await_fuzzer
    start_fuzzer "$limit" "$seed" "$target"
  done
  while ((${#fuzzing[@]})); do await_fuzzer; done
  ((${#fuzz_failures[@]} == 0)) ||
    die 1 "${#fuzz_failures[@]} of $# targets failed: ${fuzz_failures[*]}"
  say "$# targets, all clean"
}

# What is found new is kept for the time of the run only: seeds are chosen by people.
start_fuzzer() {
  local limit=$1 seed=$2 target=$3 corpus=$fuzz_dir/corpus/$3
  mkdir -p "$corpus"
  ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-14 UBSAN_OPTIONS=print_stacktrace=1 \
    "$fuzz_dir/bin/${target}_fuzz" "$limit" -seed="$seed" -reload=0 \
    -max_len="$(longest_input "$target")" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$fuzz_dir/crashes/$target-" "$corpus" "$root/tests/fuzz/seeds/$target" \
    >"$fuzz_dir/log/$target.log" 2>&1 &
  fuzzing[$!]=$target
}

fuzz_failures=()

await_fuzzer() {
  local process code=0
  wait -n -p process "${!fuzzing[@]}" || code=$?
  local target=${fuzzing[$process]}
  unset "fuzzing[$process]"
  report_fuzzer "$target"
  ((code)) || return 0
  fuzz_failures+=("$target")
  report_failure "$target"
}

report_fuzzer() {
  awk -v name="$1" '
    /^#[0-9]+\t.* cov: / {for (i = 1; i < NF; ++i) if ($i == "cov:") edges = $(i + 1)}
    /^stat::number_of_executed_units/ {executions = $2}
    /^stat::average_exec_per_sec/ {rate = $2}
    /^stat::new_units_added/ {new = $2}
    END {printf "%-20s %12d %8d %8d %8d\n", name, executions, rate, edges, new}
  ' "$fuzz_dir/log/$1.log"
}

# What did not hold, where in our sources, and the input.
report_failure() {
  local log=$fuzz_dir/log/$1.log input
  say "  $1 FAILED, all of it in ${log#"$root/"}:"
  # No match is no failure of ours: the log has it all.
  grep -E -m 3 'does not hold|runtime error:|ERROR:|Assertion' "$log" |
    sed "s#$root/##; s/^/  /" || true
  grep -E '^ +#[0-9]+ ' "$log" | grep -F -m 5 " $root/" | sed "s#$root/##" || true
  for input in "$fuzz_dir/crashes/$1-"*; do
    [[ -f $input ]] || continue
    say "  ${input#"$root/"}, in base64:" "  $(base64 -w 0 "$input")"
  done
}

end_fuzzers() {
  ((${#fuzzing[@]} == 0)) || kill "${!fuzzing[@]}" 2>/dev/null || true
  rm -rf "$fuzz_dir/corpus"
}
