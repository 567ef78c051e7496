#!/usr/bin/env bash
# Installs what the tests need and the system lacks, by package name. Sourced by test.sh.

# Installs Debian packages, as root or with sudo; says what to install by hand where there is neither.
debian() {
  local -a as=()
  if ! command -v apt-get >/dev/null; then
    echo "please install: $*" >&2
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "please install, as root: apt-get install $*" >&2; return 1; }
    as=(sudo)
  fi
  echo "installing $*"
  if [ -z "${packages_updated:-}" ]; then
    "${as[@]}" apt-get update -qq >/dev/null || return 1
    packages_updated=yes
  fi
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

need_rust() {
  command -v cargo >/dev/null || { echo "Rust is missing: README.md says which" >&2; return 1; }
  # SQLite, libpq and the cryptography are built from their C sources, which come with the crates.
  { command -v cc >/dev/null && command -v make >/dev/null; } || debian build-essential
}

need_postgres() {
  # The package would start a server of its own; only the programs are wanted here, and an unused server is harmless.
  [ -n "$(postgres_programs)" ] || debian postgresql || return 1
  command -v psql >/dev/null || debian postgresql-client || return 1
  command -v setpriv >/dev/null || debian util-linux
}

need_chromium() {
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || debian chromium fonts-dejavu-core
}

need_node() {
  # Any Node that runs npm will do: the tests themselves run under the one that npm brings (package "node").
  { command -v node >/dev/null && command -v npm >/dev/null; } || debian nodejs npm
}

# Installs the packages of api_tests when they are missing or the lock file is newer.
node_packages() {
  local mark=api_tests/node_modules/.package-lock.json
  if [ "${CI:-}" != true ] && [ -f "$mark" ] && [ ! api_tests/package-lock.json -nt "$mark" ] && [ -x api_tests/node_modules/.bin/node ]; then
    return 0
  fi
  (cd api_tests && npm ci --no-audit --no-fund --loglevel=error) || return 1
  api_tests/node_modules/.bin/node -e 'if (Number(process.versions.node.split(".")[0]) < 22) process.exit(1)' ||
    { echo "the Node of api_tests is older than 22" >&2; return 1; }
}

# cargo-deny is not among Debian's packages. Built without heavy optimisation it takes some two and a half minutes of
# processor time, once per machine; it reads a few hundred manifests, for which that is fast enough.
need_cargo_deny() {
  if cargo deny --version >/dev/null 2>&1; then return 0; fi
  echo "building cargo-deny, once"
  CARGO_TARGET_DIR="$work/cargo-deny" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_OPT_LEVEL=1 CARGO_PROFILE_DEV_INCREMENTAL=false \
    cargo install cargo-deny --version "^0.20" --locked --debug --quiet
}

# A relay to subscribe to: a program of its own, of which nothing is in Kiosque. It is called "relay", so it stays out of
# the folder of Cargo's programs. Optimised is only what makes its key; ten minutes of processor time, once per machine.
# Without it its tests are skipped, which CI does not allow.
need_relay() {
  local version=0.3.131 root
  root=${CARGO_HOME:-$HOME/.cargo}/kiosque-tests/ap-relay-$version
  if [ -n "${KIOSQUE_TEST_RELAY:-}" ]; then return 0; fi
  if [ ! -x "$root/bin/relay" ]; then
    echo "building ap-relay, once"
    CARGO_TARGET_DIR="$work/ap-relay" CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_INCREMENTAL=false \
      cargo install ap-relay --version "$version" --locked --debug --quiet --root "$root" \
      --config 'profile.dev.package.crypto-bigint.opt-level=3' --config 'profile.dev.package.crypto-primes.opt-level=3' ||
      { [ "${CI:-}" != true ]; return; }
  fi
  export KIOSQUE_TEST_RELAY=$root/bin/relay
}
