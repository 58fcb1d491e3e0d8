# Programs that Debian does not package, built from the Go module proxy (tools/install-go-tool).
# shellcheck shell=bash

# build_go_tool NAME: build/tools/bin/NAME.
build_go_tool() {
  provide_go || die "$exit_unavailable" "no Go for $1: is the module proxy reachable?"
  step "building $1 from the Go module proxy (the first time takes minutes)"
  "$root/tools/install-go-tool" "$1" || die "$exit_unavailable" "$1 could not be built"
}

# Puts a Go on the PATH that is as new as tools/*/go.mod want it; fails when there is none.
# Debian 12 has Go 1.19, too old to switch by itself. The toolchains are modules, though: any go
# fetches one, and the checksum database vouches for it.
provide_go() {
  local wanted go_root
  wanted=$(sed -n 's/^go //p' "$root"/tools/*/go.mod | sort -V | tail -n 1)
  if go_is_at_least "$wanted"; then return; fi
  go_root=$root/build/tools/go-$wanted
  if [[ ! -x $go_root/bin/go ]]; then
    command -v go >/dev/null || install_packages go
    step "fetching Go $wanted"
    fetch_go "$wanted" "$go_root" || return 1
  fi
  PATH=$go_root/bin:$PATH
}

# go_is_at_least VERSION: the go on the PATH is this one or newer.
go_is_at_least() {
  local have
  have=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || return 1
  printf '%s\n%s\n' "$1" "${have#go}" | sort -C -V
}

# fetch_go VERSION FOLDER
fetch_go() {
  local answer downloaded
  answer=$(cd / && GOTOOLCHAIN=local GOFLAGS=-mod=mod go mod download -json \
    "golang.org/toolchain@v0.0.1-go$1.linux-$(dpkg --print-architecture)") || true
  downloaded=$(jq -r '.Dir // empty' <<<"$answer")
  [[ -d $downloaded ]] || {
    warn "$(jq -r '.Error // "no answer"' <<<"$answer")"
    return 1
  }
  mkdir -p "${2%/*}"
  rm -rf "$2.partial"
  cp -r "$downloaded" "$2.partial"
  chmod -R u+w "$2.partial"
  # A module's files come without their execute bits.
  chmod +x "$2.partial"/bin/* "$2.partial"/pkg/tool/*/*
  mv "$2.partial" "$2"
}
