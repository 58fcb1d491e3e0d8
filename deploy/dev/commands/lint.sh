#: lint                    formatting, shell scripts and rule files
# shellcheck shell=bash

dev_lint() {
  (($# == 0)) || die "$exit_usage" "lint takes no arguments"
  install_packages up lint
  local failed=0
  format_sources --dry-run -Werror || failed=1
  shell_scripts | xargs -0 shellcheck -x || failed=1
  find "$root/alerts" -name '*.yaml' ! -name 'alertmanager.yaml' ! -path '*test*' -print0 |
    xargs -0 -r promtool check rules >/dev/null || failed=1
  amtool check-config "$root/alerts/alertmanager.yaml" >/dev/null || failed=1
  return "$failed"
}
