# The supervisor: Debian's supervisord on a unix socket, one program block a process.
# shellcheck shell=bash

readonly supervisor_config=$config_dir/supervisord.conf

readonly stores=(postgres redis)
readonly programs=(scores scores-sidecar worker securities securities-sidecar
  prometheus alertmanager slo probe load)

# Who asks stops before who answers, so that the last requests are answered; the stores go last.
# (supervisord's own shutdown takes a second for every program, stopped or not.)
readonly stop_phases=('load probe slo prometheus alertmanager' 'securities-sidecar'
  'securities worker' 'scores-sidecar' 'scores jaeger' 'redis' 'postgres')

# A unix socket's name has at most 107 bytes; a deep checkout keeps it elsewhere.
supervisor_socket() {
  local path=$run_dir/supervisor.sock
  if ((${#path} > 90)); then # supervisord appends its pid while it binds
    path=/var/tmp/remora-$(printf '%s' "$run_dir" | sha256sum | cut -c1-12).sock
  fi
  printf '%s' "$path"
}

supervisor() { supervisorctl -c "$supervisor_config" "$@"; }

# supervisor_pid: of a running supervisord of this .run, else fails.
supervisor_pid() {
  local pid
  pid=$(cat "$run_dir/supervisord.pid" 2>/dev/null) || return 1
  [[ -n $pid ]] && grep -qsz -F "$supervisor_config" "/proc/$pid/cmdline" && printf '%s' "$pid"
}

start_supervisor() {
  rm -f "$(supervisor_socket)"
  REMORA_STACK=$run_dir supervisord -c "$supervisor_config" ||
    die "$exit_unavailable" "supervisord did not start (log: $log_dir/supervisord.log)"
}

# start_programs NAME…|all: asks for all, and leaves it to readiness to say which came up.
start_programs() { supervisor start "$@" >"$log_dir/start.log" 2>&1 || true; }

# Every process of this stack, found by its environment: also one that lost its parent.
stack_processes() {
  local file
  for file in /proc/[0-9]*/environ; do
    grep -qsz -x -F "REMORA_STACK=$run_dir" "$file" || continue
    file=${file#/proc/}
    printf '%s\n' "${file%%/*}"
  done
}

# stop_stack: in reverse order, each with the time that its drain takes; nothing is left behind.
stop_stack() {
  local pid left
  if pid=$(supervisor_pid); then
    stop_programs
    supervisor shutdown >/dev/null 2>&1 || kill -TERM "$pid" 2>/dev/null || true
    wait_until 120 process_gone "$pid" || warn "supervisord ($pid) does not end"
  fi
  mapfile -t left < <(stack_processes)
  if ((${#left[@]})); then
    warn "killing what did not stop: ${left[*]}"
    kill -KILL "${left[@]}" 2>/dev/null || true
  fi
  rm -f "$(supervisor_socket)" "$run_dir/supervisord.pid"
}

stop_programs() {
  local phase name
  for phase in "${stop_phases[@]}"; do
    for name in $phase; do supervisor stop "$name" >/dev/null 2>&1 & done
    wait
  done
}

process_gone() { [[ ! -e /proc/$1 ]]; }

# wait_until SECONDS COMMAND…: polls; fails when the time is over.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    nap 0.2
  done
}

# sleep that a trap interrupts at once
nap() {
  sleep "$1" &
  wait $! || true
}
