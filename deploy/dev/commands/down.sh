#: down [--purge]          stop everything, in reverse order
#:
#:   --purge               then remove .run/ with all data, logs and secrets
# shellcheck shell=bash

dev_down() {
  case $# in
    0) ;;
    *) [[ $# == 1 && $1 == --purge ]] || die "$exit_usage" "down does not take '$*'" ;;
  esac
  if supervisor_pid >/dev/null || [[ -n $(stack_processes) ]]; then
    stop_stack
    say 'stopped'
  else
    say 'it was not running'
  fi
  [[ ${1:-} != --purge ]] || purge
}

purge() {
  local postgres
  postgres=$(readlink "$run_dir/postgres" || true)
  [[ $postgres != /var/tmp/remora-* ]] || rm -rf "$postgres"
  rm -rf "$run_dir"
  say "removed $run_dir${postgres:+ and $postgres}"
}
