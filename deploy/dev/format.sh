# Which files are formatted and checked, and with what.
# shellcheck shell=bash

# format_sources OPTION…: of clang-format
format_sources() {
  install_packages lint
  cpp_sources | xargs -0 -r clang-format-14 "$@"
}

cpp_sources() {
  (cd "$root" && find "$PWD"/{core,api,sidecar,probe,slo,tests} \
    \( -name '*.cpp' -o -name '*.hpp' \) -print0 2>/dev/null | sort -z)
}

shell_scripts() {
  printf '%s\0' "$root/dev" "$root/.ci/run" "$root/tools/install-go-tool"
  find "$root/deploy/dev" "$root/tests" -name '*.sh' -print0
}
