#: logs NAME [--follow]    the last lines of a part's log; --follow keeps reading
#:
#: Without a NAME it lists the logs that exist.
# shellcheck shell=bash

dev_logs() {
  local name=${1:-} file
  if [[ -z $name ]]; then
    for file in "$log_dir"/*.log; do [[ ! -e $file ]] || basename "$file" .log; done
    return
  fi
  file=$log_dir/$name.log
  [[ $name =~ ^[a-z-]+$ && -e $file ]] || die "$exit_usage" "there is no log '$name'; ./dev logs lists them"
  case ${2:-} in
    '') tail -n 200 "$file" ;;
    -f | --follow) exec tail -n 50 -F "$file" ;;
    *) die "$exit_usage" "logs does not take '$2'" ;;
  esac
}
