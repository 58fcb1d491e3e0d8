#: docs                     write docs/configuration.md from the programs' own tables
# shellcheck shell=bash

dev_docs() {
  install_packages up test
  step 'building the reference'
  (cd "$root" && cmake --preset dev >/dev/null) || die 1 'cmake could not configure the build'
  run_ninja --target configuration_reference || die 1 'the build failed'
  "$root/build/bin/configuration_reference" >"$root/docs/configuration.md"
  step 'docs/configuration.md is written'
}
