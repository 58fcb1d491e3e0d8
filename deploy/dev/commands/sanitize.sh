#: sanitize [asan|tsan …]   build the unit tests under sanitizers and run them; both by default
#:
#: tsan leaves out those of the SLO engine, which has one thread.
# shellcheck shell=bash

dev_sanitize() {
  install_packages up test
  [[ $# -gt 0 ]] || set -- asan tsan
  local preset
  for preset in "$@"; do sanitize_with "$preset"; done
}

sanitize_with() {
  case $1 in asan | tsan) ;; *) die "$exit_usage" "there is no sanitizer '$1'; asan or tsan" ;; esac
  local target=unit_tests leave_out=()
  if [[ $1 == tsan ]]; then target=unit_tests_with_threads leave_out=(-E '^unit\.slo\.'); fi
  step "building the unit tests under $1"
  (cd "$root" && cmake --preset "$1" >/dev/null) || die 1 'cmake could not configure the build'
  cmake --build "$root/build/$1" -j "$(build_jobs)" --target "$target" || die 1 "the $1 build failed"
  ctest --test-dir "$root/build/$1" -L unit "${leave_out[@]}" --output-on-failure -j "$(nproc)"
}
