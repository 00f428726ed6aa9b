# Shared by the scripts: where things are, and installing what is missing on a plain Debian machine.
# Sourced, never run.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"

# Outside the clone, so that another clone on the same machine starts warm.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/resolutionflow/target}"
export PATH="$HOME/.cargo/bin:$PATH"

step() { printf '\n\033[1m== %s\033[0m (%s s)\n' "$1" "$SECONDS"; }
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

ON_EXIT=()
# on_exit COMMAND: run when the script ends, the newest first.
on_exit() {
  ON_EXIT=("$1" "${ON_EXIT[@]}")
  trap 'for command in "${ON_EXIT[@]}"; do eval "$command"; done' EXIT
}

APT_UPDATED=
# need COMMAND PACKAGE: makes sure a command is there, by apt when we are root.
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  install_package "$2"
  command -v "$1" >/dev/null 2>&1 || fail "$1 is missing although the package $2 is installed"
}

# install_package PACKAGE: by apt when we are root.
install_package() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    fail "the package $1 is missing: install it (Debian: sudo apt-get install $1) and run this again"
  fi
  step "installing $1"
  [ -n "$APT_UPDATED" ] || { apt-get update -qq; APT_UPDATED=1; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

# need_cargo_tool NAME VERSION: a cargo subcommand, built once.
need_cargo_tool() {
  command -v "$1" >/dev/null 2>&1 && return 0
  step "installing $1 $2 (built once, a few minutes)"
  cargo install "$1" --version "$2" --locked --quiet --target-dir "$CARGO_TARGET_DIR/tools"
  # Its build leftovers are of no use to anything else.
  rm -rf "$CARGO_TARGET_DIR/tools"
}

need_rust() {
  command -v cargo >/dev/null 2>&1 || fail "cargo is missing: install Rust 1.94 or newer from https://rustup.rs"
  need cc build-essential
}

need_node() {
  need node nodejs
  need npm npm
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 or newer is needed; this is $(node --version)"
}

# Installs the web app's packages when the lockfile has changed since the last time.
web_packages() {
  local stamp=apps/web/node_modules/.installed
  if [ ! -f "$stamp" ] || ! cmp -s "$stamp" apps/web/package-lock.json; then
    (cd apps/web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp apps/web/package-lock.json "$stamp"
  fi
}

build_web() {
  web_packages
  (cd apps/web && npm run --silent build)
}
