# Debian packages, pinned to upstream versions in tools/debian-*.txt ("name=version*" a line).
# shellcheck shell=bash

# wanted_packages LIST…: the lines of the lists, without comments.
wanted_packages() {
  local list
  for list in "$@"; do
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' -e 's/[[:space:]]*$//' "$root/tools/debian-$list.txt"
  done
}

# missing_packages LIST…: those that are not installed in the version that the lists pin.
missing_packages() {
  local name version state wanted
  local -A installed=()
  while read -r name version state; do
    [[ $state != ii* ]] || installed[$name]=$version
  done < <(dpkg-query -W -f='${Package} ${Version} ${db:Status-Abbrev}\n')
  while read -r wanted; do
    # shellcheck disable=SC2053 # the right side is a pattern
    [[ ${installed[${wanted%%=*}]:-} == ${wanted#*=} ]] || printf '%s\n' "$wanted"
  done < <(wanted_packages "$@")
}

install_packages() {
  command -v dpkg-query >/dev/null ||
    die "$exit_unavailable" "this is not a Debian system; what is needed: $(wanted_packages "$@" | xargs)"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  ((EUID == 0)) ||
    die "$exit_unavailable" "missing packages; as root: apt-get install ${missing[*]}"
  step "installing ${#missing[@]} Debian packages: ${missing[*]%%=*}"
  mkdir -p "$log_dir"
  (install_quietly "${missing[@]}") || die "$exit_unavailable" \
    "apt-get failed (log: $log_dir/apt.log); the packages are pinned for Debian 12"
}

# In a subshell: its EXIT trap undoes what keeps packages from starting services.
install_quietly() {
  trap release_services EXIT
  hold_services
  # Package scripts must not take over the terminal or read the answers meant for us.
  exec </dev/null 3>&1 >"$log_dir/apt.log" 2>&1
  lists_are_fresh || update_lists
  run_apt install "$@" && return
  update_lists # lists of another day name versions that mirrors no longer hold
  run_apt install "$@" && return
  tail -n 20 "$log_dir/apt.log" >&3
  return 1
}

run_apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}

update_lists() { run_apt update; }

lists_are_fresh() {
  [[ -n $(find /var/lib/apt/lists -maxdepth 1 -name '*InRelease' -mmin -1440 2>/dev/null) ]]
}

readonly policy_file=/usr/sbin/policy-rc.d
readonly cluster_file=/etc/postgresql-common/createcluster.conf
readonly held_mark='# written by remora ./dev for the time of one apt-get run'

# No package may start a service of its own, and PostgreSQL's may not make a cluster.
hold_services() {
  if [[ ! -e $policy_file ]]; then
    printf '#!/bin/sh\n%s\nexit 101\n' "$held_mark" >"$policy_file"
    chmod 0755 "$policy_file"
  fi
  mkdir -p "${cluster_file%/*}"
  if [[ -e $cluster_file ]] && ! grep -qF "$held_mark" "$cluster_file"; then
    cp -a "$cluster_file" "$cluster_file.remora"
  fi
  printf '%s\ncreate_main_cluster = false\n' "$held_mark" >"$cluster_file"
}

# Also removes what an earlier, killed run left.
release_services() {
  if grep -qsF "$held_mark" "$policy_file"; then rm -f "$policy_file"; fi
  grep -qsF "$held_mark" "$cluster_file" || return 0
  rm -f "$cluster_file"
  if [[ -e $cluster_file.remora ]]; then
    mv "$cluster_file.remora" "$cluster_file"
  elif [[ -e /usr/share/postgresql-common/createcluster.conf ]]; then
    cp /usr/share/postgresql-common/createcluster.conf "$cluster_file"
  fi
}
