# Node and npm, for the typed source of the dashboards.
# shellcheck shell=bash

# provide_dashboard_packages: dashboards/node_modules as dashboards/package-lock.json pins it.
provide_dashboard_packages() {
  command -v npm >/dev/null || install_packages node
  local lock=$root/dashboards/package-lock.json stamp=$root/dashboards/node_modules/.remora-lock
  ! cmp -s "$lock" "$stamp" || return 0
  mkdir -p "$log_dir"
  step 'fetching the packages of the dashboards'
  (cd "$root/dashboards" && npm ci --no-audit --no-fund --ignore-scripts >"$log_dir/npm.log" 2>&1) || return 1
  cp "$lock" "$stamp"
}
