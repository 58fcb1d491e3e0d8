# What the tests of ./dev share: one line a check, and a count of what failed.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd -P)
dev=$root/dev
failed=0

passed() { printf 'ok      [%3ds] %s\n' "$SECONDS" "$*"; }

problem() {
  printf 'FAILED  [%3ds] %s\n' "$SECONDS" "$*"
  failed=$((failed + 1))
}

# check WHAT COMMAND…
check() {
  local what=$1
  shift
  if "$@" >"$work/check.log" 2>&1; then
    passed "$what"
  else
    problem "$what"
    tail -n 15 "$work/check.log" | sed 's/^/        /'
  fi
}

# check_exit CODE TEXT WHAT COMMAND…: it ends with that exit code and prints that text.
check_exit() {
  local wanted=$1 text=$2 what=$3 code=0
  shift 3
  "$@" >"$work/check.log" 2>&1 || code=$?
  if [[ $code == "$wanted" ]] && grep -qF -- "$text" "$work/check.log"; then
    passed "$what"
  else
    problem "$what (exit code $code, wanted $wanted and \"$text\")"
    tail -n 15 "$work/check.log" | sed 's/^/        /'
  fi
}

# within SECONDS COMMAND…: repeats it until it succeeds.
within() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.5
  done
}

# A base for --port-base with everything above it free, below the range the kernel hands out.
free_port_base() {
  python3 - <<'END'
import random, socket
def free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("0.0.0.0", port))
            return True
        except OSError:
            return False
bases = range(15000, 32000, 100)
print(next(b for b in random.sample(bases, len(bases)) if all(free(b + i) for i in range(64))))
END
}

finish() {
  if ((failed)); then
    printf '%d checks failed\n' "$failed"
    exit 1
  fi
  printf 'all checks passed\n'
  exit 0
}
