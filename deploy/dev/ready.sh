# Readiness of every part, and the table that shows it.
# shellcheck shell=bash

# part_table: name, the address for people, what it is
part_table() {
  cat <<END
postgres            127.0.0.1:${port[postgres]}           PostgreSQL, private
redis               127.0.0.1:${port[redis]}              Redis: shared cache and durable queue
scores              127.0.0.1:${port[scores]}             scores application
scores-sidecar      127.0.0.1:${port[scores_tls]}         sidecar of scores (mTLS)
worker              127.0.0.1:${port[worker_admin]}       worker (admin)
securities          127.0.0.1:${port[securities]}         securities application
securities-sidecar  http://localhost:${port[public]}      public API, through its sidecar
prometheus          http://localhost:${port[prometheus]}  Prometheus
alertmanager        http://localhost:${port[alertmanager]} Alertmanager
slo                 http://localhost:${port[slo_page]}    SLO page
probe               127.0.0.1:${port[probe]}              probe: the critical path, ten runs a second
load                127.0.0.1:${port[load_admin]}         background user traffic
END
  [[ ! -e $state_dir/with-jaeger ]] ||
    printf 'jaeger http://localhost:%s Jaeger: /api/traces?service=securities (its Go module has no page)\n' "${port[jaeger_ui]}"
}

# is_ready NAME: asks the part itself.
is_ready() {
  local admin
  case $1 in
    postgres) postgres_is_ready && return ;;
    redis) [[ $(redis_command ping) == PONG ]] && return ;;
    prometheus) answers "${port[prometheus]}" /-/ready && scrapes_everything && return ;;
    alertmanager) answers "${port[alertmanager]}" /-/ready && return ;;
    jaeger) answers "${port[jaeger_admin]}" / && return ;;
    *)
      case $1 in
        scores) admin=scores_admin ;;
        scores-sidecar) admin=scores_side ;;
        worker) admin=worker_admin ;;
        securities) admin=securities_admin ;;
        securities-sidecar) admin=securities_side ;;
        slo) admin=slo_admin ;;
        probe) admin=probe ;;
        load) admin=load_admin ;;
      esac
      answers "${port[$admin]}" /readyz && return
      ;;
  esac
  return 1
}

answers() { curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$1$2" 2>/dev/null; }

redis_command() {
  REDISCLI_AUTH=$(secret redis-password) timeout 2 \
    redis-cli -h 127.0.0.1 -p "${port[redis]}" "$@" 2>/dev/null
}

# Every target of every job has been scraped, and the last scrape succeeded.
scrapes_everything() {
  curl -fsS -m 2 "http://127.0.0.1:${port[prometheus]}/api/v1/targets?state=active" 2>/dev/null |
    jq -e '.data.activeTargets | length > 0 and all(.health == "up")' >/dev/null
}

# wait_ready SECONDS NAME…: notes when each was first seen ready; dies with the logs of the rest.
wait_ready() {
  local end=$((SECONDS + $1)) tell=$((SECONDS + 10)) name
  shift
  local waiting=("$@") still
  while true; do
    still=()
    for name in "${waiting[@]}"; do
      if is_ready "$name"; then note_healthy "$name"; else still+=("$name"); fi
    done
    waiting=("${still[@]}")
    ((${#waiting[@]})) || return 0
    ((SECONDS < end)) || break
    if ((SECONDS >= tell)); then
      step "still waiting for ${waiting[*]}"
      tell=$((SECONDS + 10))
    fi
    nap 0.3
  done
  for name in "${waiting[@]}"; do explain_unready "$name"; done
  die 1 "not ready: ${waiting[*]}"
}

explain_unready() {
  warn "$1 is not ready; the end of $log_dir/$1.log:"
  tail -n 12 "$log_dir/$1.log" >&2 2>/dev/null || true
  [[ $1 != prometheus ]] || curl -fsS -m 2 \
    "http://127.0.0.1:${port[prometheus]}/api/v1/targets?state=active" 2>/dev/null |
    jq -r '.data.activeTargets[] | select(.health != "up")
           | "target \(.scrapeUrl): \(.health) \(.lastError)"' >&2 || true
}

# Healthy since: first seen ready in this process; a later process starts anew.
note_healthy() { printf '%s %s\n' "$(part_pid "$1")" "$(date +%T)" >"$state_dir/healthy.$1"; }

part_pid() { supervisor pid "$1" 2>/dev/null || true; }

# print_table: what, where, healthy since. Fails when a part is not ready.
print_table() {
  local name where what since failed=0 pid
  local -A pids=()
  while read -r name _ _ pid _; do pids[$name]=${pid%,}; done < <(supervisor status || true)
  printf '\n%-19s %-23s %-17s %s\n' NAME WHERE 'HEALTHY SINCE' WHAT
  while read -r name where what; do
    since=$(healthy_since "$name" "${pids[$name]:-}") || failed=1
    printf '%-19s %-23s %-17s %s\n' "$name" "$where" "$since" "$what"
  done < <(part_table)
  return "$failed"
}

# healthy_since NAME PID
healthy_since() {
  local seen_pid='' seen=''
  is_ready "$1" || {
    printf 'NOT READY'
    return 1
  }
  read -r seen_pid seen <"$state_dir/healthy.$1" 2>/dev/null || true
  if [[ $2 == "$seen_pid" ]]; then
    printf '%s' "$seen"
  else # it was started again: its own start says it best
    printf '%s (again)' "$(date +%T -d "@$(stat -c %Y "/proc/$2")")"
  fi
}
