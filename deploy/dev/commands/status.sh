#: status                  what runs, where, and since when it is healthy
#:
#: Exit 0 when everything is ready, 1 when something is not, 69 when nothing was started.
# shellcheck shell=bash

dev_status() {
  (($# == 0)) || die "$exit_usage" "status takes no arguments"
  load_ports
  supervisor_pid >/dev/null || die "$exit_unavailable" 'it is not running: ./dev up'
  print_table
}
