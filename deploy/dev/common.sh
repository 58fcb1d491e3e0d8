# Where things are, how to speak, and how to end. Sourced by ./dev, which sets `root`.
# shellcheck shell=bash

readonly exit_usage=64 exit_data=65 exit_unavailable=69
run_dir=${REMORA_RUN_DIR:-$root/.run}
[[ $run_dir == /* ]] || run_dir=$PWD/$run_dir
readonly run_dir
readonly bin_dir=$root/build/bin
readonly config_dir=$run_dir/config secret_dir=$run_dir/secrets log_dir=$run_dir/log
readonly state_dir=$run_dir/state

say() { printf '%s\n' "$@"; }
warn() { printf 'dev: %s\n' "$*" >&2; }

# die CODE message…
die() {
  local code=$1
  shift
  warn "$@"
  exit "$code"
}

# A line that says what happens now, with the seconds since ./dev began.
step() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }

# The "#:" lines at the top of a command's file are its help.
print_help() { sed -n 's/^#: \{0,1\}//p' "$root/deploy/dev/commands/$1.sh"; }

# number NAME VALUE LOWEST HIGHEST: dies unless VALUE is an integer within the bounds.
number() {
  [[ $2 =~ ^[0-9]{1,9}$ ]] && ((10#$2 >= $3 && 10#$2 <= $4)) && return
  die "$exit_usage" "$1 takes a number from $3 to $4, not '$2'"
}

# value_of OPTION REMAINING: dies when an option that takes a value came last.
value_of() { (($2 >= 2)) || die "$exit_usage" "$1 needs a value"; }

# Every path ends up in INI, YAML and Redis files: refuse what these would read differently.
check_path() {
  [[ $1 =~ ^[A-Za-z0-9._/\ +@,:-]+$ ]] ||
    die "$exit_data" "the path $1 has characters that configuration files cannot carry; move it"
}

make_run_dir() {
  check_path "$root"
  check_path "$run_dir"
  mkdir -p "$run_dir" "$config_dir" "$log_dir" "$state_dir" "$secret_dir"
  chmod 0755 "$run_dir" # the PostgreSQL server, another user, passes through it
  chmod 0700 "$secret_dir" "$config_dir"
}
