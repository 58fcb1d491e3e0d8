#!/usr/bin/env bash
# ./dev without a running system: its arguments, its ports, its secrets and what it renders.
# Exit codes: 0 all well, 1 not, 77 when a tool is missing.
set -euo pipefail
shopt -s extglob

# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
for tool in python3 openssl promtool /usr/lib/postgresql/15/bin/initdb; do
  command -v "$tool" >/dev/null || {
    echo "skipped: $tool is not installed (./dev test installs it)"
    exit 77
  }
done
work=$(mktemp -d /var/tmp/remora-dev-test-XXXXXX)
chmod 0755 "$work"
listeners=()
end() {
  local pid
  for pid in "${listeners[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap end EXIT
export REMORA_RUN_DIR="$work/run with space"
base=$(free_port_base)

arguments() {
  check_exit 0 'bench NAME' 'help lists the commands' "$dev" help
  check_exit 0 '--port-base N' 'help of a command tells its options' "$dev" help up
  check_exit 0 '--port-base N' '--help after a command does the same' "$dev" up --help
  check_exit 64 "no command 'fly'" 'an unknown command is a usage error' "$dev" fly
  check_exit 64 "no command '../up'" 'a command is a word, not a path' "$dev" ../up
  check_exit 64 "'--fast'" 'an unknown option is a usage error' "$dev" up --fast
  check_exit 64 'needs a value' 'an option without its value is one too' "$dev" up --for
  check_exit 64 'not '"'x'" 'a number must be one' "$dev" up --port-base x
  check_exit 64 'not '"'65500'" 'the highest port must fit' "$dev" up --port-base 65500
  check_exit 64 'not '"'80'" 'the lowest port must not be a privileged one' "$dev" up --port-base 80
  check_exit 64 'exclude each other' '--detach and --for exclude each other' \
    "$dev" up --detach --for 5
  check_exit 64 'jaeger, not' '--with knows jaeger only' "$dev" up --with zipkin
  check_exit 64 'sidecar' 'bench names what it can measure' "$dev" bench nothing
  check_exit 69 './dev up' 'status says how to start' "$dev" status
  check_exit 0 'not running' 'down has nothing to do' "$dev" down
}

# listen PORT ADDRESS: another program that is in the way
listen() {
  python3 -c '
import socket, sys, time
s = socket.create_server((sys.argv[2], int(sys.argv[1])))
open(sys.argv[3], "w").close()
time.sleep(120)' "$1" "$2" "$work/listening.$1" &
  listeners+=($!)
  within 10 test -e "$work/listening.$1"
}

taken_ports() {
  listen $((base + 50)) 127.0.0.1
  listen "$base" 0.0.0.0
  check_exit 69 "port $((base + 50)) (Prometheus) is taken by process ${listeners[0]}" \
    'a taken port is named with its use and its holder' "$dev" up --port-base "$base"
  check_exit 69 "port $base (public API" 'and so is every other' "$dev" up --port-base "$base"
  check 'nothing was made before the ports were checked' test ! -e "$REMORA_RUN_DIR"
}

# What `up` does between its checks and the first process, by the parts that it is made of.
render() (
  unset command
  for part in "$root"/deploy/dev/*.sh; do
    # shellcheck source=/dev/null
    source "$part"
  done
  assign_ports "$1"
  make_run_dir
  make_secrets
  place_postgres
  render_all
)

no_name_left() { ! grep -rnE '@[A-Z_]+@' "$REMORA_RUN_DIR/config"; }

no_default_port() {
  local number
  while read -r number; do
    ! grep -rn ":$number\b" "$REMORA_RUN_DIR/config" || return 1
  done < <(sed -n 's/^[a-z_]* *\([0-9]\{4,5\}\) .*/\1/p' "$root/deploy/dev/ports.sh")
}

permissions() {
  [[ -z $(find "$REMORA_RUN_DIR/secrets" -type f ! -perm 0600) ]] &&
    [[ $(stat -c %a "$REMORA_RUN_DIR/secrets" "$REMORA_RUN_DIR/config") == $'700\n700' ]]
}

certificate() {
  local secrets=$REMORA_RUN_DIR/secrets
  openssl verify -CAfile "$secrets/ca.crt" -x509_strict "$secrets/$1.crt" &&
    openssl x509 -in "$secrets/$1.crt" -noout -ext subjectAltName |
    grep -F "DNS:$1" | grep -F "URI:spiffe://remora.local/$1"
}

secrets_stay() {
  local before after
  before=$(cd "$REMORA_RUN_DIR/secrets" && sha256sum -- !(*.url)) # these hold a port
  render "$1"
  after=$(cd "$REMORA_RUN_DIR/secrets" && sha256sum -- !(*.url))
  [[ $before == "$after" ]]
}

token_is_known() {
  local digest
  digest=$(sha256sum <"$REMORA_RUN_DIR/secrets/write-token" | cut -d' ' -f1)
  grep -qx "$digest read,write local" "$REMORA_RUN_DIR/secrets/tokens"
}

rendering() {
  check 'configuration is rendered' render "$base"
  check 'no template name is left' no_name_left
  check 'with --port-base, no default port is left' no_default_port
  check 'Prometheus takes its configuration' promtool check config --syntax-only \
    "$REMORA_RUN_DIR/config/prometheus.yaml"
  check 'secrets and configuration are for their owner only' permissions
  check 'the certificate of securities is good' certificate securities
  check 'the certificate of scores is good' certificate scores
  check 'the write token is the one that the API knows' token_is_known
  check 'secrets outlive a second rendering' secrets_stay $((base + 64))
}

programs_accept() {
  local config=$REMORA_RUN_DIR/config name
  for name in securities scores; do
    accepts "sidecar of $name" remora-sidecar --config "$config/sidecar-$name.yaml"
  done
  for name in securities scores worker migrate; do
    accepts "$name" remora-api "$name" --config "$config/api-$name.yaml"
  done
  accepts probe remora-probe serve --config "$config/probe.yaml"
  accepts 'user traffic' remora-probe serve --config "$config/load.yaml"
  accepts slo remora-slo serve --config "$config/slo.yaml"
}

accepts() {
  local what=$1 program=$2
  shift 2
  if [[ -x $root/build/bin/$program ]]; then
    check_exit 0 ': ok' "$program accepts the configuration of $what" \
      "$root/build/bin/$program" "$@" --check-config
  else
    problem "$program is not built"
  fi
}

arguments
taken_ports
rendering
programs_accept
finish
