# A private PostgreSQL: its own data, port and passwords, never the system's cluster.
# shellcheck shell=bash

readonly postgres_bin=/usr/lib/postgresql/15/bin

# PostgreSQL refuses to run as root; its package brings the user that it wants.
postgres_user() { if ((EUID == 0)); then echo postgres; else id -un; fi; }

as_postgres() (
  cd / # the caller's directory may be closed to that user
  if ((EUID == 0)); then
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  fi
  exec "$@"
)

# The directory that holds the cluster, reachable for the user that the server runs as.
# Below a directory that is closed to others (/root, say) it is a link to /var/tmp.
place_postgres() {
  local inside=$run_dir/postgres outside
  if [[ ! -e $inside ]] && ! as_postgres test -x "$run_dir"; then
    outside=/var/tmp/remora-$(printf '%s' "$run_dir" | sha256sum | cut -c1-12)
    say "        $run_dir is closed to the user postgres: the database lives in $outside"
    rm -rf "$outside" # belonged to a .run that is gone, with passwords nobody knows
    mkdir "$outside"
    ln -sfn "$outside" "$inside"
  fi
  [[ -e $inside ]] || rm -f "$inside" # a link to what somebody removed
  mkdir -p "$inside"
  chown "$(postgres_user)" "$inside/"
  chmod 0700 "$inside/"
}

# The cluster by its real path: the link itself may lie where the server's user cannot go.
postgres_data() { printf '%s/data' "$(readlink -f "$run_dir/postgres")"; }

# initdb into a directory that gets its name when it is complete: an interrupted one is redone.
init_postgres() {
  local data password_file
  data=$(postgres_data)
  [[ ! -e $data/PG_VERSION ]] || return 0
  rm -rf "$data.partial"
  password_file=$(mktemp)
  secret postgres-superuser >"$password_file"
  chown "$(postgres_user)" "$password_file"
  as_postgres "$postgres_bin/initdb" --pgdata="$data.partial" --username=postgres \
    --pwfile="$password_file" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 \
    >"$log_dir/initdb.log" 2>&1 || {
    rm -f "$password_file"
    tail -n 5 "$log_dir/initdb.log" >&2
    die "$exit_unavailable" "initdb failed (log: $log_dir/initdb.log)"
  }
  rm -f "$password_file"
  mv "$data.partial" "$data"
}

postgres_is_ready() {
  "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p "${port[postgres]}" -t 2
}

superuser_sql() {
  PGPASSWORD=$(secret postgres-superuser) PGCONNECT_TIMEOUT=5 "$postgres_bin/psql" -X -q -t -A \
    -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${port[postgres]}" -U postgres "$@"
}

# The owner makes the tables and the programs' roles (`remora-api migrate`); it is no superuser.
create_database() {
  superuser_sql -v password="$(secret postgres-owner)" <<'END'
select 'create role remora_owner'
 where not exists (select from pg_roles where rolname = 'remora_owner') \gexec
alter role remora_owner login createrole nosuperuser nocreatedb password :'password';
select 'create database remora owner remora_owner'
 where not exists (select from pg_database where datname = 'remora') \gexec
END
}
