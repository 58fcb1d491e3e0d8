#: test [ctest options]    build everything and run all tests
#:
#: For example ./dev test -R framing, or -LE system to leave out the tests of the whole chain.
# shellcheck shell=bash

dev_test() {
  install_packages up test
  provide_go || warn 'without Go the tests of the chart are skipped'
  provide_dashboard_packages || warn 'without the npm registry the test of the dashboards is skipped'
  provide_python_packages || warn 'without PyPI the tests of the API over its document are skipped'
  step 'building programs and tests'
  (cd "$root" && cmake --preset dev) || die 1 'cmake could not configure the build'
  run_ninja || die 1 'the build failed'
  # One more than there are processors: many tests mostly wait for the programs they started.
  ctest --test-dir "$root/build" --output-on-failure -j "$(($(nproc) + 1))" "$@"
}
