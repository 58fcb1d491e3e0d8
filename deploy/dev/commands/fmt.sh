#: fmt [--check]           format the C++ sources; --check only says what would change
# shellcheck shell=bash

dev_fmt() {
  case ${1:-} in
    '') format_sources -i ;;
    --check) format_sources --dry-run -Werror ;;
    *) die "$exit_usage" "fmt does not take '$1'" ;;
  esac
}
