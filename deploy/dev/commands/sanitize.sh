#: sanitize [asan|tsan …]   build the unit tests under sanitizers and run them; both by default
# shellcheck shell=bash

dev_sanitize() {
  install_packages up test
  [[ $# -gt 0 ]] || set -- asan tsan
  local preset
  for preset in "$@"; do sanitize_with "$preset"; done
}

sanitize_with() {
  case $1 in asan | tsan) ;; *) die "$exit_usage" "there is no sanitizer '$1'; asan or tsan" ;; esac
  step "building the unit tests under $1"
  (cd "$root" && cmake --preset "$1" >/dev/null) || die 1 'cmake could not configure the build'
  cmake --build "$root/build/$1" -j "$(build_jobs)" --target unit_tests || die 1 "the $1 build failed"
  ctest --test-dir "$root/build/$1" -L unit --output-on-failure -j "$(nproc)"
}
