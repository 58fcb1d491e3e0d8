# Configuration: templates of deploy/local/ with @NAMES@ → .run/config/.
# shellcheck shell=bash

# render_all: needs ports and secrets; OTLP lines stay out where there is no backend.
render_all() {
  local template key
  local -A value=()
  for key in "${!port[@]}"; do value[PORT_${key^^}]=${port[$key]}; done
  value[ROOT]=$root value[RUN]=$run_dir value[BIN]=$bin_dir value[CONFIG]=$config_dir
  value[SECRETS]=$secret_dir value[LOG]=$log_dir value[SOCKET]=$(supervisor_socket)
  value[USER]=$(id -un) value[POSTGRES_USER]=$(postgres_user) value[POSTGRES_BIN]=$postgres_bin
  value[POSTGRES_DATA]=$(postgres_data)
  value[REDIS_PASSWORD]=$(secret redis-password)
  value[OTLP]=$(otlp_line)
  rm -f "$config_dir"/*
  for template in "$root"/deploy/local/*.{yaml,conf}; do
    [[ $template != */jaeger.conf || -n ${with_jaeger:-} ]] || continue
    render "$template" "$config_dir/${template##*/}"
  done
}

# Where spans go beyond the sidecars: Jaeger, or a backend that somebody else runs.
otlp_line() {
  local endpoint=${REMORA_OTLP_ENDPOINT:-}
  [[ -z ${with_jaeger:-} ]] || endpoint=http://127.0.0.1:${port[jaeger_otlp]}
  if [[ -n $endpoint ]]; then
    printf 'otlp: {endpoint: "%s"}' "$endpoint"
  else
    printf '# no otlp backend: spans stay in the sidecars'
  fi
}

# render TEMPLATE FILE: dies when a name is left that nobody gave a value.
render() {
  local text key
  text=$(<"$1")
  for key in "${!value[@]}"; do text=${text//"@$key@"/"${value[$key]}"}; done
  if [[ $text =~ @[A-Z_]+@ ]]; then
    die "$exit_data" "${1#"$root"/}: nothing provides ${BASH_REMATCH[0]}"
  fi
  printf '%s\n' "$text" >"$2"
}
