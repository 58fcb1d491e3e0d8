#!/bin/sh
# The committed dashboards are what their source generates, and keep the conventions.
# Exit codes: 0 all well, 1 not, 77 without Node or without the packages (npm ci in dashboards/).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
command -v npm >/dev/null 2>&1 || {
  echo "skipped: npm (Node 20 or newer) is not installed"
  exit 77
}
[ -d "$root/dashboards/node_modules" ] || {
  echo "skipped: the packages are not installed (npm ci in dashboards/)"
  exit 77
}
cd "$root/dashboards"
npm run --silent check
