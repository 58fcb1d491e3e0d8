# The ports of the local stack: one table, moved as a whole by --port-base, checked before use.
# shellcheck shell=bash

# key, default, offset from --port-base, address, what listens there
readonly port_table="
public             8080  0 0.0.0.0   public API (sidecar in front of securities)
securities         8081  1 127.0.0.1 securities application
scores_client      8082  2 127.0.0.1 securities sidecar, outbound to scores
securities_relay   8083  3 127.0.0.1 securities sidecar, span relay
scores_tls         8090 10 127.0.0.1 scores sidecar, inbound (mTLS)
scores             8091 11 127.0.0.1 scores application
scores_relay       8093 13 127.0.0.1 scores sidecar, span relay
postgres           8100 20 127.0.0.1 PostgreSQL
redis              8101 21 127.0.0.1 Redis
securities_side    9901 31 127.0.0.1 securities sidecar, admin
scores_side        9902 32 127.0.0.1 scores sidecar, admin
securities_admin   9911 33 127.0.0.1 securities application, admin
scores_admin       9912 34 127.0.0.1 scores application, admin
worker_admin       9913 35 127.0.0.1 worker, admin
probe              9115 40 127.0.0.1 probe
slo_page           9400 41 127.0.0.1 SLO page
slo_admin          9401 42 127.0.0.1 slo, admin
load_admin         9116 43 127.0.0.1 background user traffic, admin
prometheus         9090 50 127.0.0.1 Prometheus
alertmanager       9093 51 127.0.0.1 Alertmanager
jaeger_ui         16686 60 127.0.0.1 Jaeger page
jaeger_otlp        4318 61 127.0.0.1 Jaeger, OTLP over HTTP
jaeger_admin      14269 62 127.0.0.1 Jaeger, admin
"
readonly port_span=62 # the largest offset

declare -A port=() # key → port of this stack

# assign_ports [BASE]
assign_ports() {
  local key default offset rest
  while read -r key default offset rest; do
    [[ -z $key ]] || port[$key]=$((${1:+$1 + $offset - $default} + default))
  done <<<"$port_table"
}

save_ports() {
  local key
  for key in "${!port[@]}"; do printf '%s %s\n' "$key" "${port[$key]}"; done >"$state_dir/ports"
}

# The ports of the stack that was started last from this checkout.
load_ports() {
  [[ -s $state_dir/ports ]] || die "$exit_unavailable" "nothing was started here yet: ./dev up"
  local key value
  while read -r key value; do port[$key]=$value; done <"$state_dir/ports"
}

# check_ports [--with-jaeger]: dies naming every port that is taken, and its holder if known.
check_ports() {
  local key default offset address what taken=0 inode
  local -A listening=()
  read_listeners
  while read -r key default offset address what; do
    [[ -n $key && ($key != jaeger_* || ${1:-} == --with-jaeger) ]] || continue
    inode=$(holder_inode "$address" "${port[$key]}")
    [[ -n $inode ]] || continue
    warn "port ${port[$key]} ($what) is taken$(describe_holder "$inode")"
    taken=1
  done <<<"$port_table"
  ((!taken)) ||
    die "$exit_unavailable" "nothing was started; free these ports, or move all: ./dev up --port-base N"
}

# Fills `listening` with "HEXADDRESS:HEXPORT" → inode from /proc: neither ss nor ip is needed.
read_listeners() {
  local file local_address state inode
  for file in /proc/net/tcp /proc/net/tcp6; do
    [[ -r $file ]] || continue
    while read -r _ local_address _ state _ _ _ _ _ inode _; do
      [[ $state != 0A ]] || listening[$local_address]=$inode
    done <"$file"
  done
}

# holder_inode ADDRESS PORT: the listening socket that keeps us from binding, or nothing.
holder_inode() {
  local hex key
  printf -v hex '%04X' "$2"
  for key in "${!listening[@]}"; do
    [[ ${key##*:} == "$hex" ]] || continue
    # We listen on loopback: only loopback and wildcard addresses are in our way.
    if [[ $1 != 127.0.0.1 || ${key%:*} =~ ^(00000000|0100007F|0{32}|0{16}FFFF00000100007F)$ ]]; then
      printf '%s' "${listening[$key]}"
      return
    fi
  done
}

describe_holder() {
  local link pid
  link=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" -print -quit 2>/dev/null || true)
  [[ -n $link ]] || return 0
  pid=${link#/proc/}
  pid=${pid%%/*}
  printf ' by process %s: %s' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c1-90)"
}
