#!/usr/bin/env bash
# Speed under load, SQLite and PostgreSQL: inbox, delivery, growth, latency, memory. Load and server share this
# machine, so the figures to compare are ratios inside one run; run it twice before you claim one. PostgreSQL is a
# throw-away one without fsync.
#
#   scripts/bench.sh                      all of it, some minutes
#   scripts/bench.sh --only inbox         a part: inbox, delivery, latency, queue, hidden, texts
#   scripts/bench.sh --grown 100000,1000000   the inbox again with so many objects stored (the last takes long)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/packages.sh
. scripts/postgres.sh

need_rust
need_postgres
cargo build --locked --release --quiet --package kiosque --package load
target=${CARGO_TARGET_DIR:-target}/release
trap postgres_stop EXIT
postgres_start

printf '%s processors, %s\n\n' "$(nproc)" "$(uname -m)"
"$target/load" --binary "$target/kiosque" "$@"
echo
"$target/load" --binary "$target/kiosque" --postgres "$KIOSQUE_TEST_POSTGRES" "$@"
