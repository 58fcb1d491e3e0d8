#: help [COMMAND]          this overview, or all that a command takes
# shellcheck shell=bash
dev_help() {
  local name
  if (($#)); then
    [[ -f $root/deploy/dev/commands/$1.sh ]] || die "$exit_usage" "there is no command '$1'"
    print_help "$1"
    return
  fi
  say 'Remora: ./dev COMMAND   (installs what it needs on a bare Debian 12)' ''
  for name in build up down status logs test sanitize fuzz faults bench gate docs fmt lint help; do
    print_help "$name" | head -n 1 | sed 's/^/  /'
  done
  say '' '  ./dev help COMMAND tells the rest.'
}
