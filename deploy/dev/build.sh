# Building with cmake and ninja.
# shellcheck shell=bash

build_programs() {
  local cold=
  [[ -e $root/build/.ninja_log ]] || cold=1
  step 'building the four programs (build/bin)'
  (cd "$root" && cmake --preset release >"$root/build-configure.log" 2>&1) || {
    cat "$root/build-configure.log" >&2
    rm -f "$root/build-configure.log"
    die 1 'cmake could not configure the build'
  }
  rm -f "$root/build-configure.log"
  run_ninja --target programs || die 1 'the build failed'
  [[ -z $cold ]] || print_slowest
}

run_ninja() { cmake --build "$root/build" -j "$(build_jobs)" "$@"; }

# One job a processor, but never more than memory carries: the largest files take about 1.2 GB.
build_jobs() {
  local available jobs
  jobs=$(nproc)
  available=$(awk '/^MemAvailable/ {print int($2 / 1228800)}' /proc/meminfo)
  ((available >= jobs)) || jobs=$available
  echo $((jobs > 0 ? jobs : 1))
}

# .ninja_log: start and end in ms, modification time, output, command hash.
print_slowest() {
  say '' 'The ten files that took longest to compile:'
  awk -F '\t' '$4 ~ /\.(o|gch)$/ {printf "%8.1f s  %s\n", ($2 - $1) / 1000, $4}' \
    "$root/build/.ninja_log" | sort -rn | head -n 10 |
    sed -e 's#CMakeFiles/[^/]*\.dir/##' -e 's#\.o$##'
  say ''
}
