#: docs                     write docs/configuration.md and the schemas of the probe's files
# shellcheck shell=bash

dev_docs() {
  install_packages up test
  step 'building the reference'
  (cd "$root" && cmake --preset dev >/dev/null) || die 1 'cmake could not configure the build'
  run_ninja --target configuration_reference probe_schema || die 1 'the build failed'
  "$root/build/bin/configuration_reference" >"$root/docs/configuration.md"
  for file in scenario config; do
    "$root/build/bin/probe_schema" "$file" >"$root/probe/$file.schema.json"
  done
  step 'docs/configuration.md and probe/*.schema.json are written'
}
