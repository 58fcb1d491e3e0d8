#: up [options]            the whole system, kept running until Ctrl-C
#:
#:   --securities N        fill the database up to N securities with generated ones
#:   --port-base N         move all ports: the public API to N, the others above it
#:   --detach              leave it running and return (then: ./dev status, logs, down)
#:   --for SECONDS         run that long after it is ready, print the SLO report, stop;
#:                         exit 0 only if every SLO had events
#:   --with jaeger         also build and run Jaeger, and send the spans there
#:
#: State lies in .run/ (REMORA_RUN_DIR places it elsewhere, so that two stacks can run).
#: REMORA_OTLP_ENDPOINT=http://HOST:PORT sends the spans to a backend that runs already.
# shellcheck shell=bash

dev_up() {
  local securities='' port_base='' detach='' run_for='' with_jaeger=''
  parse_up "$@"
  prepare_up
  local interrupted=130 # until it is up: then Ctrl-C is the normal end
  trap 'end_up $?' EXIT
  trap 'end_up "$interrupted"' INT TERM HUP
  start_up
  print_table || die 1 'something failed right after it was ready'
  first_report
  print_next_steps
  [[ -n $run_for ]] || interrupted=0
  [[ -z $detach ]] || leave_up
  stay_up
}

parse_up() {
  while (($#)); do
    case $1 in
      --detach) detach=1 ;;
      --securities) value_of "$1" $# && number "$1" "$2" 1 5000000 && securities=$2 && shift ;;
      --port-base)
        value_of "$1" $# && number "$1" "$2" 1024 $((65535 - port_span)) && port_base=$2 && shift
        ;;
      --for) value_of "$1" $# && number "$1" "$2" 1 8640000 && run_for=$2 && shift ;;
      --with)
        value_of "$1" $#
        [[ $2 == jaeger ]] || die "$exit_usage" "--with takes jaeger, not '$2'"
        with_jaeger=1 && shift
        ;;
      *) die "$exit_usage" "up does not take '$1'; see ./dev help up" ;;
    esac
    shift
  done
  [[ -z $detach || -z $run_for ]] || die "$exit_usage" '--detach and --for exclude each other'
}

# Everything that can refuse comes before anything is started; ports first, as that is quickest.
prepare_up() {
  if supervisor_pid >/dev/null; then
    die "$exit_unavailable" "it is running already (./dev status); ./dev down stops it"
  fi
  # shellcheck disable=SC2086 # no base, no argument
  assign_ports $port_base
  check_ports ${with_jaeger:+--with-jaeger}
  make_run_dir
  install_packages up
  build_programs
  [[ -z $with_jaeger ]] || build_go_tool jaeger
  check_ports ${with_jaeger:+--with-jaeger} # the build took its time
  rm -f "$state_dir"/healthy.* "$state_dir/with-jaeger"
  [[ -z $with_jaeger ]] || : >"$state_dir/with-jaeger"
  save_ports
  make_secrets
  place_postgres
  render_all
}

start_up() {
  step 'starting PostgreSQL and Redis'
  init_postgres
  mkdir -p "$run_dir/redis" "$run_dir/prometheus" "$run_dir/alertmanager"
  start_supervisor
  start_programs "${stores[@]}"
  wait_ready 60 "${stores[@]}"
  migrate
  step "starting ${with_jaeger:+jaeger }${programs[*]}"
  start_programs all
  wait_ready 120 ${with_jaeger:+jaeger} "${programs[@]}"
  ready_at=$SECONDS
  step 'everything is ready'
}

migrate() {
  step 'migrating the schema and filling in securities'
  create_database
  "$bin_dir/remora-api" migrate --config "$config_dir/api-migrate.yaml" \
    --seed "$root/api/data/securities.csv" ${securities:+--securities "$securities"} \
    >"$log_dir/migrate.log" 2>&1 || {
    tail -n 20 "$log_dir/migrate.log" >&2
    die 1 "remora-api migrate failed (log: $log_dir/migrate.log)"
  }
}

# The first report, from raw counters: the recording rules need longer than a first look may take.
first_report() {
  local limit=$((ready_at + 55 - SECONDS))
  step 'waiting for the first events of every SLO'
  wait_until "$((limit > 5 ? limit : 5))" every_slo_has_events ||
    warn 'an SLO has no events yet; the report says which'
  say ''
  print_report || true
  step "the report came $((SECONDS - ready_at)) s after readiness"
}

print_next_steps() {
  local api=http://localhost:${port[public]} token
  token=$(secret write-token)
  cat <<END

Write token: $token

Five things to try next:
  1. a security with its score    curl -s $api/v1/securities/US0378331005
  2. submit a message, follow it  curl -si $api/v1/messages -H 'content-type: application/json' \\
       -H 'authorization: Bearer $token' -d '{"topic":"notes","message":{"text":"hello"}}'
  3. the SLOs as a page           http://localhost:${port[slo_page]}   (alerts: http://localhost:${port[prometheus]}/alerts)
  4. ask the release gate         ./dev gate; echo "exit code \$?"
  5. kill a process, watch it     kill -9 \$(supervisorctl -c '$supervisor_config' pid scores); ./dev status

END
}

leave_up() {
  trap - EXIT INT TERM HUP
  say 'It keeps running: ./dev status, ./dev logs NAME, ./dev down.'
  exit 0
}

# Until Ctrl-C or the end of --for; says when the supervisor had to act.
stay_up() {
  local end=0 line
  [[ -z $run_for ]] || end=$((ready_at + run_for))
  if ((end)); then step "running for $run_for s"; else say 'Ctrl-C stops everything.'; fi
  exec 9< <(exec tail -n 0 -F "$log_dir/supervisord.log" 2>/dev/null)
  follower=$!
  until ((end && SECONDS >= end)); do
    supervisor_pid >/dev/null || die 1 "supervisord is gone (log: $log_dir/supervisord.log)"
    nap 1 # and not `read -t 1`: its alarm would jump out of a trap that stops everything
    while read -r -t 0 -u 9 && read -r -u 9 line; do
      [[ ! $line =~ (exited|entered\ RUNNING|gave\ up) ]] || step "supervisor: ${line#*,* }"
    done
  done
  final_report
}

final_report() {
  local verdict=0
  say ''
  print_report || true
  every_slo_has_events || {
    warn 'an SLO has no events'
    verdict=1
  }
  all_ready || verdict=1
  end_up "$verdict"
}

all_ready() {
  local name failed=0
  for name in "${stores[@]}" "${programs[@]}"; do
    is_ready "$name" || {
      warn "$name is not ready at the end"
      failed=1
    }
  done
  return "$failed"
}

# end_up CODE: stops what was started; a second Ctrl-C does not interrupt that.
end_up() {
  local code=$1
  set +e # a terminal that is gone must not keep us from stopping
  trap '' INT TERM HUP
  trap - EXIT
  say ''
  step 'stopping'
  [[ -z ${follower:-} ]] || kill "$follower" 2>/dev/null || true
  stop_stack
  step 'stopped'
  exit "$code"
}
